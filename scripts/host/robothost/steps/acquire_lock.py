r"""acquire-lock: take the lock of this instance and compare what is requested with what serves, or report who holds the lock.

Guarantee: of any number of executions exactly one gets "acquired", under a generation higher than every earlier one. A lock is free
when it has no owner, or when it was to last until a reboot that has happened. StealFrom names the generation and owner that were
proven finished; the lock is stolen only if it is still exactly theirs. The owner of the lock finds the instance settled: steps of the
former owner are ended, a release it left unconfirmed is rolled back, releases that never became good are removed.
With an Operation it then inspects the instance, see inspect.py. If there is nothing to do, it releases the lock that it took.
The answer to an owner is decided once: delivered again, also late, the step prints the same answer and changes nothing.
Changes: the lock and the reserve; for a new owner what was left over. Prints {"acquired":true,"generation":N,"stolen":bool} with the
fields of inspect.py, or {"acquired":false,"owner","generation","since"}; both are success.

Parameter Lifetime ^(execution|boot)$ Whether the lock ends with the execution or with the next boot.
Parameter StealFrom ^([0-9]{1,15}\x20arn:[A-Za-z0-9:_./-]{1,400})?$ "<generation> <owner>" to steal the lock from, or empty.
Optional Operation Release Services Port HealthPath PersistentPaths Secrets ModeVariables ExportEnv CertificateVersion CertificateHostname
Optional Protocol Simulate VirtualEnvPath PythonVersion Installation RepositoryUrl Branch Revision RepositorySecret
Optional RepositorySecretVersion KeepUntilReboot
Timeout 2400
Uses fence.py release.py git.py interpreter.py installation.py inspect.py
"""

from __future__ import annotations

import os
import re

from robothost import answers, changes, files, lock, reserve
from robothost.failures import Failure
from robothost.files import content
from robothost.lock import Lock, UnderLock
from robothost.release import keep_answer, release_with
from robothost.step import Host, as_json
from robothost.system import stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional

# It takes the lock.
FENCED = False


def run(host: Host) -> str:
    acquisition = Acquisition(host)
    with UnderLock(host.layout):
        answer = acquisition.take()
    if answer:
        return answer
    from robothost import former_owner

    former_owner.settle(host, acquisition.owner)
    reserve.set_aside(host.layout)
    inspection: Dict[str, Any] = {}
    if host.request.text("Operation"):
        from robothost.inspect import inspect

        inspection = inspect(host)
    with UnderLock(host.layout):
        return acquisition.decide(inspection)


class Acquisition:
    """One delivery of the step. take and decide are called under the lock's flock."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.owner, self._phase = host.request.text("Owner"), host.request.number("Phase")
        self._generation, self._is_stolen = 0, False

    def take(self) -> str:
        """The answer where the lock is another owner's, or this owner was answered before; nothing for the owner of the lock."""
        held = lock.read(self._host.layout)
        answer = self._earlier_answer(held)
        if answer:
            self._host.log.write("delivered again: the same answer, nothing is changed")
            return answer
        if held and held.owner == self.owner:
            self._generation = held.generation
            # A copy of this command that arrives after later steps must not end them.
            return self._acquired() if held.phase > self._phase else ""
        if held and self._host.request.text("StealFrom") != "%d %s" % (held.generation, held.owner):
            return as_json({"acquired": False, "owner": held.owner, "generation": held.generation, "since": held.since})
        self._become_owner(held)
        return ""

    def _earlier_answer(self, held: Optional[Lock]) -> str:
        """The answer that was given before, unless the lock was stolen since; else nothing."""
        same = answers.same(self._host.layout, self.owner, self._host.name, self._phase)
        if not same:
            return ""
        earlier = same[-1]
        if held and held.owner == self.owner and held.generation == earlier.generation:
            # The step was ended between the answer and the release.
            if earlier.lock == answers.RELEASED:
                release_with(self._host, held, earlier.answer)
            return earlier.answer
        own = answers.of_owner(self._host.layout, self.owner)
        is_released = any(one.generation == earlier.generation and one.lock == answers.RELEASED for one in own)
        return earlier.answer if is_released else ""

    def _become_owner(self, former: Optional[Lock]) -> None:
        layout, system = self._host.layout, self._host.system
        reserve.use(layout)
        counter = content(layout.generation).rstrip("\n") if os.path.isfile(layout.generation) else "0"
        if not re.fullmatch("[0-9]{1,15}", counter):
            raise Failure("StepFailed", "%s is not a number" % layout.generation)
        # After a power cut the counter may be older than the lock.
        self._generation = max(int(counter), former.generation if former else 0) + 1
        files.write(layout, layout.generation, "%d\n" % self._generation)
        lock.write(layout, Lock(self.owner, self._generation, self._phase, stamp(system.now()), self._host.request.text("Lifetime")))
        changes.sync(layout.state)
        if former:
            from robothost import history, releases

            self._is_stolen = True
            history.record(layout, system, self.owner, "lock-stolen", releases.linked(layout), "",
                           reason="from %s, generation %d" % (former.owner, former.generation))

    def _acquired(self, **inspection: Any) -> str:
        return as_json({"acquired": True, "generation": self._generation, "stolen": self._is_stolen, **inspection})

    def decide(self, inspection: Dict[str, Any]) -> str:
        """Keeps the answer. With nothing to do the lock is released."""
        held = lock.read(self._host.layout)
        if held is None or held.owner != self.owner or held.generation != self._generation:
            raise Failure("LockLost", "the lock was stolen by %s while this step ran"
                                      % (held.owner if held else "an execution that has released it"))
        answer = self._acquired(**inspection)
        if inspection.get("nothing_to_do"):
            release_with(self._host, held, answer)
        else:
            keep_answer(self._host, held, answers.HELD, answer)
        return answer
