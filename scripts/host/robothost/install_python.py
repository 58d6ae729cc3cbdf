"""install_python: installs the interpreter that an application wants, from the distribution's own packages."""

from __future__ import annotations

import re

from robothost import installation, interpreter
from robothost.failures import Failure
from robothost.interpreter import Interpreter
from robothost.packages import Packages
from robothost.step import Host
from robothost.system import System

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

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
        found = from_packages(host, packages, wanted, name) if not managed(host) or is_of_distribution(host, wanted) else None
        if found is None and managed(host):
            from robothost import managed_python

            found = managed_python.install(host, wanted)
            packages.installed.append("Python %s of python-build-standalone" % found.version)
            return found
        if found is None:
            raise Failure("PythonMissing", "Python %s is not what its package brought; here is %s" % (wanted or 3, installed(host.system)))
    if not can_make_environments(host.system, found.path):
        # Debian installs venv without pip's wheel where python3-venv is missing.
        packages.install([name + "-pip"], [name + "-venv"])
        if not can_make_environments(host.system, found.path):
            raise Failure("PythonMissing", "%s cannot make virtual environments: it lacks venv or ensurepip" % found.path)
        packages.installed.append(name + "-venv")
    return found


def managed(host: Host) -> bool:
    """Whether the environment allows other interpreters than those of the distribution."""
    return bool(host.request.text("PythonVersion")) and installation.of(host.request.text("Installation")).allows_managed


def is_of_distribution(host: Host, wanted: str) -> bool:
    from robothost import obtainable

    return wanted in obtainable.of_distribution(host)


def from_packages(host: Host, packages: Packages, wanted: str, name: str) -> Optional[Interpreter]:
    try:
        packages.install([name], [name, name + "-venv"])
    except Failure as failure:
        raise Failure("PythonMissing", "Python %s is not here and cannot be installed (%s). This instance can have %s; an environment file with "
                      "\"python_source\": \"managed\" also gets the builds of python-build-standalone" % (
                          wanted or 3, host.redacted(failure.message)[:300], listed(host))) from failure
    found = interpreter.find(host)
    if found:
        packages.installed.append(name)
    return found


def listed(host: Host) -> str:
    from robothost import obtainable

    return obtainable.listed(obtainable.versions(host))


def installed(system: System) -> str:
    """The versions on this instance, like "3.9, 3.11"."""
    names = (re.fullmatch(r"python(3\.[0-9]+)", name) for name in system.programs("python3."))
    versions = sorted({found.group(1) for found in names if found}, key=lambda version: int(version[2:]))
    return ", ".join(versions) or "none"
