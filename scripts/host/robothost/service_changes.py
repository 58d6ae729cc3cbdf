"""service_changes: in which fields the services that are wanted differ from those that serve, in words of a plan."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List

LONGEST_VALUE = 80


def sentences(serving: List[Dict[str, Any]], wanted: List[Dict[str, Any]]) -> List[str]:
    before, after = ({one["name"]: one for one in services} for services in (serving, wanted))
    found = ["%s: new" % name for name in after if name not in before] + ["%s: removed" % name for name in before if name not in after]
    for name in after:
        if name in before:
            found += ["%s: %s" % (name, one) for one in fields(before[name], after[name])]
    return found


def fields(before: Dict[str, Any], after: Dict[str, Any]) -> Iterator[str]:
    for name in [*before, *(name for name in after if name not in before)]:
        if before.get(name) == after.get(name):
            continue
        if name == "env":
            yield "env: %s" % ", ".join(variables(before.get(name, {}), after.get(name, {})))
        elif name not in before:
            yield "%s %s, which was not set" % (name, shown(after[name]))
        elif name not in after:
            yield "%s no longer set, it was %s" % (name, shown(before[name]))
        else:
            yield "%s %s instead of %s" % (name, shown(after[name]), shown(before[name]))


def variables(before: Dict[str, str], after: Dict[str, str]) -> Iterator[str]:
    """The names only."""
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield "%s %s" % (name, "removed" if name not in after else "changed" if name in before else "new")


def shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"
