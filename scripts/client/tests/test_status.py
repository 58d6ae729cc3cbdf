from __future__ import annotations

import unittest

from client.status import Instance, document, lines

HOST = {
    "release": "20261101T120000Z-abcdef0", "revision": "abcdef0", "mode": "live", "protocol": "https", "health": "healthy",
    "locked_by": None, "port": "5000", "units": {"crypto-robot": "active"}, "releases": [], "reason": "",
    "crashes": {"count": 1, "newest": "c", "reason": "r"}, "drift": 2, "certificate_not_after": "2027-01-01T00:00:00Z", "armed": None,
}  # fmt: skip
RUNNING = Instance("a.local", "i-1", "running", "10.213.0.2", True)


class StatusTest(unittest.TestCase):
    def test_an_instance_that_serves_is_described_in_full(self) -> None:
        self.assertEqual(
            {
                "environment": "a.local", "instance_id": "i-1", "state": "running", "address": "10.213.0.2",
                "url": "https://10.213.0.2:5000", "release": "20261101T120000Z-abcdef0", "revision": "abcdef0", "mode": "live", "sets_mode": True,
                "protocol": "https", "health": "healthy", "locked_by": None, "units": {"crypto-robot": "active"}, "reason": "",
                "crashes": {"count": 1, "newest": "c", "reason": "r"}, "drift": 2, "certificate_not_after": "2027-01-01T00:00:00Z",
                "armed": None,
            },
            document(RUNNING, HOST),
        )  # fmt: skip

    def test_an_instance_that_does_not_answer_has_unknown_health(self) -> None:
        self.assertEqual(
            {
                "environment": "a.local", "instance_id": "i-1", "state": "stopped", "address": "10.213.0.2", "url": "", "release": "",
                "revision": "", "mode": "", "sets_mode": True, "protocol": "", "health": "unknown", "locked_by": None, "units": {}, "reason": "",
                "crashes": {"count": 0, "newest": "", "reason": ""}, "drift": None, "certificate_not_after": "", "armed": None,
            },
            document(Instance("a.local", "i-1", "stopped", "10.213.0.2"), None),
        )  # fmt: skip

    def test_a_robot_that_is_not_told_its_mode_has_none(self) -> None:
        text = "\n".join(lines(document(RUNNING, {**HOST, "mode": "simulation", "sets_mode": False}), "drift"))
        self.assertIn("  serves        https, healthy\n  keys          none given\n", text)
        self.assertNotIn("simulation", text)

    def test_without_a_web_application_there_is_no_url(self) -> None:
        status = document(RUNNING, {**HOST, "port": ""})
        self.assertEqual("", status["url"])
        self.assertNotIn("https://", "\n".join(lines(status, "drift")))

    def test_people_read_the_drift_with_its_command_and_the_owner_of_the_lock(self) -> None:
        held = {**HOST, "locked_by": {"owner": "arn:x", "generation": 3, "since": "2026-11-01T12:00:00Z"}}
        text = "\n".join(lines(document(RUNNING, held), "./scripts/local drift"))
        self.assertIn("drift         2 differences from what was deployed; ./scripts/local drift", text)
        self.assertIn("locked by     arn:x since 2026-11-01T12:00:00Z", text)
        self.assertIn("keys          given", text)
        self.assertIn("crashes       1, the newest c: r", text)
