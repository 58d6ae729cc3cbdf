"""confirm-release: who decides, what a confirmation removes, and what the same command gives again."""

import os
from typing import Any
from unittest import mock

from robothost import settle
from robothost.history import events
from tests.activated import ActivationTest
from tests.fixture import NEW, OLD, OWNER, Run


class ConfirmReleaseTest(ActivationTest):
    def setUp(self) -> None:
        super().setUp()
        self.activate()

    def confirm(self, phase: int = 60, **parameters: str) -> Run:
        return self.run_fenced("confirm-release", phase, **parameters)

    def fires(self) -> int:
        with self.in_order():
            return settle.run("fire", self.layout, self.system, mock.MagicMock())

    def roll_back(self) -> Any:
        return self.done(self.run_fenced("roll-back", 70))

    def has_lock(self) -> bool:
        return os.path.exists(self.layout.lock)

    def test_it_confirms_disarms_and_releases_the_lock(self) -> None:
        answer = self.done(self.confirm())
        self.assertEqual({"confirmed": True, "release": NEW, "kept": [NEW, OLD], "removed": []}, answer)
        self.assertEqual([], self.is_open())
        self.assertFalse(os.path.exists(os.path.join(self.layout.units, "crypto-robot-dead-man.timer")))
        self.assertFalse(self.has_lock())
        self.assertEqual(("confirmed", NEW, OLD, OWNER), tuple(events(self.layout)[-1][name] for name in ("event", "release", "previous", "execution")))
        self.assertEqual(answer, self.done(self.confirm()))
        self.assertFalse(self.has_lock())
        self.assertEqual(0, self.fires())
        self.assertEqual(NEW, self.serves())

    def test_what_the_switch_has_rolled_back_is_not_confirmed(self) -> None:
        self.fires()
        ended = self.confirm()
        self.assertEqual(61, ended.code)
        self.assertIn(OLD + " serves", self.fails("DeadManFired", ended))
        self.assertEqual(OLD, self.serves())

    def test_a_rollback_that_runs_is_not_confirmed(self) -> None:
        os.rename(self.layout.armed, self.layout.firing)
        self.fails("DeadManFired", self.confirm())
        self.assertEqual(["firing"], self.is_open())

    def test_a_confirmation_that_was_ended_is_completed(self) -> None:
        self.disk.sync_all()
        os.rename(self.layout.armed, self.layout.confirming)
        self.done(self.confirm())
        self.assertEqual([], self.is_open())

    def test_what_was_not_activated_is_not_confirmed(self) -> None:
        os.unlink(self.layout.armed)
        self.assertIn("nothing was armed for it", self.fails("ActivationFailed", self.confirm()))

    def test_older_releases_go_and_former_keys_too(self) -> None:
        oldest = "20250101T000000Z-0000000"
        self.finished(oldest)
        env = self.write(os.path.join(self.layout.release(OLD), ".env"), "BINANCE_API_KEY=x\nROBOT_MODE=live\n")
        own = self.write(os.path.join(self.layout.release(NEW), ".env"), "BINANCE_API_KEY=x\n")
        self.assertEqual([oldest], self.done(self.confirm())["removed"])
        self.assertEqual("ROBOT_MODE=simulation\n", self.read(env))
        self.assertEqual("BINANCE_API_KEY=x\n", self.read(own))

    def test_keys_that_cannot_be_removed_are_no_failure(self) -> None:
        os.makedirs(os.path.join(self.layout.release(OLD), "elsewhere"))
        self.write(os.path.join(self.layout.release(OLD), ".env"), "BINANCE_API_KEY=x\n")
        with mock.patch("robothost.forget_keys.forget", side_effect=OSError(5, "I/O")):
            self.assertIn("keys are left in an older release", self.confirm().errors)

    def test_a_lock_that_was_stolen_is_lost(self) -> None:
        self.other_owner()
        self.fails("LockLost", self.confirm())
        self.fails("LockLost", self.run_fenced("roll-back", 70))
        self.assertEqual((NEW, ["armed"]), (self.serves(), self.is_open()))

    def test_delivered_again_it_leaves_the_next_owner_alone(self) -> None:
        answer = self.done(self.confirm())
        self.other_owner()
        lock = self.read(self.layout.lock)
        self.assertEqual(answer, self.done(self.confirm()))
        self.assertEqual(lock, self.read(self.layout.lock))

    def test_the_owner_gets_the_lock_back_for_a_later_step(self) -> None:
        """The execution did not get the answer, so it rolls back."""
        self.done(self.confirm())
        self.assertEqual((True, True), tuple(self.roll_back()[name] for name in ("confirmed", "locked")))
        self.assertIn('%s","generation":7,"phase":70' % OWNER, self.read(self.layout.lock))
        self.assertEqual(NEW, self.serves())
        released = self.done(self.run_fenced("release-lock", 90))
        self.assertTrue(released["released"])
        self.assertEqual(released, self.done(self.run_fenced("release-lock", 90)))
        self.assertFalse(self.has_lock())

    def test_an_earlier_step_does_not_get_the_lock_back(self) -> None:
        self.done(self.confirm())
        self.fails("LockLost", self.run_fenced("activate-release", 40))
        self.assertFalse(self.has_lock())

    def test_the_owner_does_not_get_the_lock_back_after_another_one(self) -> None:
        self.done(self.confirm())
        self.write(self.layout.generation, "8\n")
        self.fails("LockLost", self.run_fenced("discard-release", 70))
        self.assertEqual({"confirmed": True, "locked": False, "containers": False, "serving": None, "settings": {}}, self.roll_back())
        self.assertFalse(self.has_lock())
        self.assertEqual(NEW, self.serves())
        self.other_owner()
        self.assertFalse(self.roll_back()["locked"])
        self.fails("LockLost", self.run_fenced("roll-back", 50))

    def test_the_lock_stays_until_the_reboot_where_requested(self) -> None:
        answer = self.done(self.confirm(KeepUntilReboot="true"))
        self.assertIn('"lifetime":"boot"', self.read(self.layout.lock))
        self.assertEqual(answer, self.done(self.confirm(KeepUntilReboot="true")))
