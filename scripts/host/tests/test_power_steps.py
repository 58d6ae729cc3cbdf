"""stop-services and start-services: around a stop of the instance."""

import json
import os
from typing import Any, List

from tests.fixture import NEW, PAGE, ROBOT, FolderTest


class PowerTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.serving(NEW)
        self.write(os.path.join(self.layout.release_state(NEW), "links"), "venv venvs/one\n")
        os.symlink("venvs/one", os.path.join(self.layout.application, "venv"))
        for unit in ("crypto-robot", "crypto-webapp"):
            path = os.path.join(self.layout.units, "multi-user.target.wants", unit + ".service")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.symlink("../%s.service" % unit, path)
        self.lock()

    def answer(self, step: str) -> Any:
        ended = self.run_step(step, **self.fence())
        self.assertEqual(0, ended.code, ended)
        return ended.answer

    def asked(self) -> List[str]:
        return [" ".join(call[1:]) for call in self.system.calls if call[0] == "systemctl" and call[1] != "show"]

    def test_robots_end_first_and_nothing_is_disabled(self) -> None:
        self.states({name: {"ActiveState": "inactive"} for name in ("crypto-robot", "crypto-webapp")})
        self.assertEqual({"stopped": ["crypto-robot", "crypto-webapp"], "robot_seconds": 0.0, "killed": []}, self.answer("stop-services"))
        self.assertEqual(["stop crypto-robot.service", "stop crypto-webapp.service"], self.asked())

    def test_one_that_had_to_be_killed_is_reported(self) -> None:
        self.states({"crypto-robot": {"ActiveState": "failed", "Result": "timeout"}, "crypto-webapp": {"ActiveState": "inactive"}})
        self.assertEqual(["crypto-robot"], self.answer("stop-services")["killed"])

    def test_one_that_does_not_end_is_a_failure(self) -> None:
        self.states({"crypto-robot": {"ActiveState": "deactivating"}})
        ended = self.run_step("stop-services", **self.fence())
        self.assertEqual((60, "crypto-robot.service does not stop; see journalctl -u crypto-robot.service"), (ended.code, ended.answer["message"]))

    def test_nothing_is_installed(self) -> None:
        for name in os.listdir(self.layout.units):
            if name.endswith(".service"):
                os.unlink(os.path.join(self.layout.units, name))
        self.assertEqual({"stopped": [], "robot_seconds": 0.0, "killed": []}, self.answer("stop-services"))

    def test_what_runs_is_left_alone_and_its_ends_are_forgotten(self) -> None:
        self.assertEqual({"restarted": [], "serving": {"release": NEW, "revision": "0" * 40, "mode": "live", "protocol": "https"}, "settings": {
            "Services": json.dumps([ROBOT, PAGE], separators=(",", ":")), "Port": "5000", "HealthPath": "/health", "Protocol": "https",
            "CertificateHostname": "x.local"}}, self.answer("start-services"))
        self.assertEqual(["reset-failed crypto-robot.service", "reset-failed crypto-webapp.service"], self.asked())

    def test_what_does_not_run_is_started(self) -> None:
        self.states({"crypto-robot": {"ActiveState": "inactive", "MainPID": "0"}})
        self.assertEqual(["crypto-robot"], self.answer("start-services")["restarted"])
        self.assertIn("restart crypto-robot.service", self.asked())

    def test_nothing_serves(self) -> None:
        os.unlink(self.layout.current)
        self.assertEqual({"restarted": [], "serving": None, "settings": {}}, self.answer("start-services"))
        self.assertEqual([], self.asked())

    def test_a_release_whose_manifest_cannot_be_used_is_a_failure(self) -> None:
        self.write(os.path.join(self.layout.release_state(NEW), "release.json"), "{}")
        ended = self.run_step("start-services", **self.fence())
        self.assertEqual((63, "ReleaseNotFound"), (ended.code, ended.answer["failure"]))
        self.assertIn("is not usable", ended.answer["message"])
