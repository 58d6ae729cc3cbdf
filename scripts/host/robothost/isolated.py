"""isolated: runs what works with a commit or a dependency as a user that owns nothing else, in a transient unit.

crypto-robot-fetch runs git and is given the repository's login. crypto-robot-build runs pip, build backends and the interpreter of an
environment. Neither sees the other's files, the keys, certificates, other environments or another step's files: of the application's
folder and of /run only the named places exist in the unit. When the unit has ended, none of its processes is left.
"""

from __future__ import annotations

import os

from robothost.layout import Layout
from robothost.system import Ended

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Sequence

    from robothost.step import Host

METADATA_ADDRESSES = "169.254.169.254 fd00:ec2::254"


class Unit:
    """A unit for one command. A setting is a property of a unit; BindPaths names the one folder that is writable."""

    def __init__(self, host: Host, user: str, name: str, settings: Sequence[str]) -> None:
        self._host, self._user, self._settings = host, user, list(settings)
        self.name = "%s%s-%d" % (prefix(host), name, int.from_bytes(os.urandom(4), "big"))

    def run(self, *command: str, is_merged: bool = False) -> Ended:
        """How the command ended; with is_merged its errors are in the output. systemd-run ends with 1, 255 or the number of a signal if the
        command did not end on its own."""
        host = self._host
        if host.unit:
            # An attempt that was killed may have left one that is still ending.
            host.system.run("systemctl", "stop", prefix(host) + "*.service")
        return host.system.run_to_files(host.work, *self._words(), "--", *command, is_merged=is_merged)

    def _words(self) -> List[str]:
        host = self._host
        properties = [*self._bounds(), *protection(host.layout), *resolver(host.layout), *self._settings]
        return ["systemd-run", "--quiet", "--collect", "--pipe", "--wait", "--service-type=exec", "--unit=" + self.name,
                "--description=Crypto robot deployer: %s, as %s" % (host.name, self._user), *("--property=" + one for one in properties)]

    def _bounds(self) -> List[str]:
        """Whose it is, and how long and how much of the machine it may use beside the robot that serves."""
        host = self._host
        # It ends with the step's unit.
        bound = ["BindsTo=%s.service" % host.unit, "After=%s.service" % host.unit] if host.unit else []
        return [*bound, "User=" + self._user, "Group=" + self._user, "WorkingDirectory=/", "UMask=0022", "RuntimeMaxSec=%d" % host.seconds,
                "KillMode=control-group", "TimeoutStopSec=5", "CPUWeight=50", "IOWeight=50", "MemoryMax=75%", "TasksMax=512",
                # A memory image would have the login.
                "LimitCORE=0"]


def protection(layout: Layout) -> List[str]:
    return [
        # No privilege, and no program or namespace that gives one.
        "NoNewPrivileges=yes", "CapabilityBoundingSet=", "AmbientCapabilities=", "RestrictSUIDSGID=yes", "RestrictNamespaces=yes",
        "RestrictRealtime=yes", "LockPersonality=yes", "KeyringMode=private", "SystemCallArchitectures=native",
        # The network of git and pip, but not the instance's role.
        "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6", "IPAddressDeny=" + METADATA_ADDRESSES,
        # Nothing of other users and processes.
        "PrivateUsers=yes", "PrivateTmp=yes", "PrivateDevices=yes", "DevicePolicy=closed", "PrivateIPC=yes", "ProtectProc=invisible",
        # The system is read-only. Of these folders only the places that a setting names exist; ProtectHome=tmpfs would leave the homes
        # writable (systemd 252).
        "ProtectSystem=strict", "TemporaryFileSystem=%s:ro /run:ro /home:ro /root:ro /dev/shm:mode=1777" % layout.application,
        "InaccessiblePaths=-" + layout.state,
        "ProtectKernelTunables=yes", "ProtectKernelModules=yes", "ProtectKernelLogs=yes", "ProtectControlGroups=yes", "ProtectClock=yes",
        "ProtectHostname=yes",
    ]


def resolver(layout: Layout) -> List[str]:
    """Names are resolved through the file that this one leads to."""
    folder = os.path.dirname(os.path.realpath(layout.machine("etc/resolv.conf")))
    return ["BindReadOnlyPaths=-" + folder] if (folder + "/").startswith("/run/") else []


def prefix(host: Host) -> str:
    """How the names of all units begin that belong to this run of the step. What ends the step finds them by it."""
    return (host.unit or "crypto-robot-%s-%d" % (host.name, os.getpid())) + "_"
