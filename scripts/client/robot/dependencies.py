"""Whether the deployer can install what the robot needs: its requirements.txt, or what the repository has in place of one.

The judge of requirements.txt is the host's own (scripts/host/robothost/requirements.py): what is refused here is refused there.
"""

from __future__ import annotations

import importlib
import re
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterable, Optional

from client.robot import project as projects
from client.robot.files import Files

NAME = "requirements.txt"
HOST_PROGRAM = Path(__file__).resolve().parents[2] / "host"


@dataclass
class Dependencies:
    reason: str = ""  # how they are installed
    problems: list[str] = field(default_factory=list)  # each with its way out
    names: set[str] = field(default_factory=set)  # distributions that requirements.txt or the project names, normalized


def host_module(name: str) -> Any:
    """A module of the host program, which can be imported alone."""
    if str(HOST_PROGRAM) not in sys.path:
        sys.path.append(str(HOST_PROGRAM))
    return importlib.import_module("robothost." + name)


def of(files: Files, project: projects.Project, imported: Iterable[str] = ()) -> Dependencies:
    found = Dependencies(names={normalized(one) for one in project.dependencies})
    if NAME not in files:
        found.problems.append(missing(files, project, imported))
        return found
    data = files.bytes(NAME)
    if data is None:
        found.problems.append(f"{NAME} is a link, a submodule or larger than 1 MB: put a plain file in its place")
        return found
    found.names |= {normalized(line) for line in files.text(NAME).splitlines()}
    problem = refusal(data)
    if problem:
        found.problems.append(problem + _way_out(files, problem))
    else:
        found.reason = f"pip installs {NAME}; the deployer reads no other file"
    for line in files.text(NAME).splitlines():
        pin = re.match(r"\s*ta[-_]lib\s*==\s*(0\.[0-5](?:\.[^\s;#]*)?)", line, re.IGNORECASE)
        if pin:
            found.problems.append(
                f"{NAME}: TA-Lib {pin.group(1)} is built from C source and needs the library TA-Lib and a compiler. TA-Lib 0.6.5 and later "
                "have wheels: change the pin to TA-Lib>=0.6.5"
            )
    return found


def refusal(data: bytes) -> str:
    """Why the host would refuse this requirements.txt; empty if it accepts it. Files that it names are not looked at."""
    judge = host_module("requirements")
    try:
        judge.count(judge.decoded(data))
    except judge.Invalid as problem:
        return str(problem)
    return ""


def normalized(requirement: str) -> str:
    found = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", requirement)
    return re.sub(r"[-_.]+", "-", found.group(1)).lower().strip("-") if found else ""


def missing(files: Files, project: projects.Project, imported: Optional[Iterable[str]] = None) -> str:
    """What the repository has in place of requirements.txt, and the command or the lines that make one."""
    other = next((path for path in files if path.lower() == NAME and path != NAME), "")
    nested = sorted(path for path in files if re.fullmatch(r"(?!docs?/|tests?/|examples?/)[^/]+/requirements\.txt", path))
    several = sorted(path for path in files if re.fullmatch(r"requirements[-_][\w.-]+\.txt|requirements/[\w.-]+\.txt|requirements\.in", path))
    there = [name for name in (other, "pyproject.toml", "uv.lock", "poetry.lock", "pdm.lock", "Pipfile", "Pipfile.lock", "setup.py", "setup.cfg",
                               *_conda(files), *several, *nested) if name and name in files]  # fmt: skip
    return f"{NAME} is missing in the top folder; the repository has {_listed(there)}. {_way(files, project, other, nested, several, imported)}"


def _way(files: Files, project: projects.Project, other: str, nested: list[str], several: list[str], imported: Optional[Iterable[str]]) -> str:
    if other:
        return f"Rename it: git mv {other} {NAME}"
    if "uv.lock" in files:
        return f"Make one from the lock, and commit it: uv export --no-dev --no-emit-project --output-file {NAME}"
    if "poetry.lock" in files:
        return f"Make one from the lock, and commit it: poetry export --output {NAME} (needs the plugin poetry-plugin-export)"
    if "pdm.lock" in files:
        return f"Make one from the lock, and commit it: pdm export --prod --output {NAME}"
    if "Pipfile.lock" in files:
        return f"Make one from the lock, and commit it: pipenv requirements >{NAME}"
    if "Pipfile" in files:
        return f"Make a lock and the file from it, and commit both: pipenv lock && pipenv requirements >{NAME}"
    if project.dependencies and project.file:
        lines = _lines(project.dependencies)
        return f"Make one from {project.file}, and commit it: uv pip compile {project.file} --output-file {NAME}. Or commit these lines: {lines}"
    if several:
        return f"Make one, and commit it: uv pip compile {several[0]} --output-file {NAME}"
    if nested:
        return f"Copy it, and commit the copy: cp {nested[0]} {NAME}"
    conda = _conda(files)
    if conda:
        return f"Conda is not supported. Commit {NAME} with the packages of {conda[0]} that the robot imports: {_lines(_conda_names(files.text(conda[0])))}"
    if project.file and project.packaged:
        return f"Make one from {project.file}, and commit it: uv pip compile {project.file} --output-file {NAME}"
    if imported is None:
        return "Commit one, a package a line"
    names = third_party(files, imported)
    if names:
        return f"Commit one, a package a line. The code imports {', '.join(names[:20])}; the name of a package on the index can differ"
    return "Commit one, a package a line; the code imports only Python's own modules, and the file must name one package, so the line pip is enough"


def _listed(names: list[str]) -> str:
    return ", ".join(names[:8]) if names else "no other file that names packages"


def _lines(names: list[str]) -> str:
    return ", ".join(re.sub(r"\s+", "", one) for one in names[:12]) + (", …" if len(names) > 12 else "")


def _conda(files: Files) -> list[str]:
    return sorted(path for path in files if re.fullmatch(r"(environment|conda)[\w-]*\.ya?ml", path))


def _conda_names(text: str) -> list[str]:
    names = re.findall(r"(?m)^\s*-\s+([A-Za-z0-9_.-]+)", text[text.find("dependencies:") :])
    return [name for name in names if name not in ("pip", "python", "defaults", "conda-forge")]


def _way_out(files: Files, problem: str) -> str:
    if re.search(r": (-r|-c|--requirement|--constraint)", problem) or "'-r" in problem or "'-c" in problem:
        return f". Make one file of them, and commit it: uv pip compile {NAME} --output-file requirements.lock && mv requirements.lock {NAME}"
    if "editable" in problem or "'." in problem:
        return ". Remove the line: the working folder of a service is the repository, so its packages in the top folder are found without it"
    if "'-' is not an option" in problem:
        return ". The line is one of a list in YAML: write it without the dash"
    if "is not a requirement" in problem:
        return ". Correct the line: NAME==VERSION"
    return ""


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
