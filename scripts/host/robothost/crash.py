"""crash: leaves a bundle of what is known about a unit that has just ended.

crash <application> <unit>; systemd runs it after each end of the unit and says how it was in SERVICE_RESULT, EXIT_CODE and
EXIT_STATUS. A stop that systemd was asked for leaves nothing, whatever status the program chose to end with. A bundle is redacted and
has at most 64 KiB, there are at most ten, and a unit that ends over and over leaves one in ten minutes: the others are counted.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import shutil
import subprocess
import sys

from robothost.evidence import described
from robothost.layout import Layout
from robothost.redact import Redaction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List

LARGEST, MOST = 64 * 1024, 10
OFTEN, STORM_SECONDS = 5, 600
LINES, LONGEST_LINE = 300, 1000
STAMP = "%Y%m%dT%H%M%SZ"


def output(*command: str) -> str:
    """What a command says; nothing when it cannot."""
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=5).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.TimeoutExpired):
        return ""


def properties(unit: str) -> Dict[str, str]:
    asked = "Job,NRestarts,MemoryPeak,ExecMainStartTimestampMonotonic,ExecMainExitTimestampMonotonic"
    asked += ",ActiveEnterTimestampMonotonic,ActiveExitTimestampMonotonic"
    return dict(line.partition("=")[::2] for line in output("systemctl", "show", "-p", asked, unit + ".service").splitlines())


def reason(result: str, code: str, status: str) -> str:
    if result == "oom-kill":
        return "ran out of memory"
    if result in ("timeout", "watchdog"):
        return "did not end in time" if result == "timeout" else "missed its watchdog"
    if code in ("killed", "dumped"):
        return "was killed by signal %s" % status
    return "exited with status %s" % status


def is_asked_stop(known: Dict[str, str], result: str, code: str, status: str) -> bool:
    """Whether systemd was stopping the unit when its program ended, and the program ended of its own accord or by that signal.

    A unit leaves "active" when a stop begins and the program ends after that; a program that ends by itself comes first. A job alone
    proves nothing: a stop may be asked for while this program runs.
    """
    if result not in ("success", "exit-code") and not (result == "signal" and code == "killed" and status in ("TERM", "INT", "HUP", "USR1", "USR2")):
        return False
    started, ended, entered, left = (int(known.get(name + "TimestampMonotonic") or 0) for name in (
        "ExecMainStart", "ExecMainExit", "ActiveEnter", "ActiveExit"))
    if entered < started:
        # It never became active: nothing says in which order it was.
        return result == "success" and known.get("Job", "0") not in ("", "0")
    return started <= left < ended


def entries(unit: str, run: str) -> List[Dict[str, Any]]:
    """The last entries of the journal of one run of the unit, its own and systemd's."""
    match = ("_SYSTEMD_INVOCATION_ID=" + run, "+", "INVOCATION_ID=" + run, "_PID=1") if run else ("-u", unit + ".service")
    return [json.loads(line) for line in output("journalctl", "-q", "--all", "-n", str(LINES), "-o", "json", *match).splitlines()]


def heading(entry: Dict[str, Any]) -> str:
    at = datetime.datetime.fromtimestamp(int(entry["__REALTIME_TIMESTAMP"]) / 1e6, datetime.timezone.utc)
    return "%s %s[%s]: " % (at.strftime("%Y-%m-%dT%H:%M:%SZ"), entry.get("SYSLOG_IDENTIFIER", ""), entry.get("_PID", ""))


def bundles(folder: str) -> List[str]:
    return sorted(name for name in os.listdir(folder) if name.endswith(".json"))


def is_of(path: str, release: str) -> bool:
    with open(path, encoding="utf-8") as file:
        return '"release":"%s"' % release in file.read(1000)


def is_storm(folder: str, unit: str, release: str, now: float) -> bool:
    """Whether this unit has left enough bundles lately; a new release begins anew."""
    paths = [os.path.join(folder, name) for name in bundles(folder) if name[17:-5] == unit]
    lately = [age for age in (now - os.stat(path).st_mtime for path in paths if is_of(path, release)) if age < 3600]
    return len(lately) >= OFTEN and min(lately) < STORM_SECONDS


def counted(folder: str, unit: str, add: bool) -> int:
    """The number of ends without a bundle; adds one to it, or takes it away."""
    path = os.path.join(folder, "." + unit + ".uncounted")
    try:
        with open(path) as file:
            number = int(file.read())
    except (OSError, ValueError):
        number = 0
    write(path, str(number + 1 if add else 0))
    return number


def write(path: str, text: str) -> None:
    """In one piece, for root."""
    fresh = path + ".new"
    with open(fresh, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)


def memory() -> Dict[str, int]:
    with open("/proc/meminfo") as file:
        found = dict(re.findall(r"(\w+): +(\d+) kB", file.read()))
    return {name: int(found.get(name, 0)) // 1024 for name in ("MemTotal", "MemAvailable", "SwapFree")}


def last_answers(application: str, redacted: Callable[[str], str]) -> List[str]:
    lines = []
    for step in ("check-health", "read-health"):
        try:
            with open(Layout(application).step_log(step), encoding="utf-8", errors="replace") as file:
                lines += [line.strip() for line in file.readlines()[-40:] if '{"' in line][-3:]
        except OSError:
            continue
    return [redacted(line)[:LONGEST_LINE] for line in sorted(lines)[-4:]]


def bundle(application: str, unit: str, release: str, now: datetime.datetime, known: Dict[str, str], result: str, code: str,
           status: str) -> Dict[str, Any]:
    redacted = Redaction(application)
    output("journalctl", "--sync")
    found_entries = entries(unit, os.environ.get("INVOCATION_ID", ""))
    printed = [redacted.entry(entry) for entry in found_entries]
    journal = [line for entry, text in zip(found_entries, printed) for line in (heading(entry) + text).splitlines()]
    # What root's programs print, systemd and this one, is no reason.
    own = [text for entry, text in zip(found_entries, printed) if entry.get("_UID") != "0"]
    disk = shutil.disk_usage(application)
    found: Dict[str, Any] = {
        "id": "%s-%s" % (now.strftime(STAMP), unit),
        "unit": unit,
        "release": release,
        "at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "reason": reason(result, code, status),
        "result": result,
        "exit_code": code,
        "exit_status": status,
        "restarts": int(known.get("NRestarts") or 0),
        "evidence": described("\n".join(own), application),
        "memory_mb": dict(memory(), unit_peak=int(known["MemoryPeak"]) >> 20) if known.get("MemoryPeak", "").isdigit() else memory(),
        "disk_free_mb": disk.free >> 20,
        "load": os.getloadavg()[0],
        "health": last_answers(application, redacted),
        "journal": [],
    }
    room = LARGEST - len(json.dumps(found, ensure_ascii=False).encode()) - 100
    for line in reversed(journal):
        line = line[:LONGEST_LINE]
        room -= len(json.dumps(line, ensure_ascii=False).encode()) + 1
        if room < 0:
            break
        found["journal"].insert(0, line)
    return found


def main(application: str, unit: str) -> None:
    known = properties(unit)
    how = [os.environ.get(name, "") for name in ("SERVICE_RESULT", "EXIT_CODE", "EXIT_STATUS")]
    if is_asked_stop(known, *how):
        return
    folder = Layout(application).crashes
    # Root reads here by name: where another user can rename a folder, it does not.
    if os.path.lexists(application) and (os.path.islink(application) or os.stat(application).st_uid):
        sys.exit("%s is not a folder of root's" % application)
    os.makedirs(folder, 0o700, exist_ok=True)
    now = datetime.datetime.now(datetime.timezone.utc)
    release = os.path.basename(os.path.realpath(os.path.join(application, "current")))
    if is_storm(folder, unit, release, now.timestamp()):
        counted(folder, unit, True)
        return
    # Two ends within a second are two bundles.
    while os.path.exists(os.path.join(folder, "%s-%s.json" % (now.strftime(STAMP), unit))):
        now += datetime.timedelta(seconds=1)
    found = bundle(application, unit, release, now, known, *how)
    found["uncounted_before"] = counted(folder, unit, False)
    write(os.path.join(folder, found["id"] + ".json"), json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n")
    for name in bundles(folder)[:-MOST]:
        os.unlink(os.path.join(folder, name))
    print("crash bundle %s: %s" % (found["id"], found["reason"]), file=sys.stderr)
