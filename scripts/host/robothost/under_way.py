"""under_way: whether a run is changing what serves, so that nobody else may judge it now."""

from __future__ import annotations

import os

from robothost import lock
from robothost.step import Host

# The phase of the deploy machine's ActivateRelease: before it the old release serves untouched.
ACTIVATION_PHASE = 40
# Seconds between two steps of a run. AWS may make it minutes.
IDLE_SECONDS = 300


def is_under_way(host: Host) -> bool:
    """Also while the instance goes down under a power run's lock, and while the dead-man switch rolls back."""
    held = lock.read(host.layout)
    if is_younger(host, host.layout.firing):
        return True
    if held is None or (held.lifetime != "boot" and held.phase < ACTIVATION_PHASE):
        return False
    # A run that was ended from outside leaves its lock behind, which must not hide a robot that is down.
    if is_younger(host, host.layout.lock):
        return True
    return bool(host.system.run("systemctl", "show", "--property=Id", "--value", "crypto-robot-step-*.service").output.strip())


def is_younger(host: Host, path: str) -> bool:
    try:
        changed = int(os.lstat(path).st_mtime)
    except OSError:
        return False
    return int(host.system.now()) - changed < int(host.variable("DEPLOYER_RUN_IDLE_SECONDS", str(IDLE_SECONDS)))
