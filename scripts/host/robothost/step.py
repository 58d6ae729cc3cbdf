"""step: runs one step: its request, its log, its answer or its failure, its exit code.

A step is a module of robothost.steps with run(host), which returns the answer: one line of JSON, the last line of stdout. Everything
else goes to stderr and to the step's log. A failure is the line {"failure":"<Name>","message":"<what happened, evidence, what to do>"}
and the exit code of its name; its message is redacted as a whole. An unforeseen exception is a StepFailed.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys

from robothost import layout as places
from robothost.failures import Failure
from robothost.files import check_application, hold_application_folder
from robothost.layout import Layout
from robothost.log import StepLog
from robothost.parameters import Request, declared, timeout
from robothost.system import System

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import IO, Callable, List, Mapping, Optional

    from robothost.redact import Redaction

LONGEST_MESSAGE = 4000
USES = re.compile(r"^Uses +(.+)$", re.MULTILINE)


class Host:
    """What a step gets: its request, the places, the system, its log, and the redaction of what other programs print."""

    def __init__(self, name: str, request: Request, layout: Layout, system: System, log: StepLog, variables: Mapping[str, str]) -> None:
        self.name, self.request, self.layout, self.system, self.log = name, request, layout, system, log
        self._variables = variables
        self._redaction: Optional[Redaction] = None

    def variable(self, name: str, default: str) -> str:
        """A variable of the environment that is no parameter; tests set it to wait less."""
        return self._variables.get(name, default)

    def redacted(self, text: str) -> str:
        return self.redaction(text)

    @property
    def redaction(self) -> Redaction:
        if self._redaction is None:
            from robothost.redact import Redaction

            self._redaction = Redaction(self.layout.application, root=self.layout.root)
        return self._redaction


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def module_of(step: str) -> ModuleType:
    return importlib.import_module("robothost.steps." + step.replace("-", "_"))


def used_by(module: ModuleType) -> List[str]:
    """The modules whose parameters are also the step's."""
    return [name for line in USES.findall(module.__doc__ or "") for name in line.split()]


def request_of(module: ModuleType, environment: Mapping[str, str]) -> Request:
    """Of the parameters that the step, the modules it uses and the layout declare; the build reads the same docstrings."""
    modules = [importlib.import_module("robothost." + name[:-3]) for name in used_by(module)]
    return Request(declared(places.__doc__, *(one.__doc__ for one in modules), module.__doc__), environment)


def run(step: str, environment: Mapping[str, str], system: System, output: IO[bytes], errors: IO[bytes], root: str = "/") -> int:
    """The exit code. The last line of output is the answer or the failure."""
    layout = Layout(environment.get("SSM_ApplicationPath", ""), root)
    log = StepLog(step, system, errors)
    host: Optional[Host] = None
    # Of a fenced step that is delivered again.
    answer = ""
    try:
        module = module_of(step)
        host = Host(step, request_of(module, environment), layout, system, log, environment)
        check_application(layout)
        hold_application_folder(layout)
        log.open(layout)
        if is_fenced(module):
            from robothost import fence

            if fence.UNIT not in environment:
                code, line = fence.in_unit(host, timeout(module.__doc__), environment)
                write_line(output, line)
                return code
            answer = fence.check(host, record=True)
            log.write("phase %s of %s" % (host.request.text("Phase"), host.request.text("Owner")))
        answer = answer or module.run(host)
        if getattr(module, "LOGGED", True):
            log.write(answer)
            system.write_journal("%s: %s" % (step, answer))
        leave(environment, output, 0, answer)
        return 0
    except Failure as failure:
        code, name, message = failure.code, failure.name, failure.message
    except Exception as problem:  # Whatever a step does not foresee.
        code, name, message = 1, "StepFailed", unforeseen(problem, step, layout)
    line = as_json({"failure": name, "message": redacted(message, host, layout)[:LONGEST_MESSAGE]})
    log.write(line)
    system.write_journal("%s: %s" % (step, line), error=True)
    leave(environment, output, code, line)
    return code


def is_fenced(module: ModuleType) -> bool:
    return "fence.py" in used_by(module)


def leave(environment: Mapping[str, str], output: IO[bytes], code: int, line: str) -> None:
    """Inside its unit a step leaves the line in a file for its caller, who prints it."""
    if "STEP_ANSWER" not in environment:
        write_line(output, line)
        return
    from robothost.fence import ANSWER, leave_answer

    leave_answer(environment[ANSWER], code, line)


def redacted(message: str, host: Optional[Host], layout: Layout) -> str:
    from robothost.redact import Redaction

    redaction: Callable[[str], str] = host.redaction if host else Redaction(layout.application, root=layout.root)
    return redaction(message)


def unforeseen(problem: Exception, step: str, layout: Layout) -> str:
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


def main(step: str) -> None:
    os.umask(0o022)
    sys.exit(run(step, os.environ, System(), sys.stdout.buffer, sys.stderr.buffer))
