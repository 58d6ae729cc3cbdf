"""The field `secrets` of an environment's file: which secrets of a robot become variables, and which a file."""

from __future__ import annotations

import re
from typing import Any

from client.robot.files import Files
from client.robot.secret_names import Secrets

# What signs a request to an exchange, beside what only sends messages or opens a page.
_OF_THE_EXCHANGE = re.compile(r"(key|secret|pass_?phrase)(_[a-z0-9]+)?$", re.IGNORECASE)
_MOST_FILES = 6


def of(found: Secrets, files: Files, given: tuple[str, ...], kept: tuple[str, ...]) -> list[dict[str, Any]]:
    """Nothing where the default is enough. A secret without which the robot cannot trade is required to be live."""
    exchange = [name for name in found.variables if name in given or _OF_THE_EXCHANGE.search(name)]
    others = [name for name in found.variables if name not in exchange]
    paths = [path for path in found.files if path not in files and not any(path == one or path.startswith(one + "/") for one in kept)][:_MOST_FILES]
    if set(exchange) <= set(given) and not others and not paths:
        return []
    declared: list[dict[str, Any]] = []
    if exchange:
        declared.append({"name": "keys", "variables": {name: name for name in exchange}, "required_for_live": True})
    for path in paths:
        declared.append({"name": _name(path, [one["name"] for one in declared]), "file": path, "required_for_live": True})
    if others:
        declared.append({"name": "others", "variables": {name: name for name in others}, "required_for_live": not declared})
    return declared


def _name(path: str, taken: list[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "-", path.rsplit("/", 1)[-1].rsplit(".", 1)[0].lower()).strip("-")[:30]
    name = base if re.match("[a-z]", base) and base not in ("keys", "others", "certificate", "repository") else "file-" + (base or "1")
    return name if name not in taken else f"{name}-{len(taken)}"
