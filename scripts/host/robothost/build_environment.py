"""build_environment: makes a virtual environment and installs what is wanted. Runs as crypto-robot-build in a unit, see isolated.py.

build_environment <task>. The task is a JSON file of root's, see tasks.py. The environment is an empty folder that lies, in this unit,
where it is going to serve: it knows its own path from the start. pip's settings come as PIP_… and NETRC in the environment; nothing else
of it is passed on. Exits with 3 where the interpreter cannot make an environment and with 4 where the builder fails; both print what they
have to say.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Of a release: what no build reads.
PRIVATE = (".env", ".deployer-env-base", "venv", "release.json")
NO_ENVIRONMENT, NOT_INSTALLED = 3, 4


def settings(home: str) -> dict[str, str]:
    """The home is empty and gone with the unit, and no build leaves a cache to the next."""
    found = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name == "NETRC"}
    found.update(HOME=home, PATH=os.environ.get("PATH", os.defpath), LANG="C.UTF-8", PIP_DISABLE_PIP_VERSION_CHECK="1")
    return found


def built(task: dict[str, Any]) -> int:
    """A project is built in a copy: a backend writes beside its sources, and a release is read-only."""
    with tempfile.TemporaryDirectory(prefix="home-") as home:
        env = settings(home)
        environment = task["environment"]
        if subprocess.run([task["python"], "-I", "-m", "venv", environment], env=env, check=False).returncode:
            return NO_ENVIRONMENT
        projects = copied(task, home) if task["projects"] else []
        for arguments in pip_calls(task, projects):
            # Isolated: a module of the robot's own, such as signal.py, must not come in front of the library's.
            pip = [os.path.join(environment, "bin", "python"), "-I", "-m", "pip", "install", "--no-input", "--no-color",
                   "--no-cache-dir", "--progress-bar", "off", *arguments]
            if subprocess.run(pip, cwd=task["folder"], env=env, check=False).returncode:
                return NOT_INSTALLED
        return 0


def copied(task: dict[str, Any], home: str) -> list[str]:
    place = os.path.join(home, "source")
    shutil.copytree(task["release"], place, symlinks=True, ignore=lambda folder, names: PRIVATE if folder == task["release"] else ())
    return [os.path.normpath(os.path.join(place, project)) for project in task["projects"]]


def pip_calls(task: dict[str, Any], projects: list[str]) -> list[list[str]]:
    """Their own dependencies are in the list, but for those of a project that only its backend knows."""
    constraints = ["-c", task["constraints"]] if task["constraints"] else []
    resolved = projects[:1] if task["resolves"] else []
    calls = []
    if task["requirements"] and not resolved:
        calls.append([*task["options"], *constraints, "-r", task["requirements"]])
    for project in resolved:
        calls.append([*constraints, project + ("[%s]" % ",".join(task["extras"]) if task["extras"] else "")])
    for project in projects:
        if project not in resolved:
            calls.append(["--no-deps", project])
    return calls


def main(task: str) -> None:
    with open(task, encoding="utf-8") as file:
        sys.exit(built(json.load(file)))
