"""declared_secrets: which secrets a release is given, and as what: variables of its .env, or a file.

A declaration has the name of the secret <environment>/<name>, its version, and either variables (variable → field of the secret) or
file, which is a path in the release that gets one field or, without a field, all of the secret. A release that lacks one that is
required_for_live is a simulation; a simulation gets only those that are in_simulation.
"""

from __future__ import annotations

import json
import re

from robothost.keys import KEYS
from robothost.rules import RESERVED, Refused, checked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, List

    Declaration = Dict[str, Any]

# What a request without secrets, and a manifest of an earlier version, mean.
DEFAULT: Declaration = {"name": "keys", "variables": {name: name for name in KEYS}, "required_for_live": True, "in_simulation": False}
REQUIRED, OTHERS = {"name", "required_for_live", "in_simulation"}, {"version", "variables", "file", "field"}
MOST, MOST_VARIABLES = 10, 40
NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
FIELD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
FILE = re.compile(r"\.?[A-Za-z0-9_][A-Za-z0-9._-]*(/\.?[A-Za-z0-9_][A-Za-z0-9._-]*)*")
# They belong to the deployer, whatever a request names.
OWNED = {"ROBOT_MODE", "SSL_CERT_PATH", "SSL_KEY_PATH"}


def in_text(text: str) -> List[Declaration]:
    """The declarations of a request."""
    return checked(text, declarations, "Secrets is ")


def in_manifest(manifest: Dict[str, Any]) -> List[Declaration]:
    """Those that a release was finished with."""
    found: List[Declaration] = manifest.get("secrets", [dict(DEFAULT, version=manifest.get("keys_version", ""))])
    return found


def is_default(found: List[Declaration]) -> bool:
    return [unversioned(one) for one in found] == [DEFAULT]


def unversioned(declaration: Declaration) -> Declaration:
    return {name: value for name, value in declaration.items() if name != "version"}


def by_name(found: Iterable[Declaration]) -> Dict[str, Declaration]:
    return {one["name"]: one for one in found}


def version_of(found: Iterable[Declaration], name: str) -> str:
    return str(by_name(found).get(name, {}).get("version", ""))


def variables_of(found: Iterable[Declaration]) -> List[str]:
    return [name for one in found for name in one.get("variables", ())]


def files_of(found: Iterable[Declaration]) -> List[str]:
    return [one["file"] for one in found if "file" in one]


def declarations(found: Any) -> List[Declaration]:
    if not isinstance(found, list) or len(found) > MOST:
        raise Refused("Secrets is not an array of at most %d secrets" % MOST)
    for one in found:
        check(one)
    for kind, names in (("secret", [one["name"] for one in found]), ("variable", variables_of(found)), ("file", files_of(found))):
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise Refused("the %s %s is declared twice" % (kind, twice[0]))
    check_overlaps(files_of(found))
    return found


def check(one: Any) -> None:
    if not isinstance(one, dict) or not REQUIRED <= set(one) <= REQUIRED | OTHERS or ("variables" in one) == ("file" in one):
        raise Refused("a secret has other fields than name, required_for_live, in_simulation, and variables or file with field")
    name = one["name"]
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise Refused("secret name %r is not like telegram" % (name,))
    if not isinstance(one["required_for_live"], bool) or not isinstance(one["in_simulation"], bool):
        raise Refused("secret %s: required_for_live or in_simulation is not true or false" % name)
    if one["required_for_live"] and one["in_simulation"]:
        raise Refused("secret %s is required_for_live and in_simulation; a simulation gets no keys" % name)
    if not isinstance(one.get("version", ""), str) or not re.fullmatch(r"[A-Za-z0-9-]{0,64}", one.get("version", "")):
        raise Refused("secret %s: version is not like a version id" % name)
    check_variables(name, one.get("variables", {"A": "A"}))
    if "file" in one:
        check_file(name, one["file"])
    if "field" in one and ("file" not in one or not isinstance(one["field"], str) or not FIELD.fullmatch(one["field"])):
        raise Refused("secret %s: field is not the name of a field for the file" % name)


def check_variables(name: str, variables: Any) -> None:
    if not isinstance(variables, dict) or not 0 < len(variables) <= MOST_VARIABLES:
        raise Refused("secret %s: variables is not an object with 1 to %d variables" % (name, MOST_VARIABLES))
    for variable, field in variables.items():
        if not VARIABLE.fullmatch(variable) or not isinstance(field, str) or not FIELD.fullmatch(field):
            raise Refused("secret %s: a variable or its field has no such name" % name)
        if variable in OWNED:
            raise Refused("secret %s: the variable %s belongs to the deployer" % (name, variable))


def check_file(name: str, file: Any) -> None:
    if not isinstance(file, str) or len(file) > 200 or not FILE.fullmatch(file):
        raise Refused("secret %s: file is not a relative path such as config-private.json" % name)
    if file.split("/")[0] in RESERVED:
        raise Refused("secret %s: '%s' belongs to the deployer" % (name, file))


def check_overlaps(paths: List[str]) -> None:
    for one in paths:
        for other in paths:
            if other.startswith(one + "/"):
                raise Refused("'%s' lies inside '%s'" % (other, one))


def in_any_json(text: str) -> List[Declaration]:
    """Those of a manifest, or of a request, that may not be usable otherwise; for what must not fail, such as a redaction."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if isinstance(found, dict):
        found = found.get("secrets", [])
    try:
        return declarations(found)
    except Refused:
        return []
