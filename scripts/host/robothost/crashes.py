"""crashes: the bundles that units which ended have left; crash.py writes them."""

from __future__ import annotations

import json
import os
import time

from robothost.layout import Layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List


def names(layout: Layout) -> List[str]:
    """The ids of the bundles, newest first: when and which unit."""
    if not os.path.isdir(layout.crashes):
        return []
    return sorted((name[:-5] for name in os.listdir(layout.crashes) if name.endswith(".json")), reverse=True)


def read(layout: Layout, crash: str) -> Dict[str, Any]:
    with open(os.path.join(layout.crashes, crash + ".json"), encoding="utf-8") as file:
        found: Dict[str, Any] = json.load(file)
    return found


def newest(layout: Layout, since: float, unit: str = "", release: str = "") -> str:
    """The id of the newest bundle since then, of this unit and release if they are given, or nothing."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(since))
    for name in names(layout):
        if name < stamp:
            break
        if unit and name.partition("Z-")[2] != unit:
            continue
        if not release or is_of(layout, name, release):
            return name
    return ""


def is_of(layout: Layout, crash: str, release: str) -> bool:
    try:
        return bool(read(layout, crash).get("release") == release)
    except (OSError, ValueError):
        return False


def summary(crash: Dict[str, Any]) -> str:
    """The unit, how it ended, and the line that says most. Keys may have changed since it was written: to be redacted."""
    return ": ".join(crash[name] for name in ("unit", "reason", "evidence") if crash.get(name))
