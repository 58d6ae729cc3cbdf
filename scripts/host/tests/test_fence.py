"""A step of an execution that is not the lock's, or that comes late; and the unit that each fenced step runs in."""

import fcntl
import io
import json
import os
import signal
import types
from typing import Any, List, Optional
from unittest import mock

from robothost import lock, step, unit
from robothost.failures import Failure
from robothost.lock import UnderLock
from tests.fixture import OLD, OWNER, FakeSystem, FolderTest, Run

ANSWERED = '{"released":true,"serving":"","unconfirmed":false}'


class FenceTest(FolderTest):
    """With stop-services in place of every fenced step."""

    def setUp(self) -> None:
        super().setUp()
        self.serving(OLD)
        self.states({name: {"ActiveState": "inactive"} for name in ("crypto-robot", "crypto-webapp")})

    def run_at(self, phase: int) -> Run:
        return self.run_step("stop-services", **self.fence(phase))

    def refused(self, phase: int = 40) -> str:
        ended = self.run_at(phase)
        self.assertEqual((20, "LockLost"), (ended.code, ended.answer.get("failure")))
        self.assertEqual([], self.system.calls)
        self.assertIn("changed nothing", ended.answer["message"])
        return str(ended.answer["message"])

    def test_it_refuses_another_owner(self) -> None:
        self.lock(owner=OWNER + "-other")
        self.assertIn("belongs to %s-other, generation 7" % OWNER, self.refused())

    def test_it_refuses_an_earlier_generation_of_the_same_owner(self) -> None:
        self.lock(generation=8)
        self.refused()

    def test_it_refuses_a_phase_that_has_gone_by(self) -> None:
        self.lock(phase=70)
        self.assertIn("phase 40 has gone by, the execution is at phase 70", self.refused())

    def test_it_refuses_when_nobody_holds_the_lock(self) -> None:
        self.assertIn("belongs to nobody, generation none", self.refused())

    def test_it_refuses_after_the_boot_that_ended_the_lock(self) -> None:
        self.lock(lifetime="boot", boot_id="of-yesterday")
        self.refused()

    def test_it_refuses_what_is_no_lock(self) -> None:
        self.write(self.layout.lock, "root:$6$of-root-alone")
        ended = self.run_at(40)
        self.assertEqual((1, "StepFailed"), (ended.code, ended.answer.get("failure")))
        self.assertIn("is not a lock (21 characters)", ended.answer["message"])
        self.assertNotIn("of-root-alone", ended.answer["message"] + ended.errors)

    def test_it_records_the_phase_and_nothing_else(self) -> None:
        self.lock()
        before = json.loads(self.read(self.layout.lock))
        ended = self.run_at(40)
        self.assertEqual(0, ended.code, ended)
        self.assertEqual({**before, "phase": 40, "boot_id": "this-boot"}, json.loads(self.read(self.layout.lock)))
        self.assertIn("phase 40 of " + OWNER, ended.errors)

    def test_a_lower_phase_is_not_recorded_by_the_same_again(self) -> None:
        self.lock(phase=40)
        self.assertEqual(0, self.run_at(40).code)
        self.assertEqual(40, json.loads(self.read(self.layout.lock))["phase"])

    def test_the_lock_is_read_and_changed_by_one_at_a_time(self) -> None:
        path = os.path.join(self.layout.state, "fence.flock")

        def is_free() -> bool:
            with open(path, "a") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return True
                except BlockingIOError:
                    return False

        with UnderLock(self.layout):
            self.assertFalse(is_free())
        self.assertTrue(is_free())

    def test_the_lock_is_checked_under_its_flock(self) -> None:
        self.lock()
        entered: List[str] = []
        with mock.patch.object(UnderLock, "__enter__", lambda this: entered.append("in")):
            with mock.patch.object(UnderLock, "__exit__", lambda this, *_: entered.append("out")):
                with mock.patch("robothost.lock.read", lambda layout: entered.append("read")):
                    self.run_at(40)
        self.assertEqual(["in", "read", "out"], entered)


class EarlierAnswersTest(FolderTest):
    """A step that is delivered after its owner has released the lock."""

    def setUp(self) -> None:
        super().setUp()
        self.earlier = '{"stopped":["crypto-robot"],"robot_seconds":0.0,"killed":[]}'

    def run_at(self, phase: int = 40) -> Run:
        return self.run_step("stop-services", **self.fence(phase))

    def refused(self, phase: int = 40) -> None:
        ended = self.run_at(phase)
        self.assertEqual((20, "LockLost"), (ended.code, ended.answer.get("failure")))
        self.assertEqual([], self.system.calls)

    def answers(self, *lines: str) -> None:
        self.write(self.layout.answers, "\n".join(lines) + "\n")

    def held(self) -> Any:
        found = lock.read(self.layout)
        return (found.owner, found.generation, found.phase) if found else None

    def test_it_gives_its_answer_again(self) -> None:
        self.answers("%s 7 40 stop-services released %s" % (OWNER, self.earlier), "cut")
        self.assertEqual((0, json.loads(self.earlier)), self.run_at()[:2])
        self.assertIsNone(self.held())
        self.assertEqual([], self.system.calls)
        self.refused(39)

    def test_the_lock_comes_back_for_a_later_step_if_nobody_else_has_had_it(self) -> None:
        self.answers("%s 7 30 confirm-release released {}" % OWNER)
        self.write(self.layout.generation, "8\n")
        self.refused()
        self.write(self.layout.generation, "7\n")
        self.refused(30)
        self.assertEqual(0, self.run_at().code)
        self.assertEqual((OWNER, 7, 40), self.held())

    def test_nothing_comes_back_while_another_owner_has_the_lock(self) -> None:
        self.lock(owner=OWNER + "-other", generation=8)
        self.answers("%s 7 30 confirm-release released {}" % OWNER)
        self.write(self.layout.generation, "7\n")
        self.refused()


class UnitSystem(FakeSystem):
    """systemd-run does what a test wants: it writes the answer, or does not."""

    def __init__(self, answer: Optional[str]) -> None:
        super().__init__()
        self.started: List[str] = []
        self.is_active, self._answer = False, answer

    def call(self, *command: str) -> int:
        self.calls.append(command)
        if command[:2] == ("systemctl", "is-active"):
            return 0 if self.is_active else 3
        if command[0] == "systemd-run":
            self.started = list(command)
            path = next(word for word in command if word.startswith("--setenv=" + unit.ANSWER)).partition("=")[2].partition("=")[2]
            if self._answer is not None:
                with open(path, "w", encoding="utf-8") as file:
                    file.write(self._answer)
            # Never believed: systemd-run answers 0 also for a unit that was ended by SIGTERM.
            return 0
        return 0


class UnitTest(FolderTest):
    def run_unit(self, system: UnitSystem, name: str = "stop-services", **variables: str) -> Run:
        self.system = system
        if system.is_active:
            self.write(self.layout.machine("run/systemd/transient/crypto-robot-step-%s.service" % name), "")
        environment = {"SSM_" + key: value for key, value in self.fence(40).items()}
        environment.update(SSM_ApplicationPath=self.layout.application, **variables)
        output, errors = io.BytesIO(), io.BytesIO()
        code = unit.run(name, 60, environment, system, output, errors, self.root)
        return Run(code, json.loads(output.getvalue().decode().splitlines()[-1]), errors.getvalue().decode())

    def test_the_answer_and_the_exit_code_of_the_step_are_passed_on(self) -> None:
        self.assertEqual((0, json.loads(ANSWERED)), self.run_unit(UnitSystem("0\n%s\n" % ANSWERED))[:2])
        failure = '{"failure":"LockLost","message":"late"}'
        self.assertEqual((20, json.loads(failure)), self.run_unit(UnitSystem("20\n%s\n" % failure))[:2])
        self.assertEqual([], self.system.journal)

    def test_an_end_from_outside_is_no_answer(self) -> None:
        for left in ("", "20\n", '0\n{"half":', "{}\n"):
            self.assertEqual((1, "StepFailed"), (lambda run: (run.code, run.answer["failure"]))(self.run_unit(UnitSystem(left))))
        ended = self.run_unit(UnitSystem(None))
        self.assertEqual((1, "StepFailed"), (ended.code, ended.answer.get("failure")))
        self.assertIn("stop-services was ended before it was done (stopped, or longer than 60 seconds); see journalctl -u crypto-robot-step-"
                      "stop-services", ended.answer["message"])
        self.assertTrue(self.system.journal[0][0])

    def test_the_answer_of_an_earlier_run_is_none_of_this_one(self) -> None:
        self.run_unit(UnitSystem("0\n%s\n" % ANSWERED))
        self.assertEqual(1, self.run_unit(UnitSystem(None)).code)

    def test_the_unit_limits_the_step_and_holds_its_processes(self) -> None:
        system = UnitSystem("0\n{}\n")
        self.run_unit(system)
        for word in ("--wait", "--pipe", "--collect", "--unit=crypto-robot-step-stop-services", "--property=RuntimeMaxSec=60",
                     "--property=KillMode=control-group", "--property=TimeoutStopSec=10",
                     "--property=RuntimeDirectory=crypto-robot-step-stop-services", "--setenv=SSM_Owner"):
            self.assertIn(word, system.started)
        self.assertEqual(["-IS", os.path.join(os.path.dirname(os.path.dirname(unit.__file__)), "__main__.py"), "stop-services"], system.started[-3:])

    def test_credentials_stay_out_of_what_anyone_may_read_of_the_unit(self) -> None:
        system = UnitSystem("0\n{}\n")
        secret = "nobody-may-see-this"
        self.run_unit(system, AWS_REGION="eu-west-1", AWS_SECRET_ACCESS_KEY=secret, AWS_ACCESS_KEY_ID=secret, AWS_SESSION_TOKEN=secret,
                      DEPLOYER_HEALTH_SECONDS="9")
        self.assertIn("--setenv=AWS_REGION", system.started)
        self.assertIn("--setenv=DEPLOYER_HEALTH_SECONDS", system.started)
        self.assertNotRegex(" ".join(system.started), "AWS_SECRET|AWS_ACCESS|AWS_SESSION|nobody-may-see-this")

    def test_a_unit_whose_caller_is_gone_is_ended_by_its_owner_only(self) -> None:
        self.lock()
        system = UnitSystem("0\n{}\n")
        system.is_active = True
        self.assertEqual(0, self.run_unit(system).code)
        self.assertIn(("systemctl", "stop", "crypto-robot-step-stop-services.service"), system.calls)
        self.lock(owner=OWNER + "-other")
        system = UnitSystem("0\n{}\n")
        system.is_active = True
        ended = self.run_unit(system)
        self.assertEqual((20, "LockLost"), (ended.code, ended.answer.get("failure")))
        self.assertNotIn(("systemctl", "stop", "crypto-robot-step-stop-services.service"), system.calls)
        self.assertEqual([], system.started)

    def test_a_step_that_is_delivered_again_ends_no_unit(self) -> None:
        self.write(self.layout.answers, "%s 7 40 stop-services released %s\n" % (OWNER, ANSWERED))
        system = UnitSystem("0\n{}\n")
        system.is_active = True
        self.assertEqual((0, json.loads(ANSWERED)), self.run_unit(system)[:2])
        self.assertEqual([], system.started)

    def test_a_second_delivery_waits_for_the_first(self) -> None:
        with open(os.path.join(self.layout.state, "stop-services.flock"), "a") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            system = UnitSystem("0\n{}\n")
            ended = self.run_unit(system)
            self.assertEqual((1, "StepFailed"), (ended.code, ended.answer.get("failure")))
            self.assertIn("another stop-services has been running for 60 seconds", ended.answer["message"])
            self.assertEqual([], system.started)
        self.assertEqual(0, self.run_unit(UnitSystem("0\n{}\n")).code)

    def test_a_plan_neither_waits_for_another_nor_is_ended_by_a_step(self) -> None:
        with open(os.path.join(self.layout.state, "inspect-host.flock"), "a") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            system = UnitSystem("0\n%s\n" % ANSWERED)
            system.is_active = True
            self.assertEqual((0, json.loads(ANSWERED)), self.run_unit(system, "inspect-host")[:2])
        name = "crypto-robot-plan-%d" % os.getpid()
        for word in ("--unit=" + name, "--property=RuntimeDirectory=" + name, "--setenv=%s=%s" % (unit.UNIT, name)):
            self.assertIn(word, system.started)
        self.assertEqual([], os.listdir(self.layout.unit_answers), "its answer")
        self.assertFalse([call for call in system.calls if call[:2] == ("systemctl", "stop")])

    def test_a_caller_that_is_gone_ends_no_step(self) -> None:
        class Gone:
            def write(self, data: bytes) -> int:
                raise BrokenPipeError

        gone: Any = Gone()
        system = UnitSystem("0\n{}\n")
        self.assertEqual(0, unit.run("stop-services", 60, {"SSM_ApplicationPath": self.layout.application}, system, gone, gone, self.root))


class StoppedTest(FolderTest):
    """A step in its unit, as a process's main sees it."""

    def main(self, function: Any) -> Any:
        answer = os.path.join(self.root, "answer")
        variables = {"SSM_ApplicationPath": self.layout.application, unit.ANSWER: answer}
        module = types.ModuleType("test", "test: a step of a test.")
        module.__dict__.update(run=function)
        before = signal.getsignal(signal.SIGTERM)
        try:
            with mock.patch.object(step, "module_of", lambda name: module), mock.patch.dict(os.environ, variables), \
                    mock.patch.object(step, "System", lambda: self.system), mock.patch("sys.stderr", mock.MagicMock()):
                with self.assertRaises(SystemExit) as ended:
                    step.main("test")
        finally:
            signal.signal(signal.SIGTERM, before)
        return ended.exception.code, self.read(answer)

    def test_the_answer_is_in_the_file_as_a_whole(self) -> None:
        self.assertEqual((0, '0\n{"is":"done"}\n'), self.main(lambda host: '{"is":"done"}'))

    def test_a_failure_is_an_answer(self) -> None:
        def fails(host: step.Host) -> str:
            raise Failure("HostUnfit", "no disk")

        self.assertEqual((21, '21\n{"failure":"HostUnfit","message":"no disk"}\n'), self.main(fails))

    def test_a_stop_is_a_failure_even_where_everything_is_caught(self) -> None:
        def stopped(host: step.Host) -> str:
            try:
                os.kill(os.getpid(), signal.SIGTERM)
                signal.sigtimedwait([], 1)
            except Exception:
                pass
            return '{"is":"done"}'

        self.assertEqual((1, '1\n{"failure":"StepFailed","message":"test was stopped before it was done"}\n'), self.main(stopped))
