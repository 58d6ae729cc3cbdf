"""What a folder's commit lacks for a deploy, found before anything is started: its requirements, its Python, the files of its services."""

from __future__ import annotations

import posixpath
import re
from typing import Any

from client.exits import REFUSED, Stop
from client.git import Git
from client.local.source import Source
from client.robot import dependencies, files, project, versions
from client.robot.files import Files

_DEFAULT_SERVICES = (
    {"name": "crypto-robot", "type": "trading_robot", "command": "python main.py --mode robot"},
    {"name": "crypto-webapp", "type": "web_application", "command": "python app.py"},
)
_MODES = {"robot": ("trading_robot",), "web": ("web_application",)}


def check(source: Source, request: dict[str, Any], adopt_command: str) -> list[str]:
    """Notes; raises Stop for a commit that cannot be deployed. What cannot be read here is left to the host."""
    git = Git(source.path or "")
    reference = request.get("revision") or (f"refs/heads/{request['branch']}" if request.get("branch") else "HEAD")
    commit = git.read("rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
    if commit is None:
        return []
    found = files.of_commit(git, commit, dependencies.READ)
    about = project.of(found)
    answer = dependencies.judged(found, dependencies.with_lists(request))
    if answer.is_missing:
        raise Stop(REFUSED, f"--repository {source.shown}: {answer.refusal}")
    _check_services(source, found, request, adopt_command)
    return _check_python(source, about, request)


def _check_python(source: Source, about: project.Project, request: dict[str, Any]) -> list[str]:
    """A version in words that the schema does not allow is the deployer's to refuse."""
    requirement, version = about.requires_python, request.get("python_version")
    if not requirement:
        return []
    if version is None:
        unfit = [name for name, minors in versions.DISTRIBUTIONS.items() if not versions.allows(requirement, minors[0])]
        return (
            [
                f"{about.requires_python_file} requires Python {requirement}; without python_version, the instance's python3 is used, which "
                f"is too old or too new on {', '.join(unfit)}"
            ]
            if unfit
            else []
        )
    minor = re.fullmatch(r"3\.(\d{1,2})", str(version))
    if minor and not versions.allows(requirement, int(minor.group(1))):
        fitting = [f"3.{one}" for one in sorted({each for minors in versions.DISTRIBUTIONS.values() for each in minors}) if versions.allows(requirement, one)]
        raise Stop(
            REFUSED,
            f"--repository {source.shown}: {about.requires_python_file} requires Python {requirement}, and python_version is {version}. "
            + (f"Set python_version to {' or '.join(fitting)}" if fitting else "No distribution of an instance has such a version"),
        )
    return []


def _check_services(source: Source, found: Files, request: dict[str, Any], adopt_command: str) -> None:
    services = request.get("services", _DEFAULT_SERVICES)
    paths = request.get("persistent_paths", ["data", "logs"])
    for service in services if isinstance(services, (list, tuple)) else ():
        if (
            not isinstance(service, dict)
            or service.get("enabled") is False
            or service.get("type") not in _MODES.get(str(request.get("mode")), (service.get("type"),))
        ):
            continue
        file = re.fullmatch(r"python ([A-Za-z0-9_./-]+\.py)(?: .*)?", str(service.get("command")))
        kept = file and isinstance(paths, list) and any(file.group(1).startswith(f"{one}/") for one in paths)
        path = posixpath.join(str(request.get("directory") or ""), file.group(1)) if file else ""
        if file and not kept and path not in found:
            raise Stop(
                REFUSED,
                f"--repository {source.shown}: the service {service.get('name')} starts {path}, which the commit does not have. Name the "
                f"programs of this repository; {adopt_command}",
            )
