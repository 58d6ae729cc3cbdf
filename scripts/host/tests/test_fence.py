"""A step of an execution that is not the lock's, that comes late, that runs twice, or that is ended from outside."""

import fcntl
import os
from typing import Any, Mapping, Optional

from robothost import lock
from robothost.system import Ended
from tests.fixture import NEW, OWNER, FakeSystem, FolderTest, Run

REQUEST = {"Owner": OWNER, "Generation": "7", "Phase": "40", "Environment": "x.local"}
ANSWER = '{"stopped":["crypto-robot"],"robot_seconds":0.0,"killed":[]}'


class UnitSystem(FakeSystem):
    """systemd-run leaves what the test wants in the file of the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.left: Optional[str] = "0\n%s\n" % ANSWER

    def run(self, *command: str, text: str = "", timeout: Optional[float] = None, variables: Optional[Mapping[str, str]] = None) -> Ended:
        if command[0] == "systemd-run" and self.left is not None:
            file = next(word for word in command if word.startswith("--setenv=STEP_ANSWER="))[len("--setenv=STEP_ANSWER="):]
            with open(file, "w", encoding="utf-8") as out:
                out.write(self.left)
        return super().run(*command, text=text, timeout=timeout, variables=variables)

    def started(self) -> Any:
        return [call for call in self.calls if call[0] == "systemd-run"]


class FenceTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.system: UnitSystem = UnitSystem()
        self.system.answer("systemctl", "is-active", code=3)
        os.makedirs(self.layout.run)
        self.lock()

    def outside(self, **changes: str) -> Run:
        return self.run_step("stop-services", None, **{**REQUEST, **changes})

    def inside(self, **changes: str) -> Run:
        return self.run_step("stop-services", variables={"IN_STEP_UNIT": "crypto-robot-step-stop-services"}, **{**REQUEST, **changes})

    def refused(self, ended: Run) -> str:
        self.assertEqual((20, "LockLost"), (ended.code, ended.answer["failure"]))
        self.assertEqual([], [call for call in self.system.calls if call[:2] == ("systemctl", "stop")])
        self.assertEqual([], self.system.started())
        return str(ended.answer["message"])

    def test_runs_the_step_in_its_unit_and_prints_its_answer(self) -> None:
        ended = self.outside()
        self.assertEqual((0, ["crypto-robot"]), (ended.code, ended.answer["stopped"]))
        words = self.system.started()[0]
        self.assertIn("--unit=crypto-robot-step-stop-services", words)
        self.assertIn("RuntimeMaxSec=180", words)
        self.assertIn("--setenv=SSM_Owner", words)
        self.assertEqual(("-IS", "stop-services"), (words[-3], words[-1]))
        self.assertEqual([], os.listdir(self.layout.run), "the file of the answer is left")
        self.assertEqual([], self.system.journal, "the step has written it from inside")

    def test_no_credential_is_in_the_properties_of_the_unit(self) -> None:
        secret = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "x", "AWS_REGION": "eu-west-1", "HOME": "/root"}
        self.run_step("stop-services", variables=secret, **REQUEST)
        words = self.system.started()[0]
        self.assertEqual(["--setenv=AWS_REGION"], [word for word in words if "AWS" in word or "HOME" in word])

    def test_a_failure_inside_is_the_steps(self) -> None:
        self.system.left = '60\n{"failure":"ActivationFailed","message":"it does not stop"}\n'
        ended = self.outside()
        self.assertEqual((60, {"failure": "ActivationFailed", "message": "it does not stop"}), (ended.code, ended.answer))

    def test_an_end_from_outside_is_no_answer_whatever_its_code(self) -> None:
        for code, left in ((0, None), (0, ""), (1, None), (20, "20\n"), (143, '0\n{"half":')):
            with self.subTest((code, left)):
                self.system.left = left
                self.system.answer("systemd-run", code=code)
                ended = self.outside()
                self.assertEqual((1, "StepFailed"), (ended.code, ended.answer["failure"]))
                self.assertIn("was ended before it was done (stopped, or longer than 180 seconds)", ended.answer["message"])

    def test_refuses_another_owner_an_earlier_generation_and_a_phase_that_has_gone_by(self) -> None:
        for changes in ({"Owner": OWNER + "-other"}, {"Generation": "6"}, {"Phase": "19"}):
            with self.subTest(changes):
                self.refused(self.outside(**changes))
                self.refused(self.inside(**changes))

    def test_names_who_holds_the_lock(self) -> None:
        self.assertIn("belongs to %s, generation 7; this step came from %s, generation 8" % (OWNER, OWNER), self.refused(self.outside(Generation="8")))
        self.assertIn("phase 19 has gone by, the execution is at phase 20", self.refused(self.outside(Phase="19")))
        os.unlink(self.layout.lock)
        self.assertIn("belongs to nobody, generation none", self.refused(self.outside()))

    def test_remembers_the_phase_inside_the_unit_only(self) -> None:
        self.outside()
        self.assertEqual(20, self.held().phase)
        self.inside()
        self.assertEqual(40, self.held().phase)
        self.inside(Phase="40")
        self.assertEqual(40, self.held().phase)
        self.assertEqual((OWNER, 7, "2026-01-01T00:00:00Z", "execution"), (
            self.held().owner, self.held().generation, self.held().since, self.held().lifetime))

    def held(self) -> lock.Lock:
        found = lock.read(self.layout)
        assert found is not None
        return found

    def test_gives_the_answer_again_after_its_owner_has_released_the_lock(self) -> None:
        os.unlink(self.layout.lock)
        self.answers("%s 7 40 stop-services released %s" % (OWNER, ANSWER), "cut")
        for ended in (self.outside(), self.inside()):
            self.assertEqual((0, ["crypto-robot"]), (ended.code, ended.answer["stopped"]))
        self.assertEqual([], self.system.started())
        self.assertIsNone(lock.read(self.layout))
        self.refused(self.outside(Phase="39"))

    def test_gives_the_lock_back_for_a_later_step_if_nobody_else_has_had_it(self) -> None:
        os.unlink(self.layout.lock)
        self.answers("%s 7 30 confirm-release released {}" % OWNER)
        self.write(self.layout.generation, "8\n")
        self.refused(self.outside())
        self.write(self.layout.generation, "7\n")
        self.refused(self.outside(Phase="30"))
        self.assertEqual(0, self.outside().code)
        self.assertEqual((OWNER, 7, 30), (self.held().owner, self.held().generation, self.held().phase))
        os.unlink(self.layout.lock)
        self.assertEqual(0, self.inside().code)
        self.assertEqual(40, self.held().phase)

    def test_gives_nothing_back_while_another_owner_has_the_lock(self) -> None:
        self.lock(owner=OWNER + "-other", generation=8)
        self.answers("%s 7 30 confirm-release released {}" % OWNER)
        self.write(self.layout.generation, "7\n")
        self.refused(self.outside())

    def answers(self, *lines: str) -> None:
        self.write(self.layout.answers, "\n".join(lines) + "\n")

    def test_leaves_its_answer_in_the_file_and_not_on_stdout(self) -> None:
        file = os.path.join(self.layout.run, "answer")
        variables = {"IN_STEP_UNIT": "crypto-robot-step-stop-services", "STEP_ANSWER": file}
        ended = self.run_step("stop-services", variables=variables, **REQUEST)
        self.assertEqual((0, None), (ended.code, ended.answer))
        self.assertEqual('0\n{"stopped":[],"robot_seconds":0.0,"killed":[]}\n', self.read(file))
        os.unlink(file)
        self.run_step("stop-services", variables=variables, **{**REQUEST, "Phase": "19"})
        self.assertRegex(self.read(file), r'^20\n\{"failure":"LockLost","message":".*"\}\n$')

    def test_a_second_delivery_waits_for_the_first(self) -> None:
        with open(os.path.join(self.layout.state, "stop-services.flock"), "w", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            ended = self.outside()
        self.assertEqual((1, "StepFailed"), (ended.code, ended.answer["failure"]))
        self.assertIn("another stop-services has been running for 180 seconds", ended.answer["message"])
        self.assertEqual([], self.system.started())

    def test_a_unit_whose_caller_is_gone_is_ended_first(self) -> None:
        self.system.answer("systemctl", "is-active", code=0)
        self.outside()
        self.assertIn(("systemctl", "stop", "crypto-robot-step-stop-services.service"), self.system.calls)


class StopServicesTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.serving(NEW)
        self.lock()

    def stops(self, **robot: str) -> Run:
        stopped = {"ActiveState": "inactive", "SubState": "dead", "MainPID": "0"}
        for units in ({"crypto-robot": {**stopped, **robot}}, {"crypto-webapp": stopped}):
            self.states(units)
        return self.run_step("stop-services", variables={"IN_STEP_UNIT": "u"}, **REQUEST)

    def test_stops_robots_first_and_then_the_others(self) -> None:
        ended = self.stops()
        self.assertEqual((0, {"stopped": ["crypto-robot", "crypto-webapp"], "robot_seconds": 0.0, "killed": []}), (ended.code, ended.answer))
        self.assertEqual([("systemctl", "stop", "crypto-robot.service"), ("systemctl", "stop", "crypto-webapp.service")],
                         [call for call in self.system.calls if call[1] == "stop"])

    def test_names_the_one_that_was_killed(self) -> None:
        self.assertEqual(["crypto-robot"], self.stops(ActiveState="failed", Result="timeout").answer["killed"])

    def test_one_that_does_not_stop_is_a_failure(self) -> None:
        ended = self.stops(ActiveState="deactivating")
        self.assertEqual((60, "ActivationFailed"), (ended.code, ended.answer["failure"]))
        self.assertNotIn(("systemctl", "stop", "crypto-webapp.service"), self.system.calls)

    def test_nothing_is_installed(self) -> None:
        for name in os.listdir(self.layout.units):
            os.unlink(os.path.join(self.layout.units, name))
        self.assertEqual({"stopped": [], "robot_seconds": 0.0, "killed": []}, self.stops().answer)
