"""step: runs one step: its request, its log, its answer or its failure, its exit code.

A step is a module of robothost.steps with run(host), which returns the answer: one line of JSON, the last line of stdout. Everything
else goes to stderr and to the step's log. A failure is the line {"failure":"<Name>","message":"<what happened, evidence, what to do>"}
and the exit code of its name; its message is redacted as a whole. An unforeseen exception is a StepFailed. A step that uses fence.py
runs in a unit of its own, see unit.py, and its answer and exit code go into the file of that unit.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import re
import signal
import sys

from robothost import changes
from robothost import layout as places
from robothost.failures import Failure
from robothost.files import check_application, hold_application_folder
from robothost.layout import Layout
from robothost.log import StepLog
from robothost.parameters import Request, declared
from robothost.system import System
from robothost.unit import ANSWER, UNIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import IO, Callable, Dict, List, Mapping, Optional

    from robothost.redact import Redaction

LONGEST_MESSAGE = 4000
USES = re.compile(r"^Uses +(.+)$", re.MULTILINE)
TIMEOUT = re.compile(r"^Timeout +([0-9]+)$", re.MULTILINE)


class Host:
    """What a step gets: its request, the places, the system, its log, and the redaction of what other programs print."""

    def __init__(self, name: str, request: Request, layout: Layout, system: System, log: StepLog, variables: Mapping[str, str],
                 seconds: int = 0) -> None:
        self.name, self.request, self.layout, self.system, self.log = name, request, layout, system, log
        # The time limit of the step.
        self.seconds = seconds
        self._variables = variables
        self._redaction: Optional[Redaction] = None
        self._own_work = ""

    def variable(self, name: str, default: str) -> str:
        """A variable of the environment that is no parameter; tests set it to wait less."""
        return self._variables.get(name, default)

    @property
    def unit(self) -> str:
        """The unit of its own that the step runs in, without suffix, or nothing."""
        return self.variable(UNIT, "")

    @property
    def work(self) -> str:
        """The step's private folder, where only root makes a file. It is gone when the step has ended: systemd makes and removes that of a unit."""
        found = self.variable("RUNTIME_DIRECTORY", self._own_work)
        if not found:
            import tempfile

            found = self._own_work = tempfile.mkdtemp(prefix="crypto-robot-", dir=self.layout.run)
        return found

    def close(self) -> None:
        if self._own_work:
            import shutil

            shutil.rmtree(self._own_work, ignore_errors=True)

    def redacted(self, text: str) -> str:
        return self.redaction(text)

    @property
    def redaction(self) -> Redaction:
        if self._redaction is None:
            from robothost.redact import Redaction

            self._redaction = Redaction(self.layout.application, self.variable("RUNTIME_DIRECTORY", self._own_work), self.layout.root)
        return self._redaction


class Stopped(BaseException):
    """The step gets SIGTERM. systemd takes an end by that signal for a good one."""


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def module_of(step: str) -> ModuleType:
    return importlib.import_module("robothost.steps." + step.replace("-", "_"))


def used_by(module: ModuleType) -> List[str]:
    return [name for line in USES.findall(module.__doc__ or "") for name in line.split()]


def seconds_of(module: ModuleType) -> int:
    """The time limit of the step."""
    found = TIMEOUT.search(module.__doc__ or "")
    return int(found.group(1)) if found else 0


def is_fenced(module: ModuleType) -> bool:
    """Whether only the owner of the lock may run the step. Steps that take or free the lock check the owner themselves."""
    return "fence.py" in used_by(module) and getattr(module, "FENCED", True)


def answer_before_unit(step: str, layout: Layout, system: System, variables: Mapping[str, str]) -> str:
    """The answer of a step that was delivered again, else nothing. LockLost for one that may not run."""
    module = module_of(step)
    if not is_fenced(module):
        return ""
    from robothost import fence

    return fence.check(step, request_of(module, variables), layout, system, record=False)


def request_of(module: ModuleType, environment: Mapping[str, str]) -> Request:
    """The build makes the step's document from the same docstrings."""
    return Request(patterns_of(module), environment)


def patterns_of(module: ModuleType) -> Dict[str, str]:
    """Of the parameters that the step, the modules it uses and the layout declare."""
    modules = [importlib.import_module("robothost." + name[:-3]) for name in used_by(module)]
    return declared(places.__doc__, *(one.__doc__ for one in modules), module.__doc__)


def run(step: str, environment: Mapping[str, str], system: System, output: IO[bytes], errors: IO[bytes], root: str = "/") -> int:
    """The exit code. The last line of output is the answer or the failure."""
    layout = Layout(environment.get("SSM_ApplicationPath", ""), root)
    log = StepLog(step, system, errors)
    host: Optional[Host] = None
    changes.WAITS.reset()
    try:
        module = module_of(step)
        host = Host(step, request_of(module, environment), layout, system, log, environment, seconds_of(module))
        check_application(layout)
        hold_application_folder(layout)
        log.open(layout)
        answer = enter(host, is_fenced(module), getattr(module, "USES_RESERVE", False)) if "fence.py" in used_by(module) else ""
        answer = answer or module.run(host)
        report_waits(log)
        if getattr(module, "LOGGED", True):
            log.write(answer)
            system.write_journal("%s: %s" % (step, answer))
        write_line(output, answer)
        return 0
    except (Exception, Stopped) as problem:
        return report(problem, step, layout, system, log, host, output)
    finally:
        if host:
            host.close()


def enter(host: Host, is_fenced: bool, uses_reserve: bool) -> str:
    """The answer of a step that was delivered again after its owner has released the lock, else nothing. A step that goes back must not
    depend on room that a full disk does not have."""
    answered = ""
    if is_fenced:
        from robothost import fence

        answered = fence.check(host.name, host.request, host.layout, host.system, record=not uses_reserve)
        if uses_reserve and not answered:
            from robothost import reserve

            reserve.use(host.layout)
            answered = fence.check(host.name, host.request, host.layout, host.system, record=True)
    host.log.write("phase %s of %s" % (host.request.text("Phase"), host.request.text("Owner")))
    return answered


def report_waits(log: StepLog) -> None:
    """What the syncs have cost."""
    if changes.WAITS.number:
        log.write("waited %d times for the disk, %.1f ms" % (changes.WAITS.number, changes.WAITS.seconds * 1000))


def report_failure(problem: BaseException, step: str, layout: Layout, system: System, output: IO[bytes], errors: IO[bytes]) -> int:
    """The exit code of a step that did not begin."""
    log = StepLog(step, system, errors)
    log.open(layout)
    return report(problem, step, layout, system, log, None, output)


def report(problem: BaseException, step: str, layout: Layout, system: System, log: StepLog, host: Optional[Host], output: IO[bytes]) -> int:
    code, name = 1, "StepFailed"
    if isinstance(problem, Failure):
        code, name, message = problem.code, problem.name, problem.message
    elif isinstance(problem, Stopped):
        message = "%s was stopped before it was done" % step
    else:
        message = unforeseen(problem, step, layout)
    line = as_json({"failure": name, "message": redacted(message, host, layout)[:LONGEST_MESSAGE]})
    log.write(line)
    system.write_journal("%s: %s" % (step, line), error=True)
    write_line(output, line)
    return code


def redacted(message: str, host: Optional[Host], layout: Layout) -> str:
    from robothost.redact import Redaction

    redaction: Callable[[str], str] = host.redaction if host else Redaction(layout.application, root=layout.root)
    return redaction(message)


def unforeseen(problem: BaseException, step: str, layout: Layout) -> str:
    trace, line = problem.__traceback__, 0
    file = ""
    while trace is not None:
        file, line = os.path.basename(trace.tb_frame.f_code.co_filename), trace.tb_lineno
        trace = trace.tb_next
    return "%s: %s in %s, line %d: %s; see %s on the instance" % (
        step, type(problem).__name__, file, line, str(problem)[:500], layout.step_log(step))


def write_line(output: IO[bytes], text: str) -> None:
    try:
        output.write(text.encode("utf-8", "replace") + b"\n")
        output.flush()
    except OSError:
        pass  # The caller is gone, which must not end a step half way.


def write_answer(path: str, code: int, answer: str) -> None:
    """What unit.py reads: there or not, as a whole."""
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write("%d\n%s" % (code, answer))
    os.rename(path + ".new", path)


def stop(*_: object) -> None:
    raise Stopped


def main(step: str) -> None:
    os.umask(0o022)
    signal.signal(signal.SIGTERM, stop)
    path = os.environ.get(ANSWER)
    if path is None:
        sys.exit(run(step, os.environ, System(), sys.stdout.buffer, sys.stderr.buffer))
    answer = io.BytesIO()
    code = run(step, os.environ, System(), answer, sys.stderr.buffer)
    write_answer(path, code, answer.getvalue().decode("utf-8", "replace"))
    sys.exit(code)
