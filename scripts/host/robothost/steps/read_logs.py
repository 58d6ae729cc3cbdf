r"""read-logs: give lines of the application's log.

Guarantee: reads only, needs no lock and disturbs no deployment. No value that is secret now is in it. The newest lines of the
requested time have priority: what does not fit into what Systems Manager passes on is left out from the oldest, and counted. With
After the lines behind that cursor are given, the oldest first, so that none is missed.
Prints {"service","lines":[…],"left_out":N,"after":"<cursor of the last line>","more":bool}.

Parameter Service ^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$ A service of the release, deployer for what the steps said, or all.
Parameter Since ^([1-9][0-9]{0,4}[smhd]|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)$ How far back.
Parameter After ^([a-z]=[0-9a-f]+(;[a-z]=[0-9a-f]+){0,9})?$ A cursor to go on after, or empty.
Timeout 60
"""

from __future__ import annotations

import json
from collections import deque

from robothost.failures import Failure
from robothost.services import installed
from robothost.step import Host
from robothost.system import stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Deque, Dict, List, Tuple

# The answer is not for the log: it has the logs of others.
LOGGED = False
# Systems Manager cuts at 24,000 characters; the object is ASCII.
ROOM = 22000
MOST, LONGEST_LINE = 2000, 4000
DEPLOYER = "crypto-robot-deployer"
UNITS = {"s": "s", "m": "min", "h": "h", "d": "d"}


def matches(units: List[str], service: str) -> List[str]:
    """What the units printed, what systemd printed about them, and what the steps did. Only a field that starts with _ is the
    journal's own: a service may send entries with any other field."""
    wanted = units if service == "all" else [service]
    groups = ["SYSLOG_IDENTIFIER=%s _UID=0" % DEPLOYER] if service in ("all", "deployer") else []
    for unit in wanted if service != "deployer" else []:
        groups += ["_SYSTEMD_UNIT=%s.service" % unit, "UNIT=%s.service _PID=1" % unit]
    return " + ".join(groups).split(" ")


def start(since: str, after: str) -> List[str]:
    if after:
        return ["--after-cursor=" + after]
    if since.endswith("Z"):
        return ["-n", str(MOST), "--since=" + since[:-1].replace("T", " ") + " UTC"]
    return ["-n", str(MOST), "--since=-" + since[:-1] + UNITS[since[-1]]]


def source(entry: Dict[str, Any]) -> str:
    """Who printed the entry."""
    if entry.get("SYSLOG_IDENTIFIER") == DEPLOYER and entry.get("_UID") == "0":
        return "deployer"
    unit: str = entry.get("UNIT", "") if entry.get("_PID") == "1" else entry.get("_SYSTEMD_UNIT", "")
    return unit.replace(".service", "")


def run(host: Host) -> str:
    service, after = host.request.text("Service"), host.request.text("After")
    units = installed(host.layout)
    if service not in [*units, "deployer", "all"]:
        here = " ".join(units) or "no services"
        raise Failure("InvalidParameter", "Service is '%s'; on this instance are %s, deployer and all" % (service, here))
    kept: Deque[Tuple[str, int]] = deque()
    left_out, room, cursor, more = 0, ROOM, after, False
    words = ["journalctl", "-q", "--no-pager", "--all", "-o", "json", *start(host.request.text("Since"), after), *matches(units, service)]
    for text in host.system.lines(*words):
        entry = json.loads(text)
        who = source(entry) + ": " if service == "all" else ""
        at = stamp(int(entry["__REALTIME_TIMESTAMP"]) // 1_000_000)
        line = ("%s %s%s" % (at, who, host.redaction.entry(entry)))[:LONGEST_LINE]
        length = len(json.dumps(line)) + 2
        if after and (length > room or len(kept) == MOST):
            more = True
            break
        kept.append((line, length))
        cursor, room = entry["__CURSOR"], room - length
        while room < 0:
            room += kept.popleft()[1]
            left_out += 1
    return json.dumps({"service": service, "lines": [line for line, _ in kept], "left_out": left_out, "after": cursor, "more": more})
