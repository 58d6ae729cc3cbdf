"""pinned: the programs of others that the deployer brings, by version and hash. pinned.json has them."""

from __future__ import annotations

import json
import os
import platform

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict


def of(name: str) -> Dict[str, Any]:
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "pinned.json"), encoding="utf-8") as file:
        found: Dict[str, Any] = json.load(file)[name]
    return found


def machine() -> str:
    """Such as x86_64-gnu."""
    return "%s-%s" % (platform.machine(), "gnu" if platform.libc_ver()[0] == "glibc" else "musl")
