"""unit: runs a step in a systemd unit of its own and passes on its answer.

The unit crypto-robot-step-<step>.service limits the step's time and holds all its processes, so that it can be ended from outside
whatever it does; that of a plan is crypto-robot-plan-<process>.service. Two deliveries of one step follow each other. The step puts
its answer into a file, by a rename: an end from outside leaves none and so is never taken for an answer. Loads little: all of this is
before the step's own process starts.
"""

from __future__ import annotations

import fcntl
import os
import sys

from robothost.failures import Failure
from robothost.layout import Layout
from robothost.system import System

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, List, Mapping, Tuple

PREFIX = "crypto-robot-step-"
# This step only reads, possibly beside a deployment: it neither waits for one nor is ended by one.
READING, READING_PREFIX = "inspect-host", "crypto-robot-plan-"
# The variable that names the file of the answer to the step.
ANSWER = "DEPLOYER_ANSWER"
# The variable that has the name of the step's unit.
UNIT = "IN_STEP_UNIT"
# Seconds.
BETWEEN_TRIES, TO_STOP = 0.05, 10


class StepUnit:
    def __init__(self, step: str, seconds: int, layout: Layout, system: System, variables: Mapping[str, str]) -> None:
        self.step, self.seconds = step, seconds
        self._layout, self._system, self._variables = layout, system, variables
        self.name = "%s%d" % (READING_PREFIX, os.getpid()) if step == READING else PREFIX + step
        self._answer = os.path.join(layout.unit_answers, self.name if step == READING else step)

    def run(self) -> Tuple[int, str]:
        """The exit code and the answer of the step."""
        for folder in (self._layout.state, self._layout.logs, self._layout.unit_answers):
            os.makedirs(folder, 0o700, exist_ok=True)
        return self._run_beside() if self.step == READING else self._run_alone()

    def _run_beside(self) -> Tuple[int, str]:
        self._system.call(*self.command())
        try:
            return self._read_answer()
        finally:
            if os.path.exists(self._answer):
                os.unlink(self._answer)

    def _run_alone(self) -> Tuple[int, str]:
        gate = os.open(os.path.join(self._layout.state, self.step + ".flock"), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        try:
            self._wait_for(gate)
            answered = self._end_abandoned()
            if answered:
                return 0, answered + "\n"
            if os.path.exists(self._answer):
                os.unlink(self._answer)
            self._system.call(*self.command())
            return self._read_answer()
        finally:
            os.close(gate)

    def _wait_for(self, gate: int) -> None:
        end = self._system.uptime() + self.seconds
        while True:
            try:
                fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if self._system.uptime() >= end:
                    raise Failure("StepFailed", "another %s has been running for %d seconds; see systemctl status %s"
                                  % (self.step, self.seconds, self.name))
            self._system.sleep(BETWEEN_TRIES)

    def _end_abandoned(self) -> str:
        """A unit that runs has lost its caller, who would hold the flock. A step that comes late must not end it: the answer of one that
        has given it before, else nothing."""
        if not self._is_loaded() or self._system.call("systemctl", "is-active", "--quiet", self.name + ".service"):
            return ""
        from robothost.step import answer_before_unit

        answered = answer_before_unit(self.step, self._layout, self._system, self._variables)
        if not answered:
            self._system.call("systemctl", "stop", self.name + ".service")
        return answered

    def _is_loaded(self) -> bool:
        """systemd keeps the file of a transient unit as long as it has the unit, and no process is needed to see it."""
        return os.path.exists(os.path.join(self._layout.run, "systemd/transient", self.name + ".service"))

    def command(self) -> List[str]:
        properties = ("RuntimeMaxSec=%d" % self.seconds, "KillMode=control-group", "TimeoutStopSec=%d" % TO_STOP,
                      "RuntimeDirectory=" + self.name, "RuntimeDirectoryMode=0711", "UMask=0022")
        command = ["systemd-run", "--quiet", "--collect", "--pipe", "--wait", "--service-type=exec", "--unit=" + self.name,
                   "--description=Crypto robot deployer: " + self.step, *("--property=" + one for one in properties)]
        command += ["--setenv=" + name for name in self._variables if is_passed(name)]
        command += ["--setenv=%s=%s" % (ANSWER, self._answer), "--setenv=%s=%s" % (UNIT, self.name)]
        program = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "__main__.py")
        return [*command, sys.executable, "-IS", program, self.step]

    def _read_answer(self) -> Tuple[int, str]:
        text = ""
        if os.path.exists(self._answer):
            with open(self._answer, encoding="utf-8") as file:
                text = file.read()
        code, _, answer = text.partition("\n")
        if not code.isdigit() or not answer.endswith("}\n"):
            raise Failure("StepFailed", "%s was ended before it was done (stopped, or longer than %d seconds); see journalctl -u %s"
                          % (self.step, self.seconds, self.name))
        return int(code), answer


def is_passed(name: str) -> bool:
    """Credentials stay out of the unit's properties, which anyone may read; the instance has its role."""
    if name.startswith("AWS_"):
        return not any(word in name for word in ("KEY", "SECRET", "TOKEN"))
    return name.startswith(("SSM_", "DEPLOYER_")) and name != ANSWER


def run(step: str, seconds: int, variables: Mapping[str, str], system: System, output: IO[bytes], errors: IO[bytes], root: str = "/") -> int:
    """The exit code of the step. The last line of output is its answer or the failure."""
    layout = Layout(variables.get("SSM_ApplicationPath", ""), root)
    try:
        code, answer = StepUnit(step, seconds, layout, system, variables).run()
    except Exception as problem:
        from robothost.step import report_failure

        return report_failure(problem, step, layout, system, output, errors)
    try:
        output.write(answer.encode("utf-8", "replace"))
        output.flush()
    except OSError:
        pass  # The caller is gone; the step is done all the same.
    return code


def main(step: str, seconds: str) -> None:
    os.umask(0o022)
    sys.exit(run(step, int(seconds), os.environ, System(), sys.stdout.buffer, sys.stderr.buffer))
