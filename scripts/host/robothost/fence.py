r"""fence: runs a step in a systemd unit of its own, once, and only for the owner of the lock.

The unit crypto-robot-step-<step>.service limits the step's time and holds all its processes, so that it can be ended from outside
whatever it does. Two deliveries of one step follow each other. A step whose owner, generation or phase is behind the lock's is refused
before it changes anything. The step leaves its answer in a file that only its caller knows: a unit that was ended from outside leaves
none, whatever its exit code is, so that an end cannot be taken for an answer.

Parameter Owner ^arn:[A-Za-z0-9:_./-]{1,400}$ The execution that runs this step.
Parameter Generation ^[0-9]{1,15}$ The lock's generation the execution was given; 0 when it holds none.
Parameter Phase ^[0-9]{1,4}$ Rises along the execution; a lower one than the last is refused.
Parameter Environment ^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$ The environment this instance bears.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile

from robothost import lock
from robothost.failures import Failure
from robothost.files import content, locked, make_folder
from robothost.layout import Layout
from robothost.step import Host
from robothost.system import stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Mapping, Optional, Tuple

# Set for the step inside its unit.
UNIT, ANSWER = "IN_STEP_UNIT", "STEP_ANSWER"
PASSED_ON = re.compile(r"SSM_|AWS_|DEPLOYER_")
# Credentials stay out of the unit's properties, which every user can read; the instance has its role.
CREDENTIALS = re.compile(r"AWS_.*(KEY|SECRET|TOKEN)")
EXIT_AND_LINE = re.compile(r"([0-9]{1,3})\n(\{.*\})\n", re.DOTALL)


class Earlier:
    """An answer that is kept for a second delivery, see lib/answers.sh, which writes it: one a line, the newest last."""

    def __init__(self, line: str) -> None:
        # ValueError for a line that was cut short.
        self.owner, generation, phase, self.step, self.lock, self.answer = line.split(" ", 5)
        self.generation, self.phase = int(generation), int(phase)


def earlier_answers(layout: Layout, owner: str) -> List[Earlier]:
    found = []
    for line in content(layout.answers).splitlines():
        try:
            found.append(Earlier(line))
        except ValueError:
            continue
    return [one for one in found if one.owner == owner]


def earlier_answer(host: Host) -> str:
    """The answer that this step has given before its owner released the lock, or nothing."""
    generation, phase = host.request.number("Generation"), host.request.number("Phase")
    answers = earlier_answers(host.layout, host.request.text("Owner"))
    same = [one for one in answers if one.step == host.name and one.phase == phase]
    return same[-1].answer if same and same[-1].generation == generation else ""


def lock_given_back(host: Host) -> Optional[lock.Lock]:
    """A free lock is given back for a later step to the owner that has released it, if no other owner came in between: the answer of
    the step that released it was lost, and the execution continues as after a failure."""
    owner, generation = host.request.text("Owner"), host.request.number("Generation")
    released = [one for one in earlier_answers(host.layout, owner) if one.generation == generation and one.lock == "released"]
    if not released or host.request.number("Phase") <= released[-1].phase or content(host.layout.generation).strip() != str(generation):
        return None
    held = lock.Lock(owner, generation, released[-1].phase, stamp(host.system.now()), "execution")
    lock.write(host.layout, held)
    return held


def check(host: Host, record: bool) -> str:
    """LockLost unless the lock is this execution's and no later phase has begun; with record, the phase is remembered. Returns the answer
    of a step that has given it already, which is the end of it, else nothing."""
    owner, generation = host.request.text("Owner"), host.request.number("Generation")
    phase = host.request.number("Phase")
    with locked(os.path.join(host.layout.state, "fence.flock")):
        held = lock.read(host.layout)
        if held is None or held.owner != owner or held.generation != generation:
            answered = earlier_answer(host)
            if answered:
                return answered
            held = check_lost(host, held)
        if phase < held.phase:
            raise Failure("LockLost", "phase %d has gone by, the execution is at phase %d; the step came late and changed nothing"
                          % (phase, held.phase))
        if record and phase > held.phase:
            lock.write(host.layout, lock.Lock(owner, generation, phase, held.since, held.lifetime))
        return ""


def check_lost(host: Host, held: Optional[lock.Lock]) -> lock.Lock:
    """The lock that is given back, or LockLost."""
    given_back = lock_given_back(host) if held is None else None
    if given_back is None:
        raise Failure("LockLost", "the lock of this instance belongs to %s, generation %s; this step came from %s, generation %d, and "
                      "changed nothing" % (held.owner if held else "nobody", held.generation if held else "none",
                                           host.request.text("Owner"), host.request.number("Generation")))
    return given_back


def in_unit(host: Host, timeout: int, variables: Mapping[str, str]) -> Tuple[int, str]:
    """Runs the step in its unit; its exit code and the line that it answered."""
    unit, layout = "crypto-robot-step-" + host.name, host.layout
    make_folder(layout.state, 0o700)
    make_folder(layout.logs, 0o700)
    with locked(os.path.join(layout.state, host.name + ".flock"), host.system, timeout) as is_held:
        if not is_held:
            raise Failure("StepFailed", "another %s has been running for %d seconds; see systemctl status %s" % (host.name, timeout, unit))
        answered = check(host, record=False)
        if answered:
            return 0, answered
        # Its caller is gone, or it would hold the flock.
        if host.system.run("systemctl", "is-active", "--quiet", unit + ".service").code == 0:
            host.system.run("systemctl", "stop", unit + ".service")
        folder = tempfile.mkdtemp(prefix="crypto-robot-", dir=layout.run)
        try:
            return answer_of(host, unit, timeout, variables, os.path.join(folder, "answer"))
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def answer_of(host: Host, unit: str, timeout: int, variables: Mapping[str, str], file: str) -> Tuple[int, str]:
    done = host.system.run(*command(host.name, unit, timeout, variables, file))
    host.log.print(host.redacted(done.errors))
    found = EXIT_AND_LINE.fullmatch(content(file))
    if not found:
        raise Failure("StepFailed", "%s was ended before it was done (stopped, or longer than %d seconds); see journalctl -u %s"
                      % (host.name, timeout, unit))
    return int(found.group(1)), found.group(2)


def command(step: str, unit: str, timeout: int, variables: Mapping[str, str], file: str) -> List[str]:
    program = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    passed = [name for name in sorted(variables) if PASSED_ON.match(name) and not CREDENTIALS.match(name)]
    return ["systemd-run", "--quiet", "--collect", "--pipe", "--wait", "--service-type=exec", "--unit=" + unit,
            "--description=Crypto robot deployer: " + step,
            "-p", "RuntimeMaxSec=%d" % timeout, "-p", "KillMode=control-group", "-p", "TimeoutStopSec=10",
            "-p", "RuntimeDirectory=" + unit, "-p", "RuntimeDirectoryMode=0711", "-p", "UMask=0022",
            "--setenv=%s=%s" % (UNIT, unit), "--setenv=%s=%s" % (ANSWER, file), *("--setenv=" + name for name in passed),
            sys.executable, "-IS", program, step]


def leave_answer(file: str, code: int, line: str) -> None:
    """In one piece: a part of an answer is none."""
    with open(os.open(file + ".new", os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "w", encoding="utf-8", errors="replace") as out:
        out.write("%d\n%s\n" % (code, line))
    os.rename(file + ".new", file)
