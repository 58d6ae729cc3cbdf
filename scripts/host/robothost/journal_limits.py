"""journal_limits: the journal of the instance has a largest size."""

from __future__ import annotations

from robothost import machine_files, program
from robothost.serve import required
from robothost.step import Host

CONFIGURATION = "etc/systemd/journald.conf.d/50-crypto-robot.conf"


def install(host: Host) -> None:
    if not machine_files.install(host.layout, host.layout.machine(CONFIGURATION), program.template("crypto-robot-journal.conf")):
        return
    # Programs that run keep their connection to the journal over this.
    required(host, "systemctl", "restart", "systemd-journald")
    required(host, "journalctl", "--flush")
    host.log.write("the limits of the journal have changed")
