r"""check-health: wait until the services of a release are healthy, then watch that they stay so.

Guarantee: healthy means that every enabled unit runs in this release's folder and has not ended once since it was started, that
the web application answered 200 on its health path three times in a row, over the configured protocol, name and
certificate, and not only on loopback unless it was confirmed so, that a robot with a heartbeat has given one, and that all this stayed
true for BakeSeconds. So does each of its further ports and pages, and its report that it is ready. A unit that ends decides at once; one
that answers anything else has unanswered_seconds of its service (20 s), one that stays silent start_seconds (60 s, or as long as its
heartbeat may take, up to 120 s). The verdict names the limit that was reached, and its setting.
Changes: nothing. Prints {"healthy":true,"probes","seconds"} or {"healthy":false,"unit","reason","evidence","bundle"}.

Parameter Release ^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}$ The release that is to be healthy.
Parameter Services ^\[.*\]$ JSON array of the services as the request schema has them.
Parameter Port ^[0-9]{1,5}$ The web application's port.
Parameter HealthPath ^/[A-Za-z0-9._~/?=&%-]{0,200}$ What answers 200 when the web application is healthy.
Parameter Protocol ^(https|http)$ The protocol of the web application.
Parameter CertificateHostname ^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$ The name in its requests.
Parameter BakeSeconds ^([0-9]{1,2}|[12][0-9]{2}|300)$ How long it has to stay healthy.
Timeout 1300
Uses fence.py
"""

from __future__ import annotations

import json
import os

from robothost import crashes
from robothost.failures import Failure
from robothost.health import Serving, evidence, first_problem
from robothost.problem import Problem
from robothost.rules import Refused, services
from robothost.service_rules import START_SECONDS
from robothost.services import states
from robothost.step import Host, as_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

# Seconds.
SHORTEST_PAUSE, LONGEST_PAUSE, BETWEEN_LOOKS = 0.1, 1.0, 0.5
IN_A_ROW = 3
# For a unit whose crash bundle is being written: looks, and seconds between them.
ENDING_LOOKS, BETWEEN_ENDING_LOOKS = 25, 0.2


class Watch:
    """The looks at a release, and when each thing began."""

    def __init__(self, host: Host, subject: Serving) -> None:
        self.host, self.subject, self.probes = host, subject, 0
        self.begun = host.system.uptime()
        self._usual = int(host.variable("DEPLOYER_HEALTH_SECONDS", str(START_SECONDS)))

    def look(self) -> Optional[Problem]:
        return first_problem(self.host, self.subject, is_new=True, probed=self._count)

    def _count(self) -> None:
        self.probes += 1

    def passed(self, since: float) -> float:
        return self.host.system.uptime() - since

    def start(self) -> Optional[Problem]:
        """None after three healthy looks in a row."""
        in_a_row, pause = 0, SHORTEST_PAUSE
        answering, answers_since = "", 0.0
        while True:
            problem = self.look()
            if problem is None:
                in_a_row, pause = in_a_row + 1, SHORTEST_PAUSE
                if in_a_row == IN_A_ROW:
                    return None
                self.host.system.sleep(SHORTEST_PAUSE)
                continue
            in_a_row = 0
            # What answers has started: it is not going to become another program.
            if problem.answers and problem.unit != answering:
                answering, answers_since = problem.unit, self.host.system.uptime()
            elif not problem.answers:
                answering = ""
            if problem.is_hopeless:
                return problem
            allowed = self.subject.answer_limit(problem.unit)
            if answering and self.passed(answers_since) >= allowed:
                return problem.at_limit("%d s from its first answer, see unanswered_seconds" % allowed)
            allowed = self.subject.start_limit(problem.unit, self._usual)
            if self.passed(self.begun) >= allowed:
                return problem.at_limit("%d s from its start, see start_seconds" % allowed)
            self.host.system.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)

    def bake(self, seconds: int) -> Optional[Problem]:
        """None when it stays healthy. One slow answer is no verdict on a process that runs; a process that ended is."""
        begun, failures = self.host.system.uptime(), 0
        while self.passed(begun) < seconds or failures:
            self.host.system.sleep(BETWEEN_LOOKS)
            problem = self.look()
            failures = failures + 1 if problem else 0
            if problem and (problem.is_hopeless or failures >= IN_A_ROW):
                return problem
        return None


def subject_of(host: Host) -> Serving:
    request = host.request
    try:
        judged = services(json.loads(request.text("Services")))
    except (ValueError, RecursionError, Refused) as problem:
        raise Failure("InvalidParameter", "Services: %s" % problem) from None
    if not 1 <= request.number("Port") <= 65535:
        raise Failure("InvalidParameter", "Port is '%s', allowed is 1 to 65535" % request.text("Port"))
    return Serving(request.text("Release"), judged, request.number("Port"), request.text("HealthPath"), request.text("Protocol"),
                   request.text("CertificateHostname"))


def unhealthy(host: Host, problem: Problem, since: int) -> str:
    # The crash bundle is written before the unit has quite ended.
    for _ in range(ENDING_LOOKS):
        if states(host.system, [problem.unit])[problem.unit].active != "deactivating":
            break
        host.system.sleep(BETWEEN_ENDING_LOOKS)
    return as_json({"healthy": False, "unit": problem.unit, "reason": host.redacted(problem.reason),
                    "evidence": evidence(host, problem.unit, since, problem.is_explained), "bundle": crashes.newest(host.layout, since, problem.unit)})


def started_at(host: Host) -> int:
    """The switch is armed right before the first start."""
    try:
        return int(os.lstat(host.layout.armed).st_mtime)
    except OSError:
        return int(host.system.now())


def run(host: Host) -> str:
    since = started_at(host)
    watch = Watch(host, subject_of(host))
    problem = watch.start() or watch.bake(host.request.number("BakeSeconds"))
    if problem:
        return unhealthy(host, problem, since)
    return as_json({"healthy": True, "probes": watch.probes, "seconds": round(watch.passed(watch.begun), 1)})
