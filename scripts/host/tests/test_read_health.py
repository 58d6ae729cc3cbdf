"""What the watch reports of the health of what serves, and when it is news."""

import json
import os
from typing import Any

from tests.fixture import NEW, NOW, OWNER, PAGE, ROBOT, FolderTest

SECRET = "Q7w2e9R4" * 8
ENDED = {"ActiveState": "failed", "SubState": "failed", "MainPID": "0", "ExecMainCode": "1", "ExecMainStatus": "3"}


class ReadHealthTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.serving(NEW)

    def check(self, told: str = "") -> Any:
        if told:
            self.run_step("record-notice", Operation="check-health", Told=told)
        ended = self.run_step("read-health")
        self.assertEqual(0, ended.code, ended)
        return ended.answer

    def robot(self, **properties: str) -> None:
        self.states({"crypto-robot": {"MainPID": "100", **properties}, "crypto-webapp": {"MainPID": "101"}})

    def crash(self, at: str = "20260528T200000Z", **changes: Any) -> str:
        found = {"id": at + "-crypto-robot", "unit": "crypto-robot", "release": NEW, "reason": "exited with status 1", "evidence": "KeyError"}
        found.update(changes)
        self.write(self.layout.crashes + "/%s-crypto-robot.json" % at, json.dumps(found))
        return at + "-crypto-robot"

    def test_nothing_is_deployed(self) -> None:
        os.unlink(self.layout.current)
        self.assertEqual({"release": "", "mode": "", "protocol": "", "health": "unknown", "headline": "", "said": "nothing is deployed",
                          "next": "nothing", "news": False, "told": "", "crash": "", "units": {}, "certificate_not_after": ""}, self.check())

    def test_a_service_that_names_a_longer_start_is_not_unhealthy_before_it_is_over(self) -> None:
        for allowed, health in ((600, "deploying"), (400, "unhealthy")):
            self.serving(NEW, services=[ROBOT, {**PAGE, "start_seconds": allowed}])
            self.system.answer("curl", code=7, errors="curl: (7) refused\n")
            found = self.run_step("read-health").answer
            self.assertEqual((health, health == "unhealthy"), (found["health"], found["news"]), found["said"])
        self.serving(NEW, services=[ROBOT, {**PAGE, "start_seconds": 600}])
        self.system.answer("curl", code=7)
        self.assertIn("crypto-webapp is starting and has 600 s for it: did not answer", self.run_step("read-health").answer["said"])

    def test_healthy_is_no_news(self) -> None:
        found = self.check()
        self.assertEqual(("healthy", False, "healthy", "everything is well"), (found["health"], found["news"], found["told"], found["said"]))
        self.assertEqual({"crypto-robot": "active", "crypto-webapp": "active"}, found["units"])
        self.assertEqual(("live", "https", "2027-01-01T00:00:00Z"), (found["mode"], found["protocol"], found["certificate_not_after"]))

    def test_a_unit_that_has_ended_is_news_once(self) -> None:
        self.robot(**ENDED)
        found = self.check()
        self.assertEqual(("unhealthy", True, "unhealthy"), (found["health"], found["news"], found["told"]))
        self.assertEqual("crypto-robot: exited with status 3, restarted 0 times", found["said"])
        self.assertFalse(self.check(told=found["told"])["news"])

    def test_a_unit_that_may_not_start_has_the_reason(self) -> None:
        self.write(self.layout.unsettled, "")
        self.robot(ActiveState="inactive", SubState="dead", MainPID="0")
        found = self.check()
        self.assertEqual(("unhealthy", True), (found["health"], found["news"]))
        self.assertEqual("crypto-robot: does not start: its release was not confirmed, and the instance cannot roll it back; see journalctl -u"
                         " crypto-robot-dead-man", found["said"])

    def test_it_is_healthy_again(self) -> None:
        found = self.check(told="unhealthy")
        self.assertEqual((True, "healthy again"), (found["news"], found["headline"]))
        self.assertFalse(self.check(told=found["told"])["news"])

    def test_one_slow_answer_is_no_verdict_and_three_are(self) -> None:
        self.system.answer("curl", code=28, errors="curl: (28) timed out\n")
        self.assertEqual("unhealthy", self.check()["health"])
        self.assertEqual(3, len([call for call in self.system.calls if call[0] == "curl"]))
        self.assertEqual(NOW + 4, self.system.clock)

    def test_an_answer_counts_only_if_nobody_else_listens_on_the_port(self) -> None:
        line = 'LISTEN 0 5 0.0.0.0:5000 0.0.0.0:* users:(("python",pid=101,fd=3))\n'
        for pid, unit in (("100", "crypto-robot"), ("101", "crypto-webapp")):
            self.write(os.path.join(self.layout.proc, pid, "cgroup"), "0::/system.slice/%s.service\n" % unit)
        self.system.answer("ss", output=line)
        self.assertEqual("healthy", self.check()["health"])
        # One that shares the port, and one that has ended.
        self.system.answer("ss", output=line + line.replace("101", "100") + line.replace("101", "99"))
        found = self.check()
        self.assertEqual("unhealthy", found["health"])
        self.assertIn("does not have port 5000 to itself: there is a listener of process 100 (crypto-robot.service)", found["said"])
        self.assertNotIn("99", found["said"])
        self.system.answer("ss", output="LISTEN 0 5 0.0.0.0:5000 0.0.0.0:*\n")
        self.assertIn("a listener of no known process", self.check()["said"])

    def test_what_has_just_been_started_gets_a_minute(self) -> None:
        self.robot(SubState="start", ActiveState="activating", ExecMainStartTimestampMonotonic=str(999 * 1_000_000))
        found = self.check()
        self.assertEqual(("unhealthy", "crypto-robot: is still starting"), (found["health"], found["said"]))
        self.assertGreaterEqual(self.system.clock, NOW + 58)

    def test_a_machine_that_is_starting_gets_a_minute(self) -> None:
        self.robot(**ENDED)
        self.system.answer("systemctl", "is-system-running", output="starting\n")
        self.check()
        self.assertGreaterEqual(self.system.clock, NOW + 58)

    def test_an_older_lock_of_a_run_that_activates_hides_nothing(self) -> None:
        self.robot(**ENDED)
        self.lock(phase=40)
        os.utime(self.layout.lock, (NOW, NOW))
        found = self.check()
        self.assertEqual(("deploying", False, ""), (found["health"], found["news"], found["told"]))
        self.assertEqual("a release is being put into service by " + OWNER, found["said"])
        os.utime(self.layout.lock, (NOW - 301, NOW - 301))
        self.assertEqual("unhealthy", self.check()["health"])
        self.system.answer("systemctl", "--property=Id", output="crypto-robot-step-build.service\n")
        self.assertEqual("deploying", self.check()["health"])

    def test_a_run_that_does_not_activate_yet_hides_nothing(self) -> None:
        self.robot(**ENDED)
        self.lock(phase=39)
        os.utime(self.layout.lock, (NOW, NOW))
        self.assertEqual("unhealthy", self.check()["health"])

    def test_a_rollback_of_the_switch_is_under_way(self) -> None:
        self.robot(**ENDED)
        self.write(self.layout.firing, "{}")
        os.utime(self.layout.firing, (NOW, NOW))
        self.assertEqual("a release is being put into service", self.check()["said"])

    def test_the_evidence_and_the_bundle_are_named_and_redacted_before_they_are_cut(self) -> None:
        self.robot(**ENDED)
        self.write("releases/%s/.env" % NEW, "BINANCE_SECRET_KEY=%s\n" % SECRET)
        self.system.answer("journalctl", "cat", output="ValueError: " + "0" * 440 + SECRET + "\n")
        crash = self.crash("20260528T202000Z")
        found = self.check()
        self.assertRegex(found["said"], r"^crypto-robot: exited with status 3, restarted 0 times: ValueError: 0+\[redacted\]")
        self.assertIn("(crash bundle %s)" % crash, found["said"])
        self.assertNotIn("Q7w2", json.dumps(found))
        self.assertEqual("unhealthy " + crash, found["told"])

    def test_a_crash_between_two_readings_is_news_once(self) -> None:
        crash = self.crash()
        found = self.check(told="healthy")
        self.assertEqual((True, "restarted after a crash", crash), (found["news"], found["headline"], found["crash"]))
        self.assertEqual("everything is well again after a crash, bundle %s: crypto-robot: exited with status 1: KeyError" % crash, found["said"])
        self.assertEqual("healthy " + crash, found["told"])
        self.assertFalse(self.check(told=found["told"])["news"])

    def test_a_crash_of_another_release_is_no_news(self) -> None:
        self.crash(release="20250101T000000Z-ccccccc")
        found = self.check()
        self.assertEqual((False, "", "healthy"), (found["news"], found["crash"], found["told"]))

    def test_a_manifest_that_cannot_be_used_is_unhealthy(self) -> None:
        self.write(os.path.join(self.layout.release_state(NEW), "release.json"), "{}")
        found = self.check()
        self.assertEqual(("unhealthy", {}), (found["health"], found["units"]))
        self.assertIn("is not usable: its release.json was changed", found["said"])


class UnitProblemTest(FolderTest):
    """What makes a unit unhealthy."""

    def reason(self, **properties: str) -> str:
        self.serving(NEW, services=[{**ROBOT, "heartbeat_file": "data/heartbeat", "max_age_seconds": 60}])
        self.states({"crypto-robot": {"MainPID": "100", **properties}})
        ended = self.run_step("read-health")
        return str(ended.answer["said"])

    def beat(self, seconds_ago: float) -> None:
        path = self.write("shared/data/heartbeat", "")
        os.utime(path, (NOW - seconds_ago, NOW - seconds_ago))

    def test_it_is_silent_longer_than_it_may_be(self) -> None:
        self.beat(30)
        self.assertEqual("everything is well", self.reason())
        self.beat(90)
        self.assertIn("runs and is silent: no heartbeat in data/heartbeat for 94 s, allowed are 60", self.reason())

    def test_a_heartbeat_before_its_start_or_from_the_future_does_not_count(self) -> None:
        self.beat(10_000)
        started = {"ExecMainStartTimestampMonotonic": str(990 * 1_000_000)}
        self.assertEqual("everything is well", self.reason(**started))
        self.beat(-600)
        self.assertIn("for 504 s", self.reason())

    def test_it_runs_from_another_release(self) -> None:
        self.beat(0)
        self.serving(NEW)
        self.process(100, self.layout.shared)
        self.states({"crypto-robot": {"MainPID": "100"}, "crypto-webapp": {"MainPID": "101"}})
        said = self.run_step("read-health").answer["said"]
        self.assertEqual("crypto-robot: runs from %s instead of release %s" % (os.path.realpath(self.layout.shared), NEW), said)

    def test_it_is_restarted_all_the_time(self) -> None:
        self.beat(0)
        self.system.answer("journalctl", "MESSAGE_ID=5eb03494b6584870a536b337290809b3", output="restart\n" * 6)
        self.assertEqual("crypto-robot: restarted 6 times in 30 minutes", self.reason(NRestarts="40"))
        asked = [call for call in self.system.calls if "UNIT=crypto-robot.service" in call]
        self.assertTrue(asked and all("_PID=1" in call for call in asked), asked)
        self.system.answer("journalctl", "MESSAGE_ID=5eb03494b6584870a536b337290809b3", output="restart\n" * 5)
        self.assertEqual("everything is well", self.reason(NRestarts="40"))

    def test_it_was_killed(self) -> None:
        self.assertEqual("crypto-robot: was killed by signal 9, restarted 2 times",
                         self.reason(ActiveState="failed", SubState="failed", ExecMainCode="2", ExecMainStatus="9", NRestarts="2"))
