r"""compare-health: report how far the migration from containers is, and compare what they answer with what the release answers.

Guarantee: reads only and needs no lock. phase is none, prepared, parallel, taking-over, cutover or cleaned-up, derived from the state of
the instance, not from what was requested. well means that what should serve in this phase runs and answers.
Prints {"phase","well","containers_well","containers":[{"name","running"}],"container_health":[{"url","status","milliseconds"}],
"python":{"release","mode","healthy","milliseconds"},"env_base":bool}.

Timeout 60
"""

from __future__ import annotations

from robothost.docker import NotDone
from robothost.failures import Failure
from robothost.health import listening_problem, serving
from robothost.manifest import read_manifest
from robothost.migration_status import Ours, status
from robothost.releases import current
from robothost.rules import Refused
from robothost.services import states, works_in
from robothost.step import Host, as_json

# Requested often, and changes nothing.
LOGGED = False


def ours(host: Host) -> Ours:
    release = current(host.layout)
    if not release:
        return Ours("", "", False, 0)
    try:
        manifest = read_manifest(host.layout, release)
    except Refused:
        return Ours(release, "", False, 0)
    subject = serving(manifest)
    found = states(host.system, subject.units)
    is_healthy = all(state.is_running and works_in(host.layout, state.pid, release) for state in found.values())
    begun = host.system.uptime()
    if listening_problem(host, subject):
        is_healthy = False
    return Ours(release, manifest["mode"], is_healthy, int((host.system.uptime() - begun) * 1000))


def run(host: Host) -> str:
    try:
        return as_json(status(host, ours(host)))
    except NotDone as problem:
        raise Failure("HostUnfit", "the containers cannot be read: %s" % problem) from problem
