"""versions: compares versions and specifiers as PEP 440 has them."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Tuple

PARTS = re.compile(r"v?(?:(?P<epoch>\d+)!)?(?P<release>\d+(?:\.\d+)*)[._-]?(?:(?P<pre>a|b|c|rc|alpha|beta|pre|preview)[._-]?(?P<pre_n>\d*))?"
                   r"(?:-(?P<post_i>\d+)|[._-]?(?P<post>post|rev|r)[._-]?(?P<post_n>\d*))?(?:[._-]?(?P<dev>dev)[._-]?(?P<dev_n>\d*))?"
                   r"(?:\+(?P<local>[a-z0-9]+(?:[._-][a-z0-9]+)*))?", re.IGNORECASE)
ORDER = {"a": 1, "alpha": 1, "b": 2, "beta": 2, "c": 3, "rc": 3, "pre": 3, "preview": 3}
CLAUSE = re.compile(r"\s*(===|==|~=|!=|<=|>=|<|>)\s*([^\s,]+)\s*")


def release_of(version: str) -> List[int]:
    found = PARTS.match(version.strip())
    return [int(one) for one in found.group("release").split(".")] if found else []


def key(version: str) -> Tuple[Any, ...]:
    """Sorts as PEP 440 does. What is no version comes before all others."""
    found = PARTS.fullmatch(version.strip())
    if not found:
        return (-1,)
    numbers = [int(one) for one in found.group("release").split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    pre = (ORDER[found.group("pre").lower()], int(found.group("pre_n") or 0)) if found.group("pre") else None
    post = int(found.group("post_n") or found.group("post_i") or 0) if found.group("post") or found.group("post_i") else -1
    dev = int(found.group("dev_n") or 0) if found.group("dev") else None
    # A development release comes before the pre-releases, those before the release.
    before = pre if pre else (0, 0) if dev is not None and post < 0 else (9, 0)
    local = [(1, int(one), "") if one.isdigit() else (0, 0, one) for one in re.split(r"[._-]", (found.group("local") or "").lower()) if one]
    return int(found.group("epoch") or 0), numbers, before, post, (1, 0) if dev is None else (0, dev), local


def public(version: str) -> str:
    return version.split("+")[0]


def clause_allows(version: str, operator: str, wanted: str) -> bool:
    if operator == "===":
        return version.lower() == wanted.lower()
    if wanted.endswith(".*") and operator in ("==", "!="):
        prefix, own = release_of(wanted[:-2]), release_of(version)
        own += [0] * (len(prefix) - len(own))
        return (own[:len(prefix)] == prefix) == (operator == "==")
    one, other = key(version if "+" in wanted else public(version)), key(wanted)
    if operator == "~=":
        prefix = release_of(wanted)[:-1]
        return one >= other and (release_of(version) + [0] * len(prefix))[:len(prefix)] == prefix
    return {"==": one == other, "!=": one != other, "<=": one <= other, ">=": one >= other, "<": one < other, ">": one > other}[operator]


def allows(specifiers: str, version: str) -> bool:
    """Whether a list of specifiers such as >=3.9,<4 allows a version. What cannot be read allows each."""
    clauses = [CLAUSE.fullmatch(part) for part in specifiers.split(",") if part.strip()]
    return all(clause_allows(version, *clause.groups()) for clause in clauses if clause)
