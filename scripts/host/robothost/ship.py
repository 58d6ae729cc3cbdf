"""ship: follows the journal and writes what the application said, without a secret, where the CloudWatch agent reads.

ship <application> <folder>; goes on behind the last line it wrote, also after a restart. What it has written is put aside at
10 MB, once.
"""

from __future__ import annotations

import datetime
import json
import os
import pwd
import subprocess
import sys

from robothost.redact import Redaction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, TextIO

LARGEST = 10 * 1024 * 1024


def remembered(folder: str) -> List[str]:
    try:
        with open(os.path.join(folder, "cursor")) as file:
            return ["--after-cursor=" + file.read().strip()]
    except OSError:
        return ["--since=now"]


def remember(folder: str, cursor: str) -> None:
    fresh = os.path.join(folder, "cursor.new")
    with open(fresh, "w") as file:
        file.write(cursor)
    os.replace(fresh, os.path.join(folder, "cursor"))


def line_of(entry: Dict[str, Any], redacted: Redaction) -> str:
    at = datetime.datetime.fromtimestamp(int(entry["__REALTIME_TIMESTAMP"]) / 1e6, datetime.timezone.utc)
    who = entry.get("_SYSTEMD_UNIT", entry.get("SYSLOG_IDENTIFIER", "")).replace(".service", "")
    return "%s %s: %s\n" % (at.strftime("%Y-%m-%dT%H:%M:%SZ"), who, redacted.entry(entry))


def opened(path: str) -> TextIO:
    if os.path.exists(path) and os.path.getsize(path) > LARGEST:
        os.replace(path, path + ".1")
    file = open(path, "a", encoding="utf-8")
    os.fchmod(file.fileno(), 0o640)
    return file


def main(application: str, folder: str) -> None:
    # Everything the application's user said, whatever its units are called, and the steps' own results.
    matches = ["_UID=%d" % pwd.getpwnam("ec2-user").pw_uid, "+", "SYSLOG_IDENTIFIER=crypto-robot-deployer", "_UID=0"]
    command = ["journalctl", "-q", "--follow", "--no-tail", "--all", "-o", "json", *remembered(folder), *matches]
    redacted, path = Redaction(application), os.path.join(folder, "journal.log")
    runs: Dict[Optional[str], Optional[str]] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE) as journal:
        assert journal.stdout is not None
        for entry in map(json.loads, journal.stdout):
            # Keys change with a release, and a release starts its programs anew.
            unit, run = entry.get("_SYSTEMD_UNIT"), entry.get("_SYSTEMD_INVOCATION_ID")
            if runs.get(unit) != run:
                runs[unit] = run
                redacted.refresh()
            with opened(path) as file:
                file.write(line_of(entry, redacted))
            remember(folder, entry["__CURSOR"])
    sys.exit("the journal has ended")
