"""health: whether the services of a release are healthy, as this instance sees them."""

from __future__ import annotations

import os
import re

from robothost.evidence import described
from robothost.failures import Failure
from robothost.history import confirmed
from robothost.plain import plain
from robothost.services import UnitState, folder_of, states, unit_of, works_in
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional

    from robothost.system import Ended

# More automatic restarts in so much time are unhealthy, even if the unit is up at the moment of the look.
RESTARTS_ALLOWED, RESTART_MINUTES = 5, 30
# Seconds that a deployment waits for the first heartbeat at most.
LONGEST_FIRST_BEAT = 120
# What curl returns when the other side speaks the other protocol: for https, a failed handshake or a connection that was cut; for http,
# no answer, an answer without a status line, or a connection that was cut.
OTHER_PROTOCOL = {"https": (35, 56), "http": (1, 8, 52, 56)}
# The message of systemd when it schedules a restart: systemd.messages(7) of its catalog.
RESTART_SCHEDULED = "5eb03494b6584870a536b337290809b3"


class Problem:
    """What is unhealthy: the unit, why, whether it is of no use to wait, because it has ended, and whether a program answers, which has
    started then. The reason may contain words of curl: redact it before it is printed."""

    def __init__(self, unit: str, what: str, is_hopeless: bool = False, answers: bool = False, advice: str = "") -> None:
        self.unit, self.is_hopeless, self.answers = unit, is_hopeless, answers
        self._what, self._advice = what, advice
        # Whether the unit's log must not add a line that is no error: the reason is known.
        self.is_explained = bool(advice)

    @property
    def reason(self) -> str:
        return "%s. %s" % (self._what, self._advice) if self._advice else self._what

    def at_limit(self, limit: str) -> Problem:
        """As a verdict: with the limit that was reached."""
        return Problem(self.unit, "%s (limit: %s)" % (self._what, limit), self.is_hopeless, self.answers, self._advice)


class Listener:
    """A listening TCP socket: its address, its port, and pid → unit of the processes that hold it."""

    def __init__(self, address: str, port: int, units: Dict[str, str]) -> None:
        self.address, self.port, self.units = address, port, units

    @property
    def is_loopback(self) -> bool:
        return bool(re.fullmatch(r"(?:127\.[0-9.]+|\[?::1\]?|\[?::ffff:127\.[0-9.]+\]?)(?:%\S+)?", self.address))

    def __str__(self) -> str:
        return "%s:%d" % ("0.0.0.0" if self.address == "*" else self.address, self.port)


class Serving:
    """A release and what its health is judged by. The services are those of a request or of a manifest, judged by rules.services."""

    def __init__(self, release: str, services: List[Dict[str, Any]], port: int, health_path: str, protocol: str, hostname: str) -> None:
        enabled = [service for service in services if service["enabled"]]
        if not enabled:
            raise Failure("InvalidParameter", "Services has no enabled service")
        self.release = release
        self.units = [service["name"] for service in enabled]
        self.web = next((service["name"] for service in enabled if service["type"] == "web_application"), "")
        # name → (file below shared/, seconds that the unit may be silent)
        self.heartbeats = {service["name"]: (service["heartbeat_file"], service["max_age_seconds"])
                           for service in enabled if "heartbeat_file" in service}
        self.port, self.health_path, self.protocol, self.hostname = port, health_path, protocol, hostname


def serving(manifest: Dict[str, Any]) -> Serving:
    """Of the release with this manifest, which manifest.py has judged."""
    return Serving(manifest["release"], manifest["services"], manifest["port"], manifest["health_path"], manifest["protocol"],
                   manifest["certificate_hostname"])


def unit_problem(host: Host, release: Serving, name: str, state: UnitState) -> Optional[Problem]:
    """None for a unit that is active, runs in the release, is not restarted all the time and is not silent."""
    if not state.is_running:
        if state.active == "activating" and state.sub == "start":
            return Problem(name, "is still starting")
        if os.path.lexists(host.layout.unsettled):
            return Problem(name, "does not start: its release was not confirmed, and the instance cannot roll it back; see"
                                 " journalctl -u crypto-robot-dead-man", is_hopeless=True)
        return Problem(name, "%s, restarted %d times" % (how_it_ended(state), state.restarts), is_hopeless=True)
    if not works_in(host.layout, state.pid, release.release):
        where = folder_of(host.layout, state.pid) or "nowhere"
        return Problem(name, "runs from %s instead of release %s" % (where, release.release))
    restarts = recent_restarts(host, name, state)
    if restarts > RESTARTS_ALLOWED:
        return Problem(name, "restarted %d times in %d minutes" % (restarts, RESTART_MINUTES), is_hopeless=True)
    return silence_problem(host, release, name, state)


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
    file, allowed = release.heartbeats.get(name, ("", 0))
    if file and allowed <= LONGEST_FIRST_BEAT and silence(host, release, name, state) >= int(state.age(host.system)):
        return Problem(name, "has given no heartbeat in %s since it was started" % file)
    return None


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


def listeners(host: Host) -> List[Listener]:
    found = []
    for line in host.system.run("ss", "-Hltnp").output.splitlines():
        words = line.split()
        address, colon, port = words[3].rpartition(":") if len(words) > 3 else ("", "", "")
        if colon and port.isdigit():
            found.append(Listener(address, int(port), {pid: unit_of(host.layout.proc, pid) for pid in re.findall(r"pid=(\d+)", line)}))
    return found


def foreign_listeners(host: Host, release: Serving, found: List[Listener]) -> str:
    """Who listens on the web application's port outside its unit. A program that took the port first, or shares it (SO_REUSEPORT), would
    give the answer of the web application."""
    others = []
    for listener in found:
        if listener.port != release.port:
            continue
        if not listener.units:
            others.append("no known process")
        for pid, unit in listener.units.items():
            # A process that is gone has closed its port.
            if unit != release.web + ".service" and os.path.isdir(os.path.join(host.layout.proc, pid)):
                others.append("process %s (%s)" % (pid, unit or "in no service"))
    return ", ".join(others)


def request_page(host: Host, release: Serving, protocol: str, *options: str) -> Ended:
    """One request to this machine under the configured name; the output is the status."""
    url = "%s://%s:%d%s" % (protocol, release.hostname, release.port, release.health_path)
    return host.system.run("curl", "-sS", "--noproxy", "*", "--proto", "=" + protocol, "--resolve",
                           "%s:%d:127.0.0.1" % (release.hostname, release.port), *options, "--connect-timeout", "2", "--max-time", "5",
                           "-o", "/dev/null", "-w", "%{http_code}", "--url", url)


def web_problem(host: Host, release: Serving, is_new: bool = False) -> Optional[Problem]:
    """One request to the web application. A page that only this machine reaches is a problem of a
    release that was never confirmed: one that was must stay a target of a rollback."""
    found = listeners(host)
    others = foreign_listeners(host, release, found)
    if others:
        return Problem(release.web, "does not have port %d to itself: there is a listener of %s" % (release.port, others))
    url = "%s://%s:%d%s" % (release.protocol, release.hostname, release.port, release.health_path)
    # Trusting exactly the chain that was installed shows that the application serves that one, and checks name and dates too.
    trust = [] if release.protocol == "http" else ["--cacert", os.path.join(host.layout.certificates, release.hostname, "cert.pem")]
    done = request_page(host, release, release.protocol, *trust)
    own = [listener for listener in found if release.web + ".service" in listener.units.values()]
    if done.code == 0 and done.output == "200":
        unreachable = loopback_words(release, own) if is_new and release.release not in confirmed(host.layout) else ""
        advice = "Let it listen on 0.0.0.0, port %d" % release.port
        return Problem(release.web, unreachable, answers=True, advice=advice) if unreachable else None
    if done.code == 0:
        return Problem(release.web, "answered %s at %s instead of 200" % (done.output, url), answers=True)
    reason = "did not answer at %s: %s" % (url, plain((done.errors.splitlines() or [""])[0]))
    if speaks_other(host, release, done.code):
        return Problem(release.web, reason, answers=True, advice=other_protocol(release))
    return Problem(release.web, reason, advice=elsewhere(release, own))


def loopback_words(release: Serving, own: List[Listener]) -> str:
    """Why nobody reaches a page that answers here, or nothing."""
    at = [listener for listener in own if listener.port == release.port]
    if not at or not all(listener.is_loopback for listener in at):
        return ""
    return "listens only on %s: nobody outside this instance reaches it" % " and ".join(map(str, at))


def speaks_other(host: Host, release: Serving, code: int) -> bool:
    """Whether the page answers over the protocol that was not requested."""
    if code not in OTHER_PROTOCOL[release.protocol]:
        return False
    other = "http" if release.protocol == "https" else "https"
    # Nothing secret is sent, and nothing of the answer is used.
    return request_page(host, release, other, "--insecure", "--http0.9").code == 0


def other_protocol(release: Serving) -> str:
    if release.protocol == "https":
        return ("The page speaks http, not https, on port %d: give its server the files in SSL_CERT_PATH and SSL_KEY_PATH, or set protocol "
                "to http" % release.port)
    return "The page speaks https, not http, on port %d: set protocol to https, or let its server speak http" % release.port


def elsewhere(release: Serving, own: List[Listener]) -> str:
    """Where the service listens, as far as that explains why it does not answer on 127.0.0.1."""
    if not own:
        return "No process of %s listens on a port" % release.web
    at = [listener for listener in own if listener.port == release.port]
    if any(listener.is_loopback or listener.address in ("*", "0.0.0.0", "[::]") for listener in at):
        return ""
    return "It listens on %s: let it listen on 0.0.0.0, port %d, as PORT in its environment says" % (
        " and ".join(map(str, own)), release.port)


def first_problem(host: Host, release: Serving, is_new: bool = False, probed: Callable[[], None] = lambda: None) -> Optional[Problem]:
    """One look at everything; probed is called before a request to the web application."""
    found = states(host.system, release.units)
    for name in release.units:
        problem = (new_unit_problem if is_new else unit_problem)(host, release, name, found[name])
        if problem:
            return problem
    if not release.web:
        return None
    probed()
    return web_problem(host, release, is_new)


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
