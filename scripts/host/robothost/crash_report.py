"""crash_report: prints the newest crash bundles as one JSON object that Systems Manager does not cut.

crash_report <application> <how many>. What does not fit is left out from the oldest lines of each log, and the report says so.
"""

import json
import os

from robothost.redact import Redaction

# Systems Manager cuts at 24,000 characters; the object is ASCII.
ROOM = 22000


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def size(value):
    return len(json.dumps(value))


def without_secrets(value, redacted):
    """Each text by itself: a pattern that reached over its end would break the JSON."""
    if isinstance(value, dict):
        return {name: without_secrets(one, redacted) for name, one in value.items()}
    if isinstance(value, list):
        return [without_secrets(one, redacted) for one in value]
    return redacted(value) if isinstance(value, str) else value


def summary(crash):
    return {name: crash.get(name, "") for name in ("id", "unit", "at", "release", "reason", "evidence")}


def fitted(crash, room):
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


def main(application, wanted):
    last = int(wanted)
    redacted, folder = Redaction(application), os.path.join(application, "crashes")
    names = sorted((name for name in os.listdir(folder) if name.endswith(".json")), reverse=True) if os.path.isdir(folder) else []
    found = [crash for crash in (read(os.path.join(folder, name)) for name in names) if crash]
    # Keys may have changed since: what is secret now goes too.
    found = [without_secrets(crash, redacted) for crash in found]
    answer = {"count": len(found), "folder": folder, "crashes": [summary(crash) for crash in found], "bundles": []}
    room = ROOM - size(answer)
    for position, crash in enumerate(found[:last]):
        bundle = fitted(crash, room // (min(last, len(found)) - position))
        answer["bundles"].append(bundle)
        room -= size(bundle)
    print(json.dumps(answer))
