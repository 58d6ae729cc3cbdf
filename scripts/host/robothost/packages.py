"""packages: installs what an instance lacks, with its own package manager, one installer at a time."""

from __future__ import annotations

import os

from robothost.failures import Failure
from robothost.layout import Layout
from robothost.lock import Exclusive
from robothost.printed import Printed, logged
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Sequence

# Seconds that apt-get waits for another one.
APT_LOCK = 120
# program, package of Amazon Linux, package of Debian
NEEDED = (("git", "git", "git"), ("jq", "jq", "jq"), ("curl", "curl", "curl"), ("openssl", "openssl", "openssl"), ("aws", "awscli-2", "awscli"),
          ("ss", "iproute", "iproute2"), ("logger", "util-linux-core", "bsdutils"))


class Installing(Exclusive):
    """No other step installs meanwhile."""

    def __init__(self, layout: Layout) -> None:
        super().__init__(os.path.join(layout.state, "install.flock"))


class Packages:
    """What this step had to install."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.installed: List[str] = []

    def need(self, program: str, dnf: str, apt: str) -> None:
        if self._host.system.which(program):
            return
        self.install([dnf], [apt])
        if not self._host.system.which(program):
            raise Failure("HostUnfit", "%s is still missing after installing it" % program)
        self.installed.append(program)

    def install(self, dnf: Sequence[str], apt: Sequence[str]) -> None:
        with Installing(self._host.layout):
            self._host.log.write("installing " + " ".join(apt))
            if self._host.system.which("dnf"):
                self._check("dnf", dnf, logged(self._host, "dnf", "-y", "-q", "install", *dnf))
            elif self._host.system.which("apt-get"):
                self._check("apt-get", apt, self._apt(apt))
            else:
                raise Failure("HostUnfit", "neither dnf nor apt-get is here to install " + " ".join(apt))

    def _apt(self, names: Sequence[str]) -> Printed:
        command = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=%d" % APT_LOCK, "install", *names)
        done = logged(self._host, *command)
        if done.code == 0:
            return done
        # Its lists of packages may be missing or old.
        updated = logged(self._host, "apt-get", "-q", "update")
        return updated if updated.code else logged(self._host, *command)

    def _check(self, manager: str, names: Sequence[str], done: Printed) -> None:
        if done.code:
            raise Failure("HostUnfit", "%s cannot install %s: %s" % (manager, " ".join(names), done.last(2)))
