"""What the deployer installs for the robot: requirements files, a lock, or the project of the repository.

The host's own modules choose and judge them (scripts/host/robothost/installation.py, wanted.py): what is refused here is refused there.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import sys
import sysconfig
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterable, Iterator, Optional

from client.robot import project as projects
from client.robot.files import Files

NAME = "requirements.txt"
HOST_PROGRAM = Path(__file__).resolve().parents[2] / "host"
# What names packages, and the files that it may name.
READ = r"(?i)(.*/)?([^/]+\.(txt|in|lock|toml|cfg|ya?ml)|setup\.py|Pipfile)"
_PYTHON = "3.11.0"  # of the markers in a lock; the host uses those of its interpreter
# Of several requirements files, the one that a robot needs to run.
_FIRST = ("requirements/prod.txt", "requirements/production.txt", "requirements/base.txt", "requirements/main.txt", "requirements-prod.txt")


@dataclass
class Dependencies:
    reason: str = ""  # how they are installed
    problems: list[str] = field(default_factory=list)  # each with its way out
    names: set[str] = field(default_factory=set)  # distributions that are installed or that the project names, normalized
    values: dict[str, Any] = field(default_factory=dict)  # fields of the environment's file
    installs_project: bool = False


def host_module(name: str) -> Any:
    """A module of the host program, which can be imported alone."""
    if str(HOST_PROGRAM) not in sys.path:
        sys.path.append(str(HOST_PROGRAM))
    return importlib.import_module("robothost." + name)


@contextlib.contextmanager
def _folder(files: Files) -> Iterator[str]:
    """The files that can name packages, as the host has them."""
    with tempfile.TemporaryDirectory(prefix="robot-") as folder:
        for path, _ in files.read(READ):
            place = os.path.join(folder, path)
            if os.path.commonpath([folder, os.path.normpath(place)]) == folder and ".." not in path.split("/"):
                os.makedirs(os.path.dirname(place), exist_ok=True)
                with contextlib.suppress(OSError):
                    Path(place).write_bytes(files.bytes(path) or b"")
        yield folder


@dataclass
class Judged:
    """kind and files of what is installed, with the list of requirements; or the refusal."""

    refusal: str = ""
    is_missing: bool = False
    files: list[str] = field(default_factory=list)
    text: str = ""
    installs_project: bool = False


def judged(files: Files, fields: dict[str, Any]) -> Judged:
    """As the host judges a release with these fields of the request."""
    installation, wanted, markers = (host_module(name) for name in ("installation", "wanted", "markers"))
    judge = host_module("requirements")
    with _folder(files) as folder:
        try:
            settings = installation.Installation(installation.checked({name: value for name, value in fields.items() if name in installation.FIELDS}))
        except host_module("rules").Refused:
            return Judged()  # the schema's to refuse
        try:
            chosen = installation.chosen(folder, settings)
        except judge.Invalid as problem:
            return Judged(str(problem), True)
        try:
            found = wanted.wanted(folder, settings, chosen, markers.variables(_PYTHON))
        except judge.Invalid as problem:
            return Judged(str(problem), False, chosen.files)
        return Judged("", False, chosen.files, found.listed.text, bool(found.projects))


def with_lists(request: dict[str, Any]) -> dict[str, Any]:
    """One path of requirements may be written without a list."""
    one = request.get("requirements")
    return {**request, "requirements": [one]} if isinstance(one, str) else request


def of(files: Files, project: projects.Project, imported: Iterable[str] = ()) -> Dependencies:
    found = Dependencies(names={normalized(one) for one in project.dependencies})
    if NAME in files and files.bytes(NAME) is None:
        found.problems.append(f"{NAME} is a link, a submodule or larger than 1 MB: put a plain file in its place")
        return found
    answer = judged(files, {})
    if answer.is_missing:
        other = _elsewhere(files)
        if other:
            found.values["requirements"] = [other]
            answer = judged(files, {"requirements": [other]})
    if answer.is_missing:
        found.problems.append(missing(files, project, imported))
        return found
    file = answer.files[0]
    if answer.refusal:
        found.problems.append(answer.refusal + _way_out(answer.refusal))
    else:
        found.installs_project = answer.installs_project
        found.reason = f"what is installed: {file}" + (", and the project itself with its console scripts" if answer.installs_project else "")
    text = answer.text if answer.text or answer.refusal == "" else files.text(file)
    found.names |= {normalized(line) for line in text.splitlines()}
    for line in text.splitlines():
        pin = re.match(r"\s*ta[-_]lib\s*==\s*(0\.[0-5](?:\.[^\s;#]*)?)", line, re.IGNORECASE)
        if pin:
            found.problems.append(
                f"{file}: TA-Lib {pin.group(1)} is built from C source and needs the library TA-Lib and a compiler. TA-Lib 0.6.5 and later "
                "have wheels: change the pin to TA-Lib>=0.6.5"
            )
    return found


def _elsewhere(files: Files) -> str:
    """A requirements file with another name or in another folder; empty if there is none."""
    found = [path for path in files if re.fullmatch(r"requirements[-_][\w.-]+\.txt|requirements/[\w.-]+\.txt|(?i:requirements\.txt)", path)]
    found += [path for path in files if re.fullmatch(r"(?!docs?/|tests?/|examples?/)[^/]+/requirements\.txt", path)]
    found = [path for path in found if not re.search(r"(dev|test|doc|lint|build)[\w.-]*\.txt$", path)]
    return next((path for path in _FIRST if path in found), next(iter(sorted(found, key=lambda path: (path.count("/"), path))), ""))


def missing(files: Files, project: projects.Project, imported: Optional[Iterable[str]] = None) -> str:
    """The host's words, and the names of the packages where a file of another tool or the code has them."""
    with _folder(files) as folder:
        sentence = str(host_module("missing_requirements").sentence(folder, ""))
    conda = _conda(files)
    if conda and "Conda" in sentence:
        return f"{sentence}. The packages of {conda[0]}: {_lines(_conda_names(files.text(conda[0])))}"
    if project.dependencies and project.file:
        return f"{sentence}. {project.file} has: {_lines(project.dependencies)}"
    names = third_party(files, imported or ())
    return sentence + (f". The code imports {', '.join(names[:20])}; the name of a package on the index can differ" if names else "")


def _lines(names: list[str]) -> str:
    return ", ".join(re.sub(r"\s+", "", one) for one in names[:12]) + (", …" if len(names) > 12 else "")


def _conda(files: Files) -> list[str]:
    return sorted(path for path in files if re.fullmatch(r"(environment|conda)[\w-]*\.ya?ml", path))


def _conda_names(text: str) -> list[str]:
    names = re.findall(r"(?m)^\s*-\s+([A-Za-z0-9_.-]+)", text[text.find("dependencies:") :])
    return [name for name in names if name not in ("pip", "python", "defaults", "conda-forge")]


def _way_out(problem: str) -> str:
    if "'-' is not an option" in problem:
        return ". The line is one of a list in YAML: write it without the dash"
    if "is not a requirement" in problem:
        return ". Correct the line: NAME==VERSION"
    return ""


def normalized(requirement: str) -> str:
    found = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", requirement)
    return re.sub(r"[-_.]+", "-", found.group(1)).lower().strip("-") if found else ""


def third_party(files: Files, imported: Iterable[str]) -> list[str]:
    """Top-level modules that are neither Python's nor the repository's."""
    own = {path.split("/")[-1][:-3] for path in files if path.endswith(".py")} | {
        part for path in files if path.endswith(".py") for part in path.split("/")[:-1]
    }
    return sorted({one.split(".")[0] for one in imported if one} - own - _standard())


def _standard() -> set[str]:
    names = getattr(sys, "stdlib_module_names", None)
    if names is None:  # before Python 3.10
        names = {path.stem for path in Path(sysconfig.get_paths()["stdlib"]).glob("*")} | set(sys.builtin_module_names)
    return set(names) | {"distutils", "imp", "asyncore", "asynchat", "smtpd"}
