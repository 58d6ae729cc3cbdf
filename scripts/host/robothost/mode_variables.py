"""mode_variables: the variables of .env by which a robot reads that it is live or a simulation.

{"live": {variable: value}, "simulation": {variable: value}}. A variable that the other mode has is absent. Without any, the deployer tells
the robot nothing: in a simulation it is given no keys, and that is all that the deployer knows.
"""

from __future__ import annotations

import re

from robothost.declared_secrets import OWNED, VARIABLE
from robothost.rules import Refused, checked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, Mapping

    Modes = Mapping[str, Mapping[str, str]]

# What a request without them, and a manifest of an earlier version, mean.
DEFAULT: Modes = {"live": {"ROBOT_MODE": "live"}, "simulation": {"ROBOT_MODE": "simulation"}}
MOST = 20
VALUE = re.compile(r"[\x20-\x7e]{0,200}")


def in_text(text: str, secrets: Iterable[str] = ()) -> Modes:
    """Those of a request; secrets are the variables that its secrets become."""
    found = checked(text, modes, "ModeVariables is ")
    both = sorted(set(names_of(found)) & set(secrets))
    if both:
        raise Refused("the variable %s is one of a secret" % both[0])
    return found


def in_manifest(manifest: Dict[str, Any]) -> Modes:
    found: Modes = manifest.get("mode_variables", DEFAULT)
    return found


def names_of(found: Modes) -> Dict[str, None]:
    """In their order."""
    return dict.fromkeys(name for variables in found.values() for name in variables)


def modes(found: Any) -> Modes:
    if not isinstance(found, dict) or set(found) != set(DEFAULT):
        raise Refused("not an object with live and simulation")
    for mode, variables in found.items():
        if not isinstance(variables, dict) or len(variables) > MOST:
            raise Refused("%s is not an object with at most %d variables" % (mode, MOST))
        for name, value in variables.items():
            if not VARIABLE.fullmatch(name) or name in OWNED - {"ROBOT_MODE"}:
                raise Refused("%s: %r is not a variable that a mode may have" % (mode, name))
            if not isinstance(value, str) or not VALUE.fullmatch(value):
                raise Refused("%s: the value of %s is not printable ASCII of at most 200 characters" % (mode, name))
    result: Modes = found
    return result
