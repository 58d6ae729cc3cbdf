"""drift_running: names what runs and was not deployed: processes, listening ports, a packet filter that is not loaded."""

from __future__ import annotations

import os
import re

from robothost.drift import Deployed, read
from robothost.services import unit_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional, Set

GUARD = "crypto-robot-metadata.service"
# What a step starts is gone when the step is.
STEPS = ("crypto-robot-step-", "crypto-robot-plan-")
# Seconds after which a process of another step's command, such as git's, has ended.
MOMENT = 1


class Process:
    """A process: its pid, its start in ticks since the boot, its user's id, its unit, its program and its folder."""

    def __init__(self, pid: str, started: str, uid: int, unit: str, program: str, folder: str) -> None:
        self.pid, self.started, self.uid, self.unit, self.program, self.folder = pid, started, uid, unit, program, folder


def process(proc: str, pid: str) -> Optional[Process]:
    """None when it has ended, and for a thread of the kernel, which has no folder that can be read or no command."""
    folder = os.path.join(proc, pid)
    try:
        uid, where = user_of(folder), os.readlink(os.path.join(folder, "cwd"))
    except OSError:
        return None
    words = (read(os.path.join(folder, "cmdline")) or b"").decode("utf-8", "replace").split("\0")
    # The name of the program is in parentheses and may contain blanks and parentheses.
    fields = (read(os.path.join(folder, "stat")) or b"").decode("utf-8", "replace").rpartition(")")[2].split()
    return Process(pid, fields[19] if len(fields) > 19 else "", uid, unit_of(proc, pid), words[0], where)


def user_of(folder: str) -> int:
    return os.stat(folder).st_uid


def expected_units(deployed: Deployed) -> Set[str]:
    return {service["name"] + ".service" for service in deployed.services}


def is_foreign(deployed: Deployed, one: Process) -> bool:
    """Outside the units of the release: each process of the application's user, and each that runs a program of the application."""
    if one.unit in expected_units(deployed) or one.unit.startswith(STEPS):
        return False
    layout = deployed.host.layout
    in_release = (one.folder + "/").startswith(layout.releases + "/") and "python" in os.path.basename(one.program)
    return one.uid == layout.user_id() or one.program.startswith(layout.application + "/") or in_release


def foreign_processes(deployed: Deployed) -> Dict[str, Process]:
    """pid → process."""
    proc = deployed.host.layout.proc
    found = (process(proc, pid) for pid in sorted(filter(str.isdigit, os.listdir(proc)), key=int))
    return {one.pid: one for one in found if one and is_foreign(deployed, one)}


def check_processes(deployed: Deployed) -> None:
    found = foreign_processes(deployed)
    if not found:
        return
    deployed.host.system.sleep(MOMENT)
    still = foreign_processes(deployed)
    for pid, one in found.items():
        if pid in still and still[pid].started == one.started:
            said = "process %s (%s) runs outside the services" % (pid, os.path.basename(one.program) or "without a name")
            deployed.differs("processes", said, "on the instance: kill " + pid)


def check_ports(deployed: Deployed) -> None:
    """A service may listen where it likes; what listens beside the services is named."""
    layout = deployed.host.layout
    web = any(service["type"] == "web_application" for service in deployed.services)
    for line in deployed.host.system.run("ss", "-Hltnp").output.splitlines():
        port = line.split()[3].rsplit(":", 1)[1]
        for pid in sorted(set(re.findall(r"pid=(\d+)", line))):
            unit = unit_of(layout.proc, pid)
            if unit in expected_units(deployed):
                continue
            try:
                ours = user_of(os.path.join(layout.proc, pid)) == layout.user_id()
            except OSError:
                continue
            if ours:
                said = "port %s is listened on by process %s%s" % (port, pid, " of " + unit if unit else "")
                deployed.differs("ports", said, "on the instance: kill " + pid)
            elif web and port == str(deployed.manifest["port"]):
                said = "port %s belongs to process %s, which is not the web application" % (port, pid)
                deployed.differs("ports", said, "on the instance: kill " + pid)


def check_packet_filter(deployed: Deployed) -> None:
    if not os.path.exists(os.path.join(deployed.host.layout.units, GUARD)):
        return
    rules = deployed.host.system.run("nft", "list", "table", "inet", "crypto_robot").output
    if "169.254.169.254" not in rules or "reject" not in rules:
        said = "the rule that keeps all users but root from the instance's credentials is not loaded"
        deployed.differs("firewall", said, "on the instance: systemctl restart " + GUARD)
