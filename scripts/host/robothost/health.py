"""health: whether the services of a release are healthy, as this instance sees them."""

from __future__ import annotations

import os

from robothost.evidence import described
from robothost.failures import Failure
from robothost.pages import listeners, page_problem, pages_of, port_problem
from robothost.problem import Problem
from robothost.readiness import NOTIFY, readiness_problem
from robothost.service_rules import RESTART_MINUTES, START_SECONDS
from robothost.services import UnitState, folder_of, states, works_in
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional

# More automatic restarts in so much time are unhealthy, even if the unit is up at the moment of the look.
RESTARTS_ALLOWED = 5
# Seconds that a deployment waits for the first heartbeat at most.
LONGEST_FIRST_BEAT = 120
# Seconds that a page has from its first answer to the one that is wanted, if its service names no other limit.
UNANSWERED_SECONDS = 20
# The message of systemd when it schedules a restart: systemd.messages(7) of its catalog.
RESTART_SCHEDULED = "5eb03494b6584870a536b337290809b3"


class Serving:
    """A release and what its health is judged by. The services are those of a request or of a manifest, judged by rules.services."""

    def __init__(self, release: str, services: List[Dict[str, Any]], port: int, health_path: str, protocol: str, hostname: str) -> None:
        enabled = {service["name"]: service for service in services if service["enabled"]}
        if not enabled:
            raise Failure("InvalidParameter", "Services has no enabled service")
        self.release = release
        self.units = list(enabled)
        self.pages = pages_of(list(enabled.values()), port, health_path, protocol, hostname)
        # name → (file below shared/, seconds that the unit may be silent)
        self.heartbeats = {name: (service["heartbeat_file"], service["max_age_seconds"])
                           for name, service in enabled.items() if "heartbeat_file" in service}
        self.ports: Dict[str, List[int]] = {name: service["ports"] for name, service in enabled.items() if "ports" in service}
        self.ready = {name: service["ready"] for name, service in enabled.items() if "ready" in service}
        self._services = enabled

    def start_limit(self, unit: str, usual: int = START_SECONDS) -> int:
        """Seconds from the start in which the unit must become healthy."""
        silence = self.heartbeats.get(unit, ("", 0))[1]
        longest = max(usual, silence if silence <= LONGEST_FIRST_BEAT else 0)
        return int(self._services.get(unit, {}).get("start_seconds", longest))

    def answer_limit(self, unit: str) -> int:
        """Seconds from the first answer in which it must be the right one."""
        return int(self._services.get(unit, {}).get("unanswered_seconds", UNANSWERED_SECONDS))

    def waits_for_beat(self, unit: str) -> bool:
        """Whether a deployment waits for the first heartbeat."""
        return int(self.heartbeats[unit][1]) <= max(LONGEST_FIRST_BEAT, int(self._services[unit].get("start_seconds", 0)))


def serving(manifest: Dict[str, Any]) -> Serving:
    """Of the release with this manifest, which manifest.py has judged."""
    return Serving(manifest["release"], manifest["services"], manifest["port"], manifest["health_path"], manifest["protocol"],
                   manifest["certificate_hostname"])


def unit_problem(host: Host, release: Serving, name: str, state: UnitState) -> Optional[Problem]:
    """None for a unit that is active, runs in the release, is not restarted all the time and is not silent."""
    if not state.is_running:
        if state.active == "activating" and state.sub == "start":
            notifies = release.ready.get(name) == NOTIFY
            return Problem(name, "runs and is not ready: it has not notified systemd (sd_notify, READY=1)" if notifies else "is still starting")
        if os.path.lexists(host.layout.unsettled):
            return Problem(name, "does not start: its release was not confirmed, and the instance cannot roll it back; see"
                                 " journalctl -u crypto-robot-dead-man", is_hopeless=True)
        return Problem(name, "%s, restarted %d times%s" % (how_it_ended(state), state.restarts, must_run(state)), is_hopeless=True)
    if not works_in(host.layout, state.pid, release.release):
        where = folder_of(host.layout, state.pid) or "nowhere"
        return Problem(name, "runs from %s instead of release %s" % (where, release.release))
    restarts = recent_restarts(host, name, state)
    if restarts > RESTARTS_ALLOWED:
        return Problem(name, "restarted %d times in %d minutes" % (restarts, RESTART_MINUTES), is_hopeless=True)
    return silence_problem(host, release, name, state)


def must_run(state: UnitState) -> str:
    return ": a service must run until it is stopped" if state.exit_code == os.CLD_EXITED and not state.exit_status else ""


def how_it_ended(state: UnitState) -> str:
    """While a new attempt runs, systemd has already forgotten how the last one ended."""
    if state.exit_code == os.CLD_EXITED:
        return "exited with status %d" % state.exit_status
    if state.exit_code in (2, 3):  # CLD_KILLED, CLD_DUMPED: os has them since Python 3.9
        return "was killed by signal %d" % state.exit_status
    return "ended" if state.restarts else "is %s (%s)" % (state.active, state.result)


def recent_restarts(host: Host, name: str, state: UnitState) -> int:
    """systemd counts restarts since the unit was last started on purpose; its journal has their times. _PID=1: a service may send
    entries with the other fields."""
    if state.restarts <= RESTARTS_ALLOWED:
        return state.restarts
    found = host.system.run("journalctl", "--no-pager", "-q", "-o", "cat", "--since", "-%dmin" % RESTART_MINUTES, "_PID=1",
                            "UNIT=%s.service" % name, "MESSAGE_ID=" + RESTART_SCHEDULED)
    return min(len(found.output.splitlines()), state.restarts)


def new_unit_problem(host: Host, release: Serving, name: str, state: UnitState) -> Optional[Problem]:
    """As unit_problem, and for a unit that was just started: it has never ended, and has given its first heartbeat."""
    problem = unit_problem(host, release, name, state)
    if problem:
        return problem
    if state.restarts:
        return Problem(name, "%s, restarted %d times" % (how_it_ended(state), state.restarts), is_hopeless=True)
    file = release.heartbeats.get(name, ("", 0))[0]
    if file and release.waits_for_beat(name) and silence(host, release, name, state) >= int(state.age(host.system)):
        return Problem(name, "has given no heartbeat in %s since it was started" % file)
    return readiness_problem(host, name, release.ready[name], state) if name in release.ready else None


def silence(host: Host, release: Serving, name: str, state: UnitState) -> int:
    """Seconds since the unit's last heartbeat of this run, or since its start. A file from the future is none."""
    age = int(state.age(host.system))
    try:
        beat = int(host.system.now()) - int(os.lstat(os.path.join(host.layout.shared, release.heartbeats[name][0])).st_mtime)
    except OSError:
        return age
    return age if beat < -60 else min(max(beat, 0), age)


def silence_problem(host: Host, release: Serving, name: str, state: UnitState) -> Optional[Problem]:
    if name not in release.heartbeats:
        return None
    file, allowed = release.heartbeats[name]
    silent = silence(host, release, name, state)
    if silent <= allowed:
        return None
    return Problem(name, "runs and is silent: no heartbeat in %s for %d s, allowed are %d" % (file, silent, allowed))


def first_problem(host: Host, release: Serving, is_new: bool = False, probed: Callable[[], None] = lambda: None) -> Optional[Problem]:
    """One look at everything; probed is called before a request to a page."""
    found = states(host.system, release.units)
    for name in release.units:
        problem = (new_unit_problem if is_new else unit_problem)(host, release, name, found[name])
        if problem:
            return problem
    return listening_problem(host, release, is_new, probed)


def listening_problem(host: Host, release: Serving, is_new: bool = False, probed: Callable[[], None] = lambda: None) -> Optional[Problem]:
    """Of the ports and pages of the release."""
    if not release.pages and not release.ports:
        return None
    found = listeners(host)
    for unit, ports in release.ports.items():
        problem = port_problem(host, unit, ports, found)
        if problem:
            return problem
    for page in release.pages:
        probed()
        problem = page_problem(host, release.release, page, is_new, found)
        if problem:
            return problem
    return None


def evidence(host: Host, unit: str, since: int, only_errors: bool = False) -> str:
    """The line that states why a unit ended, redacted: of its newest run or, when it was restarted meanwhile, of all since then. Only what
    its own processes printed: systemd and the crash program, which run as root, write to the unit's journal too."""
    state = states(host.system, [unit])[unit]
    which = ["--since", "@%d" % since]
    if state.restarts == 0 and state.invocation:
        which = ["_SYSTEMD_INVOCATION_ID=" + state.invocation]
    printed = host.system.run("journalctl", "--no-pager", "-q", "--all", "-o", "cat", "-n", "400", "_SYSTEMD_UNIT=%s.service" % unit,
                              "_UID=%d" % host.layout.user_id(), *which).output
    return described(host.redacted(printed), host.layout.application, only_errors)
