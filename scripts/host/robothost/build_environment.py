"""build_environment: makes a virtual environment and installs requirements. Runs as crypto-robot-build in a unit, see isolated.py.

build_environment <interpreter> <environment> <release>. The environment is an empty folder that lies, in this unit, where it is
going to serve: it knows its own path from the start. pip's settings come as PIP_… and NETRC in the environment; nothing else of it is
passed on. Exits with 3 where the interpreter cannot make an environment and with 4 where pip fails; both print what they have to say.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

NO_ENVIRONMENT, NOT_INSTALLED = 3, 4


def settings(home: str) -> dict[str, str]:
    """The home is empty and gone with the unit, and no build leaves a cache to the next."""
    found = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name == "NETRC"}
    found.update(HOME=home, PATH=os.environ.get("PATH", os.defpath), LANG="C.UTF-8", PIP_DISABLE_PIP_VERSION_CHECK="1")
    return found


def built(python: str, environment: str, release: str) -> int:
    with tempfile.TemporaryDirectory(prefix="home-") as home:
        env = settings(home)
        if subprocess.run([python, "-I", "-m", "venv", environment], env=env, check=False).returncode:
            return NO_ENVIRONMENT
        # Isolated: a module of the robot's own, such as signal.py, must not come in front of the library's.
        pip = [os.path.join(environment, "bin", "python"), "-I", "-m", "pip", "install", "--no-input", "--no-color",
               "--no-cache-dir", "--progress-bar", "off", "-r", "requirements.txt"]
        return NOT_INSTALLED if subprocess.run(pip, cwd=release, env=env, check=False).returncode else 0


def main(python: str, environment: str, release: str) -> None:
    sys.exit(built(python, environment, release))
