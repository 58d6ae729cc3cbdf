r"""interpreter: which Python a release runs on, and which environment belongs to it.

Parameter PythonVersion ^(3\.[0-9]{1,2}(\.[0-9]{1,2})?)?$ The Python the application runs on, like 3.11; empty: the instance's python3.
"""

from __future__ import annotations

import hashlib
import os
import sys

from robothost import installation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from robothost.step import Host

ITS_VERSION = "import platform; print(platform.python_version())"


class Interpreter:
    """path has no link in it: python3 and python3.11 are one interpreter where one leads to the other, and have one environment."""

    def __init__(self, path: str, version: str) -> None:
        self.path, self.version = path, version

    def environment_hash(self, key: bytes) -> str:
        """Two releases share an environment when their requirements, of which environment_key.py has the key, and interpreter are the same."""
        return hashlib.sha256(("%s\n%s\n" % (self.path, self.version)).encode() + key).hexdigest()[:16]


def command(version: str) -> str:
    """Of the interpreter that is wanted: python3.11, or python3 where the request names no version."""
    return "python" + ".".join(version.split(".")[:2]) if version else "python3"


def find(host: Host) -> Optional[Interpreter]:
    """The interpreter that the request means; None when this instance has none that fits."""
    wanted = host.request.text("PythonVersion")
    for name in (command(wanted), "python3"):
        path = host.system.which(name)
        version = version_of(host, path) if path else ""
        if version and fits(version, wanted):
            return Interpreter(os.path.realpath(path), version)
    if wanted and installation.of(host.request.text("Installation")).allows_managed:
        from robothost import managed_python

        return managed_python.find(host.layout, wanted)
    return None


def version_of(host: Host, path: str) -> str:
    """Nothing for one that does not run. The one that runs this step needs no second process."""
    if host.system.is_own_interpreter(path):
        return sys.version.split()[0]
    done = host.system.run(path, "-ISc", ITS_VERSION)
    return "" if done.code else done.output.strip()


def fits(version: str, wanted: str) -> bool:
    return not wanted or version == wanted or version.startswith(wanted + ".")
