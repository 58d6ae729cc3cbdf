"""history: what happened to releases, one line of JSON for each event, only ever added to.

Events: activated, confirmed, rolled-back, discarded, dead-man, keys, certificate, lock-stolen. A release is good when history has a
`confirmed` event for it; its age, its folder or its place in a listing prove nothing.
"""

from __future__ import annotations

import json
import os

from robothost import changes
from robothost.layout import Layout
from robothost.system import System, stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List

# How an activation ends that was not confirmed.
ROLLED_BACK = ("rolled-back", "dead-man")


def events(layout: Layout) -> List[Dict[str, Any]]:
    """Every event, oldest first; a line cut short by a power loss is passed over."""
    found = []
    try:
        with open(layout.history, encoding="utf-8", errors="replace") as file:
            for line in file:
                try:
                    found.append(json.loads(line))
                except ValueError:
                    continue
    except FileNotFoundError:
        pass
    return [event for event in found if isinstance(event, dict)]


def record(layout: Layout, system: System, owner: str, event: str, release: str, previous: str, revision: str = "", reason: str = "") -> None:
    line = json.dumps({"at": stamp(system.now()), "event": event, "release": release, "previous": previous, "revision": revision,
                       "execution": owner, "reason": reason}, ensure_ascii=False, separators=(",", ":"))
    # A line cut short by a power loss must not swallow the next one.
    changes.append(layout.history, ("" if ends_whole(layout.history) else "\n") + line + "\n")


def ends_whole(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"
    except OSError:
        return True  # Missing or empty.


def confirmed(layout: Layout) -> List[str]:
    """Releases that were confirmed once, by their last confirmation, the newest first."""
    names = [event.get("release") for event in reversed(events(layout)) if event.get("event") == "confirmed"]
    return list(dict.fromkeys(name for name in names if isinstance(name, str)))


def last_event(layout: Layout, release: str) -> str:
    """Of a release, or nothing; that a lock was taken over is none of its own."""
    own = [event.get("event") for event in events(layout) if event.get("release") == release and event.get("event") != "lock-stolen"]
    return str(own[-1]) if own else ""


def is_confirmed_since_activation(layout: Layout, release: str) -> bool:
    return last_event(layout, release) == "confirmed"
