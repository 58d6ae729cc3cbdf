r"""read-crashes: give the newest crash bundles of this instance.

Guarantee: reads only, needs no lock and disturbs no deployment. No value that is secret now, or was when the bundle was written,
is in it. The answer fits into what Systems Manager passes on: what does not fit is left out from the oldest lines of each log, and
the bundle has the number of these lines.
Prints {"count","folder","crashes":[{"id","unit","at","release","reason","evidence"}…],"bundles":[…]}, newest first.

Parameter Last ^([1-9]|10)$ How many bundles are given whole.
Timeout 60
"""

from __future__ import annotations

import json
import os

from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List

# The answer is not for the log: it has the logs of others.
LOGGED = False
# Systems Manager cuts at 24,000 characters; the object is ASCII.
ROOM = 22000


def bundles(folder: str) -> List[Dict[str, Any]]:
    """Newest first; one that cannot be read is left out."""
    names = sorted((name for name in os.listdir(folder) if name.endswith(".json")), reverse=True) if os.path.isdir(folder) else []
    found = []
    for name in names:
        try:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                found.append(json.load(file))
        except (OSError, ValueError):
            continue
    return found


def size(value: object) -> int:
    return len(json.dumps(value))


def without_secrets(value: Any, redacted: Callable[[str], str]) -> Any:
    """Each string by itself: a pattern that reached over its end would break the JSON."""
    if isinstance(value, dict):
        return {name: without_secrets(one, redacted) for name, one in value.items()}
    if isinstance(value, list):
        return [without_secrets(one, redacted) for one in value]
    return redacted(value) if isinstance(value, str) else value


def summary(crash: Dict[str, Any]) -> Dict[str, Any]:
    return {name: crash.get(name, "") for name in ("id", "unit", "at", "release", "reason", "evidence")}


def fitted(crash: Dict[str, Any], room: int) -> Dict[str, Any]:
    """The bundle with as many of its newest lines as there is room for."""
    lines, crash = crash["journal"], dict(crash, journal=[], left_out=0)
    room -= size(crash) + 10
    for line in reversed(lines):
        room -= size(line) + 2
        if room < 0:
            crash["left_out"] = len(lines) - len(crash["journal"])
            break
        crash["journal"].insert(0, line)
    return crash


def run(host: Host) -> str:
    last, folder = host.request.number("Last"), host.layout.crashes
    # Keys may have changed since: what is secret now goes too.
    found = [without_secrets(crash, host.redacted) for crash in bundles(folder)]
    answer: Dict[str, Any] = {"count": len(found), "folder": folder, "crashes": [summary(crash) for crash in found], "bundles": []}
    room = ROOM - size(answer)
    for position, crash in enumerate(found[:last]):
        bundle = fitted(crash, room // (min(last, len(found)) - position))
        answer["bundles"].append(bundle)
        room -= size(bundle)
    return json.dumps(answer)
