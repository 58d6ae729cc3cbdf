r"""installation: what a request has about the environment of a release, and the files of the release that it is built from.

Parameter Installation ^\{.*\}$ JSON object: requirements, extras and the other fields of the request about what is installed.
"""

from __future__ import annotations

import json
import os
import re

from robothost.requirements import Invalid
from robothost.rules import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional

PATH = r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*"
NAME = r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?"
LOCKS = ("uv.lock", "poetry.lock", "Pipfile.lock")
PROJECTS = ("pyproject.toml", "setup.py")
# Where a repository has one, the first is used.
ORDER = ("requirements.txt", *LOCKS, *PROJECTS)


def texts(pattern: str, most: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and len(value) <= most and all(
        isinstance(one, str) and len(one) <= 200 and re.fullmatch(pattern, one) for one in value)


def is_flag(value: Any) -> bool:
    return isinstance(value, bool)


FIELDS: Dict[str, Callable[[Any], bool]] = {
    "directory": lambda value: isinstance(value, str) and bool(re.fullmatch(PATH, value)) and ".." not in value.split("/"),
    "requirements": texts(PATH, 10),
    "extras": texts(NAME, 20),
    "install_project": is_flag,
    "require_hashes": is_flag,
    "builder": lambda value: value in ("uv", "pip"),
    "python_source": lambda value: value in ("system", "managed"),
    "fresh": is_flag,
    "system_packages": texts(r"[a-z0-9][a-z0-9.+_-]{0,98}", 30),
}


def checked(found: Any) -> Dict[str, Any]:
    """The fields of a request or a manifest; Refused for what no request can have."""
    if not isinstance(found, dict):
        raise Refused("Installation is not an object")
    for name, value in found.items():
        if name not in FIELDS or not FIELDS[name](value):
            raise Refused("Installation: %s is %s" % (name, json.dumps(value)[:60]))
    return found


class Installation:
    """fields has what the request names; what it does not name has its default here."""

    def __init__(self, fields: Dict[str, Any]) -> None:
        self.is_fresh = fields.get("fresh") is True
        # A release is built fresh once; it is no property of the release.
        self.fields = {name: value for name, value in fields.items() if name != "fresh"}
        self.directory: str = fields.get("directory", "")
        self.requirements: List[str] = fields.get("requirements", [])
        self.extras: List[str] = fields.get("extras", [])
        self.install_project: Optional[bool] = fields.get("install_project")
        self.require_hashes: bool = fields.get("require_hashes", False)
        self.builder: str = fields.get("builder", "")
        self.system_packages: List[str] = fields.get("system_packages", [])
        self.allows_managed: bool = fields.get("python_source") == "managed"

    def key(self) -> bytes:
        """What two environments of the same files must have in common besides; empty where the request names nothing of it, as before
        there were such fields."""
        chosen = {name: self.fields[name] for name in ("extras", "install_project", "require_hashes", "builder") if name in self.fields}
        return b"\0" + json.dumps(chosen, sort_keys=True).encode() if chosen else b""


def of(text: str) -> Installation:
    from robothost.rules import checked as judged

    return Installation(judged(text, checked))


class Chosen:
    """The files that an environment is built from, by their paths in the release. kind is requirements.txt for files of that format, else
    the name of the lock, or project."""

    def __init__(self, kind: str, files: List[str]) -> None:
        self.kind, self.files = kind, files


def chosen(release: str, installation: Installation) -> Chosen:
    """Invalid where the release has none, with what it has."""
    folder = installation.directory

    def place(name: str) -> str:
        return os.path.normpath(os.path.join(folder, name))

    def has(name: str) -> bool:
        return os.path.lexists(os.path.join(release, place(name)))

    if folder and not os.path.isdir(os.path.join(release, folder)):
        raise Invalid("the repository has no folder %s, which the environment file names as directory" % folder)
    named = installation.requirements
    for name in named:
        if not has(name):
            from robothost.missing_requirements import alternatives

            raise Invalid("%s is missing, which the environment file names as requirements%s" % (place(name), alternatives(release, folder)))
    if not named:
        named = [name for name in ORDER if has(name) and (name != "uv.lock" or has("pyproject.toml"))][:1]
    if not named:
        from robothost.missing_requirements import sentence

        raise Invalid(sentence(release, folder))
    bases = [os.path.basename(name) for name in named]
    special = [base for base in bases if base in LOCKS or base in PROJECTS]
    if not special:
        return Chosen("requirements.txt", [place(name) for name in named])
    if len(named) > 1:
        raise Invalid("requirements names %s beside others; a lock or a project is the only one" % special[0])
    beside = os.path.join(os.path.dirname(named[0]), "pyproject.toml")
    if special[0] in ("uv.lock", "poetry.lock") and not has(beside):
        raise Invalid("%s is there without its pyproject.toml" % place(named[0]))
    files = [place(named[0])] + ([place(beside)] if special[0] in ("uv.lock", "poetry.lock") else [])
    return Chosen("project" if special[0] in PROJECTS else special[0], files)
