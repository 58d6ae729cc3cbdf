"""markers: whether an environment marker is true for one interpreter."""

from __future__ import annotations

import platform
import re

from robothost import versions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Set

TOKEN = re.compile(r"\s*(\(|\)|===|==|~=|!=|<=|>=|<|>|\"[^\"]*\"|'[^']*'|not\s+in\b|[A-Za-z_.]+)")
OF_VERSIONS = ("python_version", "python_full_version", "implementation_version")
DEEPEST = 40


class Invalid(ValueError):
    pass


def variables(python: str) -> Dict[str, str]:
    """Of CPython in this version on this machine."""
    found = platform.uname()
    return {"python_version": ".".join(python.split(".")[:2]), "python_full_version": python, "implementation_version": python, "os_name": "posix",
            "sys_platform": "linux", "platform_system": "Linux", "platform_machine": found.machine, "platform_release": found.release,
            "platform_version": found.version, "platform_python_implementation": "CPython", "implementation_name": "cpython"}


def is_true(marker: str, known: Dict[str, str], extras: Set[str] = frozenset()) -> bool:  # type: ignore[assignment]
    """extra is compared with each of extras."""
    return not marker.strip() or Evaluation(marker, known, extras).result()


class Evaluation:
    def __init__(self, marker: str, known: Dict[str, str], extras: Set[str]) -> None:
        self._known, self._extras, self._tokens = known, extras, tokens(marker)
        self._marker = marker

    def result(self) -> bool:
        found = self._any(0)
        if self._tokens:
            raise Invalid("'%s' is not an environment marker" % self._marker)
        return found

    def _any(self, depth: int) -> bool:
        if depth > DEEPEST:
            raise Invalid("an environment marker has more than %d levels" % DEEPEST)
        found = self._all(depth)
        while self._tokens[:1] == ["or"]:
            self._next()
            found = self._all(depth) or found
        return found

    def _all(self, depth: int) -> bool:
        found = self._one(depth)
        while self._tokens[:1] == ["and"]:
            self._next()
            found = self._one(depth) and found
        return found

    def _one(self, depth: int) -> bool:
        if self._tokens[:1] == ["("]:
            self._next()
            found = self._any(depth + 1)
            if self._next() != ")":
                raise Invalid("'%s' is not an environment marker" % self._marker)
            return found
        return self._compared(self._next(), self._next(), self._next())

    def _next(self) -> str:
        if not self._tokens:
            raise Invalid("'%s' is not an environment marker" % self._marker)
        return self._tokens.pop(0)

    def _compared(self, left: str, operator: str, right: str) -> bool:
        if "extra" in (left, right):
            wanted = re.sub(r"[-_.]+", "-", (right if left == "extra" else left).strip("'\"")).lower()
            return (wanted in self._extras) == (operator == "==")
        values = [self._known.get(one, "") if one[:1] not in "'\"" else one[1:-1] for one in (left, right)]
        if operator in ("in", "not in"):
            return (values[0] in values[1]) == (operator == "in")
        if left in OF_VERSIONS:
            return versions.clause_allows(values[0], operator, values[1])
        if right in OF_VERSIONS:
            return versions.clause_allows(values[1], {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(operator, operator), values[0])
        return {"==": values[0] == values[1], "===": values[0] == values[1], "!=": values[0] != values[1], "<": values[0] < values[1],
                ">": values[0] > values[1], "<=": values[0] <= values[1], ">=": values[0] >= values[1], "~=": False}[operator]


def tokens(marker: str) -> List[str]:
    found, at = [], 0
    while marker[at:].strip():
        match = TOKEN.match(marker, at)
        if not match:
            raise Invalid("'%s' is not an environment marker" % marker)
        found.append(re.sub(r"\s+", " ", match.group(1)))
        at = match.end()
    return found
