"""The state of an instance, also of one that is locked, broken or empty."""

import json
import os
from unittest import mock

from tests.fixture import NEW, OLD, OWNER, PAGE, FolderTest, Run

SECRET = "Q7w2e9R4" * 8


class ReadStatusTest(FolderTest):
    def status(self) -> Run:
        ended = self.run_step("read-status")
        self.assertEqual(0, ended.code, ended)
        return ended

    def test_nothing_is_deployed(self) -> None:
        self.assertEqual({
            "release": "", "revision": "", "mode": "", "sets_mode": True, "protocol": "", "health": "unknown", "reason": "", "locked_by": None, "armed": None,
            "units": {}, "releases": [], "port": "", "health_path": "", "certificate_not_after": "", "drift": None,
            "crashes": {"count": 0, "newest": "", "reason": ""}}, self.status().answer)

    def test_a_release_serves(self) -> None:
        self.good(OLD)
        self.serving(NEW)
        found = self.status().answer
        self.assertEqual((NEW, "healthy", "", "5000"), (found["release"], found["health"], found["reason"], found["port"]))
        self.assertEqual({"crypto-robot": "active", "crypto-webapp": "active"}, found["units"])
        self.assertEqual([(NEW, True), (OLD, False)], [(one["release"], one["current"]) for one in found["releases"]])
        self.assertIsInstance(found["drift"], int)

    def test_a_service_that_is_not_enabled_is_inactive_and_has_no_port(self) -> None:
        self.serving(NEW, services=[{**PAGE, "enabled": False}, {**PAGE, "name": "robot", "type": "trading_robot"}])
        found = self.status().answer
        self.assertEqual({"crypto-webapp": "inactive", "robot": "active"}, found["units"])
        self.assertEqual("", found["port"])
        self.assertEqual([], [call for call in self.system.calls if call[0] == "curl"])

    def test_the_page_does_not_answer(self) -> None:
        self.serving(NEW)
        self.system.answer("ss")
        self.system.answer("curl", code=7, errors="curl: (7) Failed to connect\nmore\n")
        found = self.status().answer
        self.assertEqual("unhealthy", found["health"])
        self.assertEqual("crypto-webapp: did not answer at https://x.local:5000/health: curl: (7) Failed to connect. "
                         "No process of crypto-webapp listens on a port", found["reason"])

    def test_what_curl_printed_is_redacted(self) -> None:
        self.serving(NEW)
        self.write("releases/%s/.env" % NEW, "BINANCE_SECRET_KEY=%s\n" % SECRET)
        self.system.answer("curl", code=7, errors="curl: (7) %s\n" % SECRET)
        self.assertNotIn(SECRET[:8], json.dumps(self.status().answer))

    def test_a_run_holds_the_lock_and_nothing_is_compared(self) -> None:
        self.serving(NEW)
        self.lock()
        found = self.status().answer
        self.assertEqual({"owner": OWNER, "generation": 7, "since": "2026-01-01T00:00:00Z"}, found["locked_by"])
        self.assertIsNone(found["drift"])
        self.assertEqual("healthy", found["health"])

    def test_a_switch_is_armed(self) -> None:
        self.serving(NEW)
        self.write(self.layout.armed, '{"release":"%s","previous":"","owner":"%s","at":"2026-01-01T00:00:00Z"}\n' % (NEW, OWNER))
        self.assertEqual({"release": NEW, "at": "2026-01-01T00:00:00Z"}, self.status().answer["armed"])

    def test_files_that_cannot_be_compared_are_no_failure(self) -> None:
        self.serving(NEW)
        with mock.patch("robothost.commit_files.compare", side_effect=OSError("the disk is full")):
            self.assertIsNone(self.status().answer["drift"])

    def test_the_newest_crash_is_named(self) -> None:
        self.write("releases/one/.env", "BINANCE_SECRET_KEY=%s\n" % SECRET)
        for day, evidence in (("1", "old"), ("2", "KeyError: " + SECRET)):
            crash = {"id": "2026010%sT000000Z-crypto-robot" % day, "unit": "crypto-robot", "reason": "exited with status 1", "evidence": evidence}
            self.write(self.layout.crashes + "/%s.json" % crash["id"], json.dumps(crash))
        self.assertEqual({"count": 2, "newest": "20260102T000000Z-crypto-robot",
                          "reason": "crypto-robot: exited with status 1: KeyError: [redacted]"}, self.status().answer["crashes"])

    def test_names_the_release_that_is_not_usable_and_goes_on(self) -> None:
        self.good(OLD)
        self.serving(NEW)
        text = json.dumps(self.manifest(NEW, port="5000"))
        self.write(os.path.join(self.layout.release_state(NEW), "release.json"), text)
        found = self.status().answer
        self.assertEqual(("unhealthy", NEW), (found["health"], found["release"]))
        self.assertIn('port is "5000"', found["reason"])
        self.assertEqual([(OLD, True), (NEW, False)], [(one["release"], one["good"]) for one in found["releases"]])
        self.assertIn("is not usable", found["releases"][1]["subject"])
        self.assertEqual({}, found["units"])

    def test_a_lock_that_is_none_ends_it_by_name(self) -> None:
        self.write(self.layout.lock, "hello\n")
        ended = self.run_step("read-status")
        self.assertEqual((1, "StepFailed"), (ended.code, ended.answer["failure"]))
        self.assertIn("is not a lock (5 characters)", ended.answer["message"])

    def test_a_lock_until_the_boot_ends_with_it(self) -> None:
        self.write(os.path.join(self.layout.proc, "sys/kernel/random/boot_id"), "this\n")
        self.lock(lifetime="boot", boot_id="this")
        self.assertIsNotNone(self.status().answer["locked_by"])
        self.lock(lifetime="boot", boot_id="another")
        self.assertIsNone(self.status().answer["locked_by"])
