"""index_login: how pip reaches its package index: the machine's settings, the system's authorities, and a login that no robot sees.

The login to a package index is in /etc/crypto-robot-index.netrc, root's with mode 600. pip gets a copy that only its user,
crypto-robot-build, can read, in its own unit and for as long as that runs.
"""

from __future__ import annotations

import os
import re
import stat

from robothost import changes
from robothost.failures import Failure
from robothost.files import content, plain, status_of
from robothost.layout import BUILD_USER, Layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Type

    from robothost.step import Host

INSIDE = "/run/crypto-robot-index.netrc"
# Debian keeps the system's authorities in the first, Amazon Linux in the second.
AUTHORITIES = ("etc/ssl/certs/ca-certificates.crt", "etc/pki/tls/certs/ca-bundle.crt")


def pip_conf(layout: Layout) -> str:
    return layout.machine("etc/pip.conf")


def login(layout: Layout) -> str:
    return layout.machine("etc/crypto-robot-index.netrc")


class IndexSettings:
    """Between enter and exit, settings is what the unit of pip needs."""

    def __init__(self, host: Host) -> None:
        self._host, self._copy = host, os.path.join(host.work, "netrc")
        self.settings: List[str] = []

    def __enter__(self) -> IndexSettings:
        layout = self._host.layout
        self.settings.append("Environment=PIP_CONFIG_FILE=" + pip_conf(layout))
        # An address that pip.conf trusts otherwise stays so.
        if not re.search(r"^\s*cert\s*[=:]", content(pip_conf(layout)), re.MULTILINE):
            bundles = [path for path in map(layout.machine, AUTHORITIES) if os.access(path, os.R_OK)]
            self.settings += ["Environment=PIP_CERT=" + path for path in bundles[:1]]
        if os.path.exists(login(layout)):
            check(login(layout))
            # Nobody but root makes a file here; it is the user's when it is complete.
            changes.write_new(self._copy, plain(login(layout)).decode("utf-8", "surrogateescape"), 0o400, layout.account(BUILD_USER))
            self.settings += ["BindReadOnlyPaths=%s:%s" % (self._copy, INSIDE), "Environment=NETRC=" + INSIDE]
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], *_: object) -> None:
        """The login goes as soon as pip is done."""
        changes.unlink(self._copy)


def check(path: str) -> None:
    status = status_of(path)
    if not status or not stat.S_ISREG(status.st_mode) or status.st_uid not in (0, os.geteuid()) or stat.S_IMODE(status.st_mode) != 0o600:
        raise Failure("HostUnfit", "%s is readable by others than root: chown root: %s && chmod 600 %s" % (path, path, path))
