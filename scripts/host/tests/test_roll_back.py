"""roll-back: what serves afterwards, wherever the deployment was."""

import os
from unittest import mock

from robothost import reserve, step
from robothost.history import events
from tests.activated import ActivationTest, WithContainers
from tests.fixture import NEW, OLD, Run


class RollBackTest(ActivationTest):
    def roll_back(self, phase: int = 70, **parameters: str) -> Run:
        return self.run_fenced("roll-back", phase, **parameters)

    def test_what_served_before_serves_again(self) -> None:
        self.activate()
        answer = self.done(self.roll_back())
        self.assertEqual((False, True, False, OLD), (answer["confirmed"], answer["locked"], answer["containers"], answer["serving"]["release"]))
        self.assertEqual("5000", answer["settings"]["Port"])
        self.assertEqual((OLD, []), (self.serves(), self.is_open()))
        self.assertEqual(("rolled-back", "release %s did not become healthy" % NEW),
                         tuple(events(self.layout)[-1][name] for name in ("event", "reason")))

    def test_after_a_first_release_nothing_serves(self) -> None:
        os.unlink(self.layout.history)
        self.activate()
        answer = self.done(self.roll_back())
        self.assertEqual((None, {}), (answer["serving"], answer["settings"]))
        self.assertEqual("", self.serves())

    def test_other_steps_are_ended_first(self) -> None:
        self.activate()
        self.asked.clear()
        self.system.answer("systemctl", "show", "--property=Id", output="crypto-robot-step-roll-back.service\n\ncrypto-robot-step-check-health.service\n")
        self.done(self.roll_back())
        self.assertEqual("stop crypto-robot-step-check-health.service, serving " + NEW, self.asked[0])

    def test_a_step_that_has_ended_meanwhile_is_no_failure(self) -> None:
        self.activate()
        self.system.answer("systemctl", "show", "--property=Id", output="crypto-robot-step-check-health.service\n")
        self.system.answer("systemctl", "stop", "crypto-robot-step-check-health.service", code=5)
        self.done(self.roll_back())
        self.system.answer("systemctl", "stop", "crypto-robot-step-check-health.service", code=1)
        self.assertIn("cannot be stopped", self.fails("StepFailed", self.roll_back(71)))

    def test_a_timer_whose_decision_was_never_written_is_removed(self) -> None:
        self.activate()
        os.unlink(self.layout.armed)
        self.roll_back()
        self.assertFalse(os.path.exists(os.path.join(self.layout.units, "crypto-robot-dead-man.timer")))

    def test_what_serves_without_a_switch_is_undone_too(self) -> None:
        self.activate()
        os.unlink(self.layout.armed)
        self.assertEqual(OLD, self.done(self.roll_back())["serving"]["release"])
        self.assertEqual("no dead-man switch was armed for it", events(self.layout)[-1]["reason"])

    def test_keys_are_taken_out_again_where_the_activation_was_ended_before_the_switch_was_armed(self) -> None:
        self.activate()
        os.unlink(self.layout.armed)
        self.saves(OLD)
        self.write(os.path.join(self.layout.release(OLD), ".env"), "ROBOT_MODE=live\nBINANCE_API_KEY=newer\n")
        self.done(self.roll_back())
        self.assertEqual("ROBOT_MODE=live\n", self.read(os.path.join(self.layout.release(OLD), ".env")))

    def test_a_release_whose_confirmation_was_decided_stays(self) -> None:
        self.activate()
        self.disk.sync_all()
        os.rename(self.layout.armed, self.layout.confirming)
        answer = self.done(self.roll_back())
        self.assertEqual((True, NEW), (answer["confirmed"], answer["serving"]["release"]))

    def test_what_should_run_runs(self) -> None:
        self.lock()
        self.states({"crypto-robot": {"ActiveState": "failed", "MainPID": "0"}})
        os.symlink("venvs/hash-of-" + OLD, os.path.join(self.layout.application, "venv"))
        self.done(self.roll_back())
        self.assertEqual(["restart crypto-robot.service, serving " + OLD], self.restarts())

    def test_it_works_from_and_to_a_release_that_is_not_usable(self) -> None:
        self.activate()
        for release in (OLD, NEW):
            self.write(os.path.join(self.layout.release_state(release), "release.json"), "{}")
        message = self.fails("RollBackFailed", self.roll_back())
        self.assertIn(OLD + " serves again", message)
        self.assertIn("is not usable", message)
        self.assertEqual(OLD, self.serves())

    def test_a_full_disk_has_room_for_it(self) -> None:
        self.activate()
        for folder in (self.layout.state, self.layout.fresh):
            self.write(os.path.join(folder, "reserve"), "room")
        checked = []
        with mock.patch.object(reserve, "use", lambda layout: checked.append(self.read(self.layout.lock))):
            self.done(self.roll_back())
        self.assertIn('"phase":40', checked[0])
        self.done(self.roll_back())
        self.assertFalse(os.path.exists(os.path.join(self.layout.state, "reserve")) or os.path.exists(os.path.join(self.layout.fresh, "reserve")))

    def test_a_late_one_uses_no_reserve(self) -> None:
        self.activate()
        place = self.write(os.path.join(self.layout.state, "reserve"), "room")
        self.fails("LockLost", self.roll_back(30))
        self.assertTrue(os.path.exists(place))
        self.assertTrue(step.module_of("discard-release").USES_RESERVE)


class RollBackBesideContainersTest(WithContainers):
    def test_the_containers_may_be_what_serves(self) -> None:
        os.unlink(self.layout.history)
        self.activate()
        self.assertTrue(self.done(self.run_fenced("roll-back", 70))["containers"])
