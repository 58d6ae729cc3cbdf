r"""read-health: report whether what serves is healthy, and whether that is news.

Guarantee: reads only, needs no lock, and disturbs no deployment. Once a deployment has begun to activate a release, its own
health check judges and this reports "deploying"; a lock whose owner has done nothing for a while hides nothing. One slow answer
is no verdict, and what has just been started gets a minute; a service with longer start_seconds is "deploying" until they are over.
News is a change from what was reported last, see record-notice; whoever has reported it records it there, so a notice that is lost is
news again.
Prints {"release","mode","protocol","health","headline","said","next","news","told","crash","units","certificate_not_after"}; health is
healthy, unhealthy, deploying, or unknown when nothing is deployed.

Timeout 120
"""

from __future__ import annotations

from robothost import crashes, lock, releases, told
from robothost.health import Serving, evidence, first_problem, serving
from robothost.manifest import read_manifest
from robothost.problem import Problem
from robothost.rules import Refused
from robothost.services import states
from robothost.step import Host, as_json
from robothost.under_way import is_under_way

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional

# Seconds.
PATIENCE, BETWEEN_LOOKS, EVIDENCE_OF = 60, 2, 900
LOOKS = 3
LONGEST_SENTENCE = 1500


class Report:
    """What the watch reports, by the names of the answer."""

    def __init__(self, health: str, said: str) -> None:
        self.health, self.said = health, said
        self.headline, self.next, self.told, self.news = "", "nothing", "", False


def is_starting(host: Host, problem: Problem, allowed: int) -> bool:
    """Whether a verdict must wait: the machine or the program has only just started."""
    if host.system.run("systemctl", "is-system-running").output.strip() == "starting":
        return True
    if problem.is_hopeless:
        return False
    state = states(host.system, [problem.unit])[problem.unit]
    return state.restarts == 0 and state.age(host.system) < allowed


def judged(host: Host, subject: Serving) -> Optional[Problem]:
    """None when everything is healthy, or when a deployment has begun to change it."""
    looks, begun = 0, host.system.uptime()
    while True:
        problem = first_problem(host, subject)
        if problem is None:
            return None
        looks += 1
        waits = is_starting(host, problem, PATIENCE) and host.system.uptime() - begun < PATIENCE
        if not waits and (problem.is_hopeless or looks >= LOOKS):
            return problem
        if not is_under_way(host):
            host.system.sleep(BETWEEN_LOOKS)
        if is_under_way(host):
            return None


def slow_start(host: Host, subject: Serving, problem: Problem) -> int:
    """The seconds that a service names for its start, while they last; else 0. A reading does not wait for them."""
    allowed = subject.start_limit(problem.unit)
    return allowed if allowed > PATIENCE and is_starting(host, problem, allowed) else 0


def unhealthy(host: Host, problem: Problem, last: str) -> Report:
    since = int(host.system.now()) - EVIDENCE_OF
    line, bundle = evidence(host, problem.unit, since, problem.is_explained), crashes.newest(host.layout, since, problem.unit)
    said = "%s: %s%s%s" % (problem.unit, problem.reason, ": " + line if line else "", " (crash bundle %s)" % bundle if bundle else "")
    report = Report("unhealthy", host.redacted(said))
    report.headline, report.told, report.news = "unhealthy", "unhealthy", last != "unhealthy"
    report.next = "operate crash-report and operate logs say more; operate restart or operate rollback"
    return report


def healthy(host: Host, last: str, crash: str, reported_crash: str) -> Report:
    report = Report("healthy", "everything is well")
    report.headline, report.told = "healthy again", "healthy"
    if last == "unhealthy":
        report.news = True
    elif crash > reported_crash:
        # It recovered between two readings: without this nobody would know.
        report.news, report.headline = True, "restarted after a crash"
        summary = host.redacted(crashes.summary(crashes.read(host.layout, crash)))
        report.said = "everything is well again after a crash, bundle %s: %s" % (crash, summary)
        report.next = "operate crash-report says more"
    return report


def deploying(host: Host) -> Report:
    held = lock.read(host.layout)
    return Report("deploying", "a release is being put into service" + (" by " + held.owner if held else ""))


def report_of(host: Host, subject: Optional[Serving], problem: Optional[Problem], crash: str) -> Report:
    last, reported_crash = (told.last(host.layout, "check-health").split() + ["", ""])[:2]
    if subject and not is_under_way(host):
        problem = judged(host, subject)
        allowed = slow_start(host, subject, problem) if problem else 0
        if problem and allowed:
            said = "%s is starting and has %d s for it: %s" % (problem.unit, allowed, problem.reason)
            return Report("deploying", host.redacted(said))
    # A deployment may have begun to change things under the look.
    if is_under_way(host):
        return deploying(host)
    return unhealthy(host, problem, last) if problem else healthy(host, last, crash, reported_crash)


def run(host: Host) -> str:
    release = releases.current(host.layout)
    manifest, problem, crash = None, None, ""
    units: Dict[str, str] = {}
    report = Report("unknown", "nothing is deployed")
    if release:
        try:
            manifest = read_manifest(host.layout, release)
        except Refused as refusal:
            problem = Problem(release, str(refusal), is_hopeless=True)
        crash = crashes.newest(host.layout, 0, release=release)
        subject = serving(manifest) if manifest else None
        report = report_of(host, subject, problem, crash)
        units = {name: state.active for name, state in states(host.system, subject.units if subject else []).items()}
    if report.told and crash:
        report.told += " " + crash
    return as_json({
        "release": release,
        "mode": manifest["mode"] if manifest else "",
        "protocol": manifest["protocol"] if manifest else "",
        "health": report.health,
        "headline": report.headline,
        "said": report.said[:LONGEST_SENTENCE],
        "next": report.next,
        "news": report.news,
        "told": report.told,
        "crash": crash,
        "units": units,
        "certificate_not_after": manifest["certificate_not_after"] if manifest else "",
    })
