"""Whether a release that was just started is healthy, and how soon that is decided."""

import json
import os
from typing import Any, List, Mapping, Optional

from robothost.system import Ended
from tests.fixture import NEW, NOW, OWNER, PAGE, ROBOT, FakeSystem, FolderTest, Run

BEATING = {**ROBOT, "heartbeat_file": "data/heartbeat", "max_age_seconds": 60}
REQUEST = {"Owner": OWNER, "Generation": "7", "Phase": "50", "Environment": "x.local", "Release": NEW, "Port": "5000", "HealthPath": "/health",
           "Protocol": "https", "CertificateHostname": "x.local"}


class PageSystem(FakeSystem):
    """The page answers one after another what the test wants, the last for ever: a status, or nothing for a refused connection."""

    def __init__(self) -> None:
        super().__init__()
        self.page: List[str] = ["200"]
        self.requests = 0

    def run(self, *command: str, text: str = "", timeout: Optional[float] = None, variables: Optional[Mapping[str, str]] = None) -> Ended:
        if command[0] != "curl":
            return super().run(*command, text=text, timeout=timeout, variables=variables)
        status = self.page[min(self.requests, len(self.page) - 1)]
        self.requests += 1
        return Ended(0, status, "") if status else Ended(7, "000", "curl: (7) Failed to connect\n")


class CheckHealthTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.system: PageSystem = PageSystem()
        self.serving(NEW)
        self.lock()
        self.units()

    def units(self, **robot: str) -> None:
        started = {"ExecMainStartTimestampMonotonic": str(990 * 1_000_000)}
        self.states({"crypto-robot": {"MainPID": "100", **started, **robot}, "crypto-webapp": {"MainPID": "101", **started}})

    def run_check(self, services: Any = (ROBOT, PAGE), bake: str = "5", **changes: str) -> Run:
        return self.run_step("check-health", **{
            **REQUEST, "Services": json.dumps(list(services)), "BakeSeconds": bake, **changes})

    def check(self, *words: Any, **changes: Any) -> Any:
        ended = self.run_check(*words, **changes)
        self.assertEqual(0, ended.code, ended)
        return ended.answer

    def took(self) -> float:
        return self.system.clock - NOW

    def test_is_healthy_after_three_answers_and_the_time_to_bake(self) -> None:
        found = self.check()
        self.assertEqual((True, 13), (found["healthy"], found["probes"]))
        self.assertTrue(5 <= found["seconds"] < 6, found)

    def test_a_unit_that_has_ended_decides_at_once(self) -> None:
        self.units(ActiveState="failed", SubState="failed", MainPID="0", ExecMainCode="1", ExecMainStatus="3")
        found = self.check()
        self.assertEqual((False, "crypto-robot", "exited with status 3, restarted 0 times"), (found["healthy"], found["unit"], found["reason"]))
        self.assertEqual(0, self.took())

    def test_so_does_one_that_runs_again_after_it_ended(self) -> None:
        self.units(NRestarts="1")
        self.assertEqual("ended, restarted 1 times", self.check()["reason"])

    def test_a_page_that_is_silent_has_a_minute(self) -> None:
        self.system.answer("ss")
        self.system.page = [""]
        found = self.check()
        self.assertEqual("did not answer at https://x.local:5000/health: curl: (7) Failed to connect (limit: 60 s from its start, see start_seconds). "
                         "No process of crypto-webapp listens on a port", found["reason"])
        self.assertTrue(60 <= self.took() < 62, self.took())

    def test_a_page_that_answers_something_else_has_twenty_seconds(self) -> None:
        self.system.page = [""] * 8 + ["503"]
        self.assertEqual("answered 503 at https://x.local:5000/health instead of 200 (limit: 20 s from its first answer, see unanswered_seconds)", self.check()["reason"])
        self.assertTrue(20 <= self.took() < 30, self.took())

    def test_a_page_that_needs_a_while_is_healthy(self) -> None:
        self.system.page = [""] * 10 + ["503", "200"]
        self.assertTrue(self.check()["healthy"])

    def test_one_slow_answer_while_it_bakes_is_no_verdict_and_three_are(self) -> None:
        self.system.page = ["200"] * 4 + ["", "", "200"]
        self.assertTrue(self.check()["healthy"])
        self.system.requests, self.system.page = 0, ["200"] * 4 + [""]
        self.assertFalse(self.check()["healthy"])

    def test_the_last_look_is_healthy(self) -> None:
        self.system.page = ["200"] * 12 + ["", "200"]
        self.assertTrue(self.check()["healthy"])
        self.system.requests, self.system.page = 0, ["200"] * 12 + [""]
        self.assertFalse(self.check()["healthy"])

    def test_a_robot_with_a_heartbeat_gives_one(self) -> None:
        self.serving(NEW, services=[BEATING])
        self.states({"crypto-robot": {"MainPID": "100", "ExecMainStartTimestampMonotonic": str(990 * 1_000_000)}})
        found = self.check([BEATING])
        self.assertEqual("runs and is silent: no heartbeat in data/heartbeat for 70 s, allowed are 60 (limit: 60 s from its start, see start_seconds)", found["reason"])
        self.assertTrue(60 <= self.took() < 62, self.took())
        path = self.write("shared/data/heartbeat", "")
        os.utime(path, (self.system.clock, self.system.clock))
        self.assertTrue(self.check([BEATING])["healthy"])

    def test_one_that_may_be_silent_for_long_is_not_waited_for(self) -> None:
        self.serving(NEW, services=[{**BEATING, "max_age_seconds": 121}])
        self.states({"crypto-robot": {"MainPID": "100", "ExecMainStartTimestampMonotonic": str(990 * 1_000_000)}})
        self.assertTrue(self.check([{**BEATING, "max_age_seconds": 121}])["healthy"])

    def test_the_evidence_and_the_bundle_are_of_the_time_since_it_was_armed(self) -> None:
        self.write(self.layout.armed, "{}")
        os.utime(self.layout.armed, (NOW - 100, NOW - 100))
        self.units(ActiveState="failed", SubState="failed", MainPID="0", ExecMainCode="2", ExecMainStatus="9", NRestarts="1")
        self.system.answer("journalctl", "@%d" % (NOW - 100), output="KeyError: 'x'\n")
        self.write(self.layout.crashes + "/20250101T000000Z-crypto-robot.json", "{}")
        self.write(self.layout.crashes + "/20260528T202600Z-crypto-robot.json", "{}")
        found = self.check()
        self.assertEqual(("was killed by signal 9, restarted 1 times", "KeyError: 'x'", "20260528T202600Z-crypto-robot"),
                         (found["reason"], found["evidence"], found["bundle"]))

    def test_what_runs_from_another_release_is_unhealthy(self) -> None:
        self.process(100, self.layout.shared)
        self.assertIn("instead of release " + NEW, self.check()["reason"])

    def test_refuses_services_that_are_none(self) -> None:
        cases: List[Any] = [[], [{**ROBOT, "enabled": False}], [{**ROBOT, "command": "a\nb"}], [{**BEATING, "max_age_seconds": "EUID[$(id)]"}]]
        for services in cases:
            with self.subTest(services):
                ended = self.run_check(services)
                self.assertEqual((10, "InvalidParameter"), (ended.code, ended.answer["failure"]))

    def test_asks_over_http_only(self) -> None:
        for protocol in ("-K/opt/x", "file", "https -o", ""):
            self.assertEqual(10, self.run_check(Protocol=protocol).code)
        self.assertEqual(10, self.run_check(Port="0").code)
        self.assertEqual(0, self.system.requests)
