"""How long a release is waited for, what is final, and what the verdict has: more cases of check-health."""

import json
import os
from typing import Any, Callable, List
from unittest import mock

from tests.fixture import NEW, NOW, PAGE, ROBOT, FolderTest, Run

SECRET = "Q7w2e9R4" * 8
ENDED = {"ActiveState": "failed", "SubState": "failed", "MainPID": "0", "ExecMainCode": "1", "ExecMainStatus": "3"}


class CheckHealthTimesTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.serving(NEW)
        self.lock()

    def check(self, bake: int = 10, **changes: Any) -> Run:
        parameters = {"Release": NEW, "Services": json.dumps([ROBOT, PAGE]), "Port": "5000", "HealthPath": "/health", "Protocol": "https",
                      "CertificateHostname": "x.local", "BakeSeconds": str(bake), **self.fence(50)}
        return self.run_step("check-health", **{**parameters, **changes})

    def verdict(self, **changes: Any) -> Any:
        ended = self.check(**changes)
        self.assertEqual(0, ended.code, ended)
        return ended.answer

    def robot(self, **properties: str) -> None:
        self.states({"crypto-robot": {"MainPID": "100", **properties}})

    def during(self, changes: Callable[[float], None]) -> None:
        """Something changes while the check waits: called with the seconds since its start."""
        sleep = self.system.sleep

        def changed(seconds: float) -> None:
            sleep(seconds)
            changes(self.system.clock - NOW)

        patch = mock.patch.object(self.system, "sleep", changed)
        patch.start()
        self.addCleanup(patch.stop)

    def test_three_answers_in_a_row_and_the_bake_are_healthy(self) -> None:
        self.assertEqual({"healthy": True, "probes": 23, "seconds": 10.2}, self.verdict())
        self.assertEqual({"healthy": True, "probes": 3, "seconds": 0.2}, self.verdict(bake=0))

    def test_a_robot_alone_is_not_probed(self) -> None:
        self.assertEqual({"healthy": True, "probes": 0, "seconds": 0.2}, self.verdict(bake=0, Services=json.dumps([ROBOT])))
        self.assertFalse([call for call in self.system.calls if call[0] == "curl"])

    def test_the_probe_trusts_exactly_the_chain_that_was_installed(self) -> None:
        self.verdict(bake=0)
        probe = next(call for call in self.system.calls if call[0] == "curl")
        self.assertEqual("https://x.local:5000/health", probe[probe.index("--url") + 1])
        self.assertEqual(self.layout.certificates + "/x.local/cert.pem", probe[probe.index("--cacert") + 1])

    def test_a_unit_that_ended_decides_at_once(self) -> None:
        self.robot(**ENDED)
        found = self.verdict()
        self.assertEqual((False, "crypto-robot", "exited with status 3, restarted 0 times", ""),
                         (found["healthy"], found["unit"], found["reason"], found["bundle"]))
        self.assertEqual(NOW, self.system.clock)

    def test_a_unit_that_runs_again_after_an_end_is_unhealthy(self) -> None:
        self.robot(NRestarts="1")
        self.assertEqual("ended, restarted 1 times", self.verdict()["reason"])

    def test_a_unit_that_ends_while_it_bakes_decides_at_once(self) -> None:
        self.during(lambda seconds: self.robot(**ENDED) if seconds > 5 else None)
        self.assertEqual("exited with status 3, restarted 0 times", self.verdict()["reason"])
        self.assertLess(self.system.clock, NOW + 6)

    def test_what_is_silent_gets_60_seconds(self) -> None:
        self.system.answer("ss")
        self.system.answer("curl", code=7, errors="curl: (7) refused\n")
        self.assertEqual("did not answer at https://x.local:5000/health: curl: (7) refused (limit: 60 s from its start, see start_seconds). "
                         "No process of crypto-webapp listens on a port", self.verdict()["reason"])
        self.assertTrue(NOW + 60 <= self.system.clock < NOW + 62, self.system.clock - NOW)

    def test_what_answers_anything_else_gets_20_seconds(self) -> None:
        self.system.answer("curl", output="500")
        self.assertEqual("answered 500 at https://x.local:5000/health instead of 200 (limit: 20 s from its first answer, see unanswered_seconds)", self.verdict()["reason"])
        self.assertTrue(NOW + 20 <= self.system.clock < NOW + 22, self.system.clock - NOW)

    def test_the_20_seconds_begin_again_when_it_is_silent(self) -> None:
        self.system.answer("curl", output="500")
        self.during(lambda seconds: self.system.answer("curl", output="500", code=7 if 10 < seconds < 12 else 0))
        self.verdict()
        self.assertGreater(self.system.clock, NOW + 30)

    def test_one_answer_that_is_late_is_waited_for(self) -> None:
        self.system.answer("curl", code=7)
        self.during(lambda seconds: self.system.answer("curl", output="200") if seconds > 30 else None)
        self.assertTrue(self.verdict(bake=0)["healthy"])

    def test_one_slow_answer_while_it_bakes_is_no_verdict_and_three_are(self) -> None:
        slow: List[float] = []

        def one_slow(seconds: float) -> None:
            is_slow = 5 < seconds < 5 + 0.5 * self.slow
            slow.append(seconds if is_slow else 0)
            self.system.answer("curl", output="" if is_slow else "200")

        self.during(one_slow)
        self.slow = 2
        self.assertTrue(self.verdict()["healthy"])
        self.system.clock = NOW
        self.slow = 4
        self.assertFalse(self.verdict()["healthy"])

    def test_a_problem_at_the_end_of_the_bake_is_waited_for(self) -> None:
        self.during(lambda seconds: self.system.answer("curl", output="" if 9.6 < seconds < 10.4 else "200"))
        found = self.verdict()
        self.assertTrue(found["healthy"])
        self.assertGreater(found["seconds"], 10.4)

    def test_a_robot_with_a_heartbeat_must_give_one(self) -> None:
        services = json.dumps([{**ROBOT, "heartbeat_file": "data/heartbeat", "max_age_seconds": 90}])
        self.robot(ExecMainStartTimestampMonotonic=str(1000 * 1_000_000))
        found = self.verdict(Services=services)
        self.assertEqual("has given no heartbeat in data/heartbeat since it was started (limit: 90 s from its start, see start_seconds)", found["reason"])
        self.assertTrue(NOW + 90 <= self.system.clock < NOW + 92, self.system.clock - NOW)
        self.system.clock = NOW
        self.during(lambda seconds: self.beat() if seconds > 50 else None)
        self.assertTrue(self.verdict(Services=services, bake=0)["healthy"])

    def beat(self) -> None:
        path = self.write("shared/data/heartbeat", "")
        os.utime(path, (self.system.clock, self.system.clock))

    def test_a_heartbeat_that_may_take_longer_is_not_waited_for(self) -> None:
        services = json.dumps([{**ROBOT, "heartbeat_file": "data/heartbeat", "max_age_seconds": 121}])
        self.robot(ExecMainStartTimestampMonotonic=str(1000 * 1_000_000))
        self.assertTrue(self.verdict(Services=services, bake=0)["healthy"])

    def test_the_verdict_has_the_evidence_and_the_bundle_of_this_start(self) -> None:
        self.write("releases/%s/.env" % NEW, "BINANCE_SECRET_KEY=%s\n" % SECRET)
        self.robot(**ENDED)
        self.system.answer("journalctl", "cat", output="ValueError: %s is no key\n" % SECRET)
        for at in ("20260528T202000Z", "20260528T202500Z"):
            self.write(os.path.join(self.layout.crashes, at + "-crypto-robot.json"), json.dumps({"release": NEW}))
        armed = self.write(self.layout.armed, "{}")
        os.utime(armed, (NOW - 120, NOW - 120))
        found = self.verdict()
        self.assertEqual("20260528T202500Z-crypto-robot", found["bundle"])
        self.assertIn("ValueError", found["evidence"])
        self.assertNotIn("Q7w2", json.dumps(found))

    def test_the_evidence_is_redacted_before_it_is_cut(self) -> None:
        self.write("releases/%s/.env" % NEW, "BINANCE_SECRET_KEY=%s\n" % SECRET)
        self.robot(**ENDED)
        self.system.answer("journalctl", "cat", output="ValueError: " + "0" * 440 + SECRET + "\n")
        self.assertRegex(self.verdict()["evidence"], r"^ValueError: 0+\[redacted\]")

    def test_the_end_of_a_unit_is_waited_for_before_its_bundle_is_looked_for(self) -> None:
        self.robot(**{**ENDED, "ActiveState": "deactivating"})
        self.verdict()
        self.assertTrue(NOW + 5 <= self.system.clock < NOW + 5.5)

    def test_services_that_are_none_are_refused(self) -> None:
        for text in ("[", "[1]", json.dumps([{**ROBOT, "enabled": False}])):
            ended = self.check(Services=text if text.endswith("]") else "[{]")
            self.assertEqual((10, "InvalidParameter"), (ended.code, ended.answer["failure"]))
