"""fence: only a step of the lock's owner, generation and phase may change the instance.

Parameter Owner ^arn:[A-Za-z0-9:_./-]{1,400}$ The execution that runs this step.
Parameter Generation ^[0-9]{1,15}$ The lock's generation the execution was given; 0 when it holds none.
Parameter Phase ^[0-9]{1,4}$ Rises along the execution; a lower one than the last is refused.
Parameter Environment ^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$ The environment this instance bears.
"""

from __future__ import annotations

from robothost import answers, lock
from robothost.answers import Earlier
from robothost.failures import Failure
from robothost.files import content
from robothost.layout import Layout
from robothost.lock import Lock, UnderLock
from robothost.parameters import Request
from robothost.system import System, stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

CONFIRMED_BEFORE = '{"confirmed":true,"locked":false,"containers":false,"serving":null,"settings":{}}'


class Fence:
    """Whether one delivery of a step may run. Each function is called under the lock's flock."""

    def __init__(self, step: str, request: Request, layout: Layout, system: System) -> None:
        self.step, self.layout, self.system = step, layout, system
        self.owner, self.generation, self.phase = request.text("Owner"), request.number("Generation"), request.number("Phase")

    def earlier_answer(self) -> str:
        """The answer that this step has given to this owner before, else nothing."""
        same = answers.same(self.layout, self.owner, self.step, self.phase)
        return same[-1].answer if same and same[-1].generation == self.generation else ""

    def own_release(self) -> Optional[Earlier]:
        """The answer with which this owner itself released the lock of this generation, in an earlier phase."""
        own = answers.of_owner(self.layout, self.owner)
        released = [one for one in own if one.generation == self.generation and one.lock == answers.RELEASED]
        return released[-1] if released and released[-1].phase < self.phase else None

    def lock_back(self, held: Optional[Lock]) -> Optional[Lock]:
        """The lock for a later step of the owner that has released it itself, unless another owner came in between: the answer of the
        step that released it was lost, and the execution continues as after a failure."""
        released = self.own_release()
        if released is None or held:
            return None
        if content(self.layout.generation).strip() != str(self.generation):
            return None
        back = Lock(self.owner, self.generation, released.phase, stamp(self.system.now()), "execution")
        lock.write(self.layout, back)
        return back

    def after_confirmation(self) -> str:
        """The answer to a rollback of an execution that has confirmed its release and so released the lock, which another owner has or
        had since."""
        released = self.own_release()
        is_confirmed = released is not None and released.step == "confirm-release"
        return CONFIRMED_BEFORE if is_confirmed and self.step == "roll-back" else ""

    def check(self, record: bool) -> str:
        """LockLost unless the lock is this owner's and at no higher phase; with record, the phase is remembered. The answer of a step
        that has given it already, which is the end of it, else nothing."""
        other = held = lock.read(self.layout)
        if held is None or held.owner != self.owner or held.generation != self.generation:
            answered = self.earlier_answer()
            if answered:
                return answered
            held = self.lock_back(other)
            if held is None and self.after_confirmation():
                return self.after_confirmation()
        if held is None:
            raise Failure("LockLost", "the lock of this instance belongs to %s, generation %s; this step came from %s, generation %d,"
                                      " and changed nothing" % (other.owner if other else "nobody", other.generation if other else "none",
                                                                self.owner, self.generation))
        if self.phase < held.phase:
            raise Failure("LockLost", "phase %d has gone by, the execution is at phase %d; the step came late and changed nothing"
                                      % (self.phase, held.phase))
        if record and self.phase > held.phase:
            lock.write(self.layout, Lock(held.owner, held.generation, self.phase, held.since, held.lifetime))
        return ""


def check(step: str, request: Request, layout: Layout, system: System, record: bool) -> str:
    with UnderLock(layout):
        return Fence(step, request, layout, system).check(record)
