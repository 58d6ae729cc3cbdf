"""logs: prints lines of the application's journal as one JSON object that Systems Manager does not cut.

logs <application> <the units, separated by spaces> <a service, deployer, or all> <since> <cursor, or empty>
"""

import collections
import datetime
import json
import subprocess

from robothost.redact import Redaction

# Systems Manager cuts at 24,000 characters; the object is ASCII.
ROOM = 22000
MOST, LONGEST_LINE = 2000, 4000
DEPLOYER = "crypto-robot-deployer"
UNITS = {"s": "s", "m": "min", "h": "h", "d": "d"}


def matches(units, service):
    """What the units said, and what systemd said of them."""
    wanted = units if service == "all" else [service]
    words = ["SYSLOG_IDENTIFIER=" + DEPLOYER] if service in ("all", "deployer") else []
    for unit in wanted if service != "deployer" else []:
        words += ["_SYSTEMD_UNIT=%s.service" % unit, "UNIT=%s.service" % unit]
    return " + ".join(words).split(" ")


def start(since, after):
    if after:
        return ["--after-cursor=" + after]
    if since.endswith("Z"):
        return ["-n", str(MOST), "--since=" + since[:-1].replace("T", " ") + " UTC"]
    return ["-n", str(MOST), "--since=-" + since[:-1] + UNITS[since[-1]]]


def line_of(entry, redacted, service):
    at = datetime.datetime.fromtimestamp(int(entry["__REALTIME_TIMESTAMP"]) / 1e6, datetime.timezone.utc)
    who = "deployer" if entry.get("SYSLOG_IDENTIFIER") == DEPLOYER else entry.get("UNIT", entry.get("_SYSTEMD_UNIT", ""))
    who = who.replace(".service", "") + ": " if service == "all" else ""
    return (at.strftime("%Y-%m-%dT%H:%M:%SZ ") + who + redacted.entry(entry))[:LONGEST_LINE]


def main(application, units, service, since, after):
    redacted = Redaction(application)
    kept, left_out, room, cursor, more = collections.deque(), 0, ROOM, after, False
    command = ["journalctl", "-q", "--no-pager", "--all", "-o", "json", *start(since, after), *matches(units.split(), service)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as journal:
        for entry in map(json.loads, journal.stdout):
            line = line_of(entry, redacted, service)
            length = len(json.dumps(line)) + 2
            if after and (length > room or len(kept) == MOST):
                more = True
                journal.kill()
                break
            kept.append((line, length))
            cursor, room = entry["__CURSOR"], room - length
            while room < 0:
                room += kept.popleft()[1]
                left_out += 1
    lines = [line for line, _ in kept]
    print(json.dumps({"service": service, "lines": lines, "left_out": left_out, "after": cursor, "more": more}))
