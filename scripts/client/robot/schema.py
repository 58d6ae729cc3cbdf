"""Whether the published schema of a deploy request allows a value, so that a file that is printed here is not refused later.

It interprets the part of JSON Schema that statemachine/schema uses (functions/…/json/RuleReader.java); a refused value is described by the
schema's own title.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any


class Schema:
    def __init__(self, file: Path) -> None:
        self._properties: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["properties"]

    def refusals(self, values: dict[str, Any]) -> dict[str, str]:
        """For each field that is refused: the allowed values in words."""
        found = {}
        for name, value in values.items():
            refused = _refusal(self._properties[name], value) if name in self._properties else "a field of the schema"
            if refused:
                found[name] = refused
        return found

    def path_refusal(self, path: str) -> str:
        return _refusal(self._properties["persistent_paths"]["items"], path)


def _refusal(rule: dict[str, Any], value: Any) -> str:
    """Empty if the value is allowed."""
    kind = rule["type"]
    if kind == "object" and "propertyNames" in rule:
        fits = isinstance(value, dict) and rule.get("minProperties", 0) <= len(value) <= rule.get("maxProperties", 1 << 30)
        if not fits:
            return str(rule["title"])
        pairs = [(rule["propertyNames"], name) for name in value] + [(rule["additionalProperties"], one) for one in value.values()]
        return next(filter(None, (_refusal(part, one) for part, one in pairs)), "")
    if kind == "object":
        if not isinstance(value, dict) or not set(rule.get("required", [])) <= set(value):
            return str(rule["title"])
        return next(
            filter(None, (_refusal(rule["properties"][name], one) if name in rule["properties"] else str(rule["title"]) for name, one in value.items())), ""
        )
    if kind == "array":
        fits = isinstance(value, list) and rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", 1 << 30)
        if not fits or rule.get("uniqueItems") and len({json.dumps(one) for one in value}) != len(value):
            return str(rule["title"])
        return next(filter(None, (_refusal(rule["items"], one) for one in value)), "")
    return "" if _fits(rule, kind, value) else str(rule["title"])


def _fits(rule: dict[str, Any], kind: str, value: Any) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "integer":
        ranges = rule.get("anyOf", [rule])
        return isinstance(value, int) and not isinstance(value, bool) and any(one.get("minimum", value) <= value <= one.get("maximum", value) for one in ranges)
    if not isinstance(value, str) or not rule.get("minLength", 0) <= len(value) <= rule.get("maxLength", 1 << 30):
        return False
    # The pattern is anchored; $ alone would also allow a line break at the end.
    return value in rule.get("enum", [value]) and re.fullmatch(rule.get("pattern", ".*"), value, re.DOTALL) is not None
