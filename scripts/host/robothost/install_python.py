"""install_python: installs the interpreter that an application wants, from the distribution's own packages."""

from __future__ import annotations

import re

from robothost import interpreter
from robothost.failures import Failure
from robothost.interpreter import Interpreter
from robothost.packages import Packages
from robothost.step import Host
from robothost.system import System

ENVIRONMENTS = "import ensurepip, venv"


def can_make_environments(system: System, path: str) -> bool:
    if system.is_own_interpreter(path):
        from importlib.util import find_spec

        return bool(find_spec("ensurepip") and find_spec("venv"))
    return system.run(path, "-ISc", ENVIRONMENTS).code == 0


def need(host: Host, packages: Packages) -> Interpreter:
    """Installs what is missing from the distribution's own packages. PythonMissing, with what is installed instead."""
    wanted = host.request.text("PythonVersion")
    name = interpreter.command(wanted)
    found = interpreter.find(host)
    if found is None:
        try:
            packages.install([name], [name, name + "-venv"])
        except Failure as failure:
            raise Failure("PythonMissing", "Python %s is not here and cannot be installed (%s); here is %s"
                          % (wanted or 3, host.redacted(failure.message)[:300], installed(host.system))) from failure
        found = interpreter.find(host)
        if found is None:
            raise Failure("PythonMissing", "Python %s is not what its package brought; here is %s" % (wanted or 3, installed(host.system)))
        packages.installed.append(name)
    if not can_make_environments(host.system, found.path):
        # Debian installs venv without pip's wheel where python3-venv is missing.
        packages.install([name + "-pip"], [name + "-venv"])
        if not can_make_environments(host.system, found.path):
            raise Failure("PythonMissing", "%s cannot make virtual environments: it lacks venv or ensurepip" % found.path)
        packages.installed.append(name + "-venv")
    return found


def installed(system: System) -> str:
    """The versions on this instance, like "3.9, 3.11"."""
    names = (re.fullmatch(r"python(3\.[0-9]+)", name) for name in system.programs("python3."))
    versions = sorted({found.group(1) for found in names if found}, key=lambda version: int(version[2:]))
    return ", ".join(versions) or "none"
