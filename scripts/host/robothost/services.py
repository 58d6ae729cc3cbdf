"""services: the application's units on this instance: which are installed, and their state in systemd."""

from __future__ import annotations

import os
import re

from robothost.failures import Failure
from robothost.files import content
from robothost.layout import UNIT_MARK, Layout
from robothost.system import System

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterable, List, Mapping, Optional

PROPERTIES = ("ActiveState,SubState,MainPID,NRestarts,NeedDaemonReload,Result,ExecMainStatus,ExecMainCode,InvocationID,LoadState,"
              "ExecMainStartTimestampMonotonic,DropInPaths,UnitFileState")


def installed(layout: Layout) -> List[str]:
    """The names of the installed units of this deployer, without suffix."""
    names = sorted(os.listdir(layout.units)) if os.path.isdir(layout.units) else []
    return [name[:-8] for name in names if name.endswith(".service") and is_ours(os.path.join(layout.units, name))]


def is_ours(path: str) -> bool:
    if os.path.islink(path) or not os.path.isfile(path):
        return False
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.readline().rstrip("\n") == UNIT_MARK


def is_robot(layout: Layout, name: str, release: str) -> bool:
    """By the installed unit or the release's: both have the type of their service."""
    folders = (layout.units, os.path.join(layout.release_state(release), "units"))
    return any("# Type: trading_robot" in content(os.path.join(folder, name + ".service")).splitlines() for folder in folders)


def stop(system: System, names: List[str]) -> List[str]:
    """Stops these units; the names of those that had to be killed. ActivationFailed when one does not stop."""
    if not names:
        return []
    system.run("systemctl", "stop", *(name + ".service" for name in names))
    found = states(system, names)
    for name, state in found.items():
        if state.active not in ("inactive", "failed"):
            raise Failure("ActivationFailed", "%s.service does not stop; see journalctl -u %s.service" % (name, name))
    return [name for name, state in found.items() if state.result == "timeout"]


class UnitState:
    """The state of a unit in systemd; of one that it does not know, too."""

    def __init__(self, properties: Mapping[str, str]) -> None:
        def number(name: str) -> int:
            value = properties.get(name, "")
            return int(value) if value.isdigit() else 0

        self.active = properties.get("ActiveState", "")
        self.sub = properties.get("SubState", "")
        self.result = properties.get("Result", "")
        self.invocation = properties.get("InvocationID", "")
        self.drop_ins = properties.get("DropInPaths", "")
        self.needs_reload = properties.get("NeedDaemonReload") == "yes"
        self.file_state = properties.get("UnitFileState", "")
        self.pid = number("MainPID")
        self.restarts = number("NRestarts")
        self.exit_code = number("ExecMainCode")
        self.exit_status = number("ExecMainStatus")
        # Microseconds of the system's uptime.
        self._started = number("ExecMainStartTimestampMonotonic")

    @property
    def is_running(self) -> bool:
        # A program that reports RELOADING=1 runs.
        return self.active == "active" and self.sub == "running" or self.active == "reloading"

    def started_at(self, system: System) -> Optional[float]:
        """Seconds since 1970 when the main process was started last; None when it never was."""
        return system.now() - self.age(system) if self._started else None

    def age(self, system: System) -> float:
        """Seconds since the main process was started."""
        return system.uptime() - self._started / 1_000_000


def states(system: System, names: Iterable[str]) -> Dict[str, UnitState]:
    """The state of each of these units."""
    wanted = list(names)
    if not wanted:
        return {}
    shown = system.run("systemctl", "show", "-p", PROPERTIES, *(name + ".service" for name in wanted)).output
    blocks = [dict(line.partition("=")[::2] for line in block.splitlines()) for block in shown.strip("\n").split("\n\n")]
    blocks += [{}] * (len(wanted) - len(blocks))
    return {name: UnitState(block) for name, block in zip(wanted, blocks)}


def works_in(layout: Layout, pid: int, release: str) -> bool:
    """Whether a process works in the release's folder."""
    return pid != 0 and folder_of(layout, pid) == os.path.realpath(layout.release(release))


def folder_of(layout: Layout, pid: int) -> str:
    try:
        return os.readlink(os.path.join(layout.proc, str(pid), "cwd"))
    except OSError:
        return ""


def unit_of(proc: str, pid: str) -> str:
    """The system's unit a process belongs to, or nothing. Units of a user lie below the system's unit user@<uid>.service."""
    found = re.search(r"/([^/\n]+\.service)(?:/|$)", content(os.path.join(proc, pid, "cgroup")), re.MULTILINE)
    return found.group(1) if found else ""
