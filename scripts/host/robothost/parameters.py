"""parameters: the typed request of a step, from the SSM_ variables.

A step declares its parameters in its docstring, a line for each: Parameter NAME ^PATTERN$ DESCRIPTION. The build makes the step's
document from the same lines, so that the agent checks a value against the same pattern. A line Optional NAME… names parameters, also of
the modules that the step uses, that may be empty.
"""

from __future__ import annotations

import re

from robothost.failures import Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Mapping, Optional

LINE = re.compile(r"^Parameter +([A-Z][A-Za-z0-9]{0,63}) +(\^\S+\$) +\S.*$", re.MULTILINE)
OPTIONAL = re.compile(r"^Optional +(.+)$", re.MULTILINE)
# The agent's patterns count to 1,000 only.
LONGEST = {"Services": 8000, "Secrets": 12000, "ModeVariables": 8000, "PersistentPaths": 2100, "Installation": 4000,
           "ContainerNames": 4000}


def declared(*docstrings: Optional[str]) -> Dict[str, str]:
    """name → pattern."""
    found = {name: pattern for text in docstrings for name, pattern in LINE.findall(text or "")}
    for name in (name for text in docstrings for line in OPTIONAL.findall(text or "") for name in line.split()):
        found[name] = "^(|%s)$" % found[name][1:-1]
    return found


class Request:
    """The declared parameters, each with a value that its pattern allows."""

    def __init__(self, patterns: Mapping[str, str], environment: Mapping[str, str]) -> None:
        # First: a pattern on a very long value takes time.
        for name in patterns:
            check_length(name, environment.get("SSM_" + name, ""))
        self._values = {name: checked(name, pattern, environment.get("SSM_" + name)) for name, pattern in patterns.items()}

    def text(self, name: str) -> str:
        return self._values[name]

    def number(self, name: str) -> int:
        return int(self._values[name])


def check_length(name: str, value: str) -> None:
    if len(value) > LONGEST.get(name, len(value)):
        raise Failure("InvalidParameter", "%s has %d characters; allowed are %d" % (name, len(value), LONGEST[name]))


def checked(name: str, pattern: str, value: Optional[str]) -> str:
    if value is None:
        raise Failure("InvalidParameter", "%s is missing" % name)
    if not re.fullmatch(pattern, value):
        raise Failure("InvalidParameter", "%s is '%s', allowed is %s" % (name, value, pattern))
    return value
