"""other_steps: ends the other steps of this instance before what they do is undone."""

from __future__ import annotations

from robothost.failures import Failure
from robothost.step import Host
from robothost.unit import PREFIX

# systemctl: a unit that has ended since is not loaded any more, which is as good.
NOT_LOADED = 5


def stop_others(host: Host) -> None:
    """Their processes are gone when this returns."""
    shown = host.system.run("systemctl", "show", "--property=Id", "--value", PREFIX + "*.service").output.split()
    others = [unit for unit in shown if unit != host.unit + ".service"]
    if not others:
        return
    stopped = host.system.run("systemctl", "stop", *others)
    if stopped.code not in (0, NOT_LOADED):
        raise Failure("StepFailed", "%s cannot be stopped: %s" % (", ".join(others), stopped.errors.strip()))
