"""Each operation of the real program, ended before, during and after each of its changes, or with that change failed; then continued.

A change is counted in a run without a fault, so a new one is a new case. After each fault the operation continues in five ways: the same
step again, what a failure of the step leads to, the deadline of the dead-man switch, a reboot, another owner of the lock. Then the same
request by another owner must complete. Cases with the same state of the disk and of systemd are continued once.
"""

from __future__ import annotations

import os
import time
from typing import Callable, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple
from zlib import crc32

from robothost import decision, history, releases
from robothost.manifest import read_manifest
from tests import promise
from tests.ending import BEFORE, DURING, FULL, IO_ERROR, NO_SPACE, Fault
from tests.flows import BEFORE_IT, CONTAINERS, EMPTY, FLOWS, NOTHING, OF_NAME, ONE, OWN, PHASES, SAME, TWO, WORLDS, Flow
from tests.instance import NOBODY, Execution, InstanceTest, Run, State, copied
from tests.test_changes import fenced_steps

# The file for the figures of a run of all cases. The core takes one of so many single faults, and others as another user than as root.
REPORT = os.environ.get("ENDED_ANYWHERE", "")
# The pairs are those of one of so many states, in one of so many places.
ONE_OF, PAIRS_AFTER_OF, PAIR_OF = (1, 1, 1) if REPORT else (80, 400, 20)
PART = 0 if os.geteuid() == 0 else 1
# These steps change nothing but their log.
READING = {"check-health", "inspect-host"}
# A full disk does not end them, see reserve.py.
GOING_BACK = ("discard-release", "roll-back", "fire", "boot")
SWITCHING = ("activate-release", "confirm-release", "roll-back", "fire", "boot")


class Process(NamedTuple):
    """A process of an operation that a fault meets: a step, or the dead-man switch."""

    flow: Flow
    name: str
    # Of the flow's step at which it happens.
    position: int
    execution: Execution
    # It has answered in spite of the fault.
    is_done: bool = False
    # Where a command failed, check-health may find a unit that does not run.
    is_healthy: bool = True

    def __str__(self) -> str:
        return "%s, %s" % (self.flow.name, self.name)


class EndedAnywhere(InstanceTest):
    def setUp(self) -> None:
        super().setUp()
        self.cases: Dict[str, int] = {}
        self.violations: List[str] = []
        self.known: Dict[Tuple[str, ...], List[str]] = {}
        self.worlds: Dict[str, State] = {EMPTY: self.keep()}
        # What serves in the world of the operation, and the good release before that.
        self.served, self.good_before = "", ""

    def world(self, name: str) -> State:
        """An instance, with what operations left on it."""
        if name == CONTAINERS and name not in self.worlds:
            self.put_back(self.worlds[EMPTY])
            self.write(os.path.join(self.root, "volume/counter"), "41")
            self.machine.add_container("robot", os.path.join(self.root, "volume"))
            self.worlds[name] = self.keep()
        if name not in self.worlds:
            before, operation, parameters = WORLDS[name]
            self.put_back(self.world(before))
            flow = OF_NAME[operation]
            self.assertEqual([], self.completes(flow, Execution(len(self.worlds), **{**flow.parameters, **parameters}), 0), name)
            if name in (ONE, TWO):
                self.write("shared/data/counter", "7")
            self.worlds[name] = self.keep()
        return self.worlds[name]

    def run_next(self, process: Process, fault: Optional[Fault] = None) -> Run:
        """What the process answers is a parameter of the next one."""
        execution, name = process.execution, process.name
        # inspect.py reads only: without an operation, acquire-lock leaves it out.
        left_out = {"Operation": ""} if name == "acquire-lock" and process.flow.name != "nothing to do" else {}
        done = self.run_process(name, execution, PHASES.get(name, 0), fault, **left_out)
        if done.is_done and name == "acquire-lock":
            execution.generation = done.answer.get("generation", 0)
        if done.is_done and name == "deploy-release" and "release" in done.answer:
            execution.parameters["Release"] = done.answer["release"]
        return done

    def completes(self, flow: Flow, execution: Execution, position: int) -> List[str]:
        """Runs the rest of an operation; what is wrong with its end."""
        for number in range(position, len(flow.steps)):
            done = self.run_next(Process(flow, flow.steps[number], number, execution))
            if not done.is_done:
                return ["%s does not complete: %s" % (flow.steps[number], done.answer)]
        return list(self.target(flow, execution))

    def target(self, flow: Flow, execution: Execution) -> Iterator[str]:
        if flow.name == "power stop":
            if self.machine.robots():
                yield "a robot runs after the stop"
            return
        yield from promise.settled(self)
        serving = self.serves()
        wanted = {OWN: execution.parameters["Release"], SAME: self.served, BEFORE_IT: self.good_before, NOTHING: ""}[flow.serves]
        if serving != wanted:
            yield "%s serves instead of %s" % (serving, wanted)
        if self.held():
            yield "the lock is still held"
        if not serving or serving != wanted:
            return
        manifest = read_manifest(self.layout, serving)
        for name, field in (("KeysVersion", "keys_version"), ("CertificateVersion", "certificate_version")):
            if manifest[field] != execution.parameters[name]:
                yield "%s of what serves is %s" % (field, manifest[field])
        if serving != history.confirmed(self.layout)[0]:
            yield "%s is not what was confirmed last" % serving

    # The search.

    def search(self, flow: Flow) -> None:
        self.put_back(self.world(flow.world))
        self.served = self.serves()
        self.good_before = releases.good_before(self.layout, self.served)
        execution = self.execution(flow, 10)
        for position, name in enumerate(flow.steps):
            process = Process(flow, name, position, execution)
            before = self.keep()
            self.meets_faults(process, before)
            self.put_back(before)
            done = self.run_next(process)
            self.assertTrue(done.is_done, "%s: %s" % (process, done.answer))
            after, undo = self.keep(), flow.undo(position)
            if undo != "release-lock" and name != "confirm-release":
                self.meets_faults(process._replace(name=undo), after)
            self.put_back(after)
            if name == "activate-release" and self.machine.state["timer"]:
                self.meets_faults(process._replace(name="fire"), after)
                self.put_back(after)
                self.machine.switch_off_and_on()
                self.meets_faults(process._replace(name="boot"), self.keep())
            self.put_back(after)
        self.assertEqual([], list(self.target(flow, execution)), flow.name)

    def execution(self, flow: Flow, number: int) -> Execution:
        release = {SAME: self.served, BEFORE_IT: self.good_before}.get(flow.serves, "")
        return Execution(number, **{"Release": release, **flow.parameters})

    def meets_faults(self, process: Process, before: State, first: str = "") -> None:
        """first is the fault before this one, of two."""
        self.put_back(before)
        self.run_next(process._replace(execution=copied(process.execution)))
        made, halves = list(self.ending.made), list(self.ending.halves)
        faults = [Fault(BEFORE, change) for change in range(1, len(made) + 2)] + [Fault(DURING, change) for change in halves]
        faults += [Fault(kind, change) for kind in (NO_SPACE, IO_ERROR) for change in range(1, len(made) + 1) if not first or kind == NO_SPACE]
        faults += [Fault(FULL, 1)]
        seen: Set[str] = set()
        for fault in faults:
            change = made[fault.change - 1] if fault.change <= len(made) else "its end"
            label = "%s%s, %s change %d (%s)" % (first, process, fault.kind, fault.change, change.replace(self.root, ""))
            of = PAIR_OF if first else ONE_OF
            if crc32(label.encode()) % of != PART % of and (first or fault.kind != FULL):
                continue
            self.put_back(before)
            own = process._replace(execution=copied(process.execution))
            done = self.run_next(own, fault)
            if fault.kind == FULL and process.name in GOING_BACK and not done.is_done:
                self.judge(label, ["it does not complete on a full disk: %s" % done.answer])
            own = own._replace(is_done=done.is_done, is_healthy=not change.startswith("command "))
            state = self.keep()
            self.count("%s%s" % ("twice: " if first else "", process.name))
            self.continues(own, state, label)
            if not first and process.name in SWITCHING and state.digest() not in seen:
                seen.add(state.digest())
                self.meets_second_faults(own, state, label + "; then ")

    def meets_second_faults(self, process: Process, state: State, first: str) -> None:
        """In what continues it."""
        names = [process.name, "boot", "acquire-lock"] + (["roll-back"] if process.name in ("activate-release", "confirm-release") else [])
        self.put_back(state)
        if self.machine.state["timer"]:
            names.append("fire")
        for name in dict.fromkeys(names):
            self.put_back(state)
            own = process._replace(name=name, execution=copied(process.execution))
            if name == "boot":
                self.machine.switch_off_and_on()
            if name == "acquire-lock":
                own = own._replace(execution=self.other_owner(process.flow, 30), position=0)
            if crc32((first + name).encode()) % PAIRS_AFTER_OF == PART % PAIRS_AFTER_OF:
                self.meets_faults(own, self.keep(), first)

    def count(self, name: str) -> None:
        self.cases[name] = self.cases.get(name, 0) + 1

    def continues(self, process: Process, state: State, label: str) -> None:
        self.judge(label, promise.always(self))
        ways: Dict[str, Callable[[Process], Iterator[str]]] = {
            "again": self.again, "undo": self.undo, "deadline": self.deadline, "boot": self.booted, "other": self.other}
        if self.machine.state["settling"]:
            # Until the switch has decided nothing else starts.
            ways = {"again": self.again, "boot": self.booted}
        digest = state.digest()
        for way, continues in ways.items():
            key = (process.flow.name, digest, way) + ((process.name, str(process.position), process.execution.owner) if way in ("again", "undo") else ())
            if way == "undo" and process.is_done:
                continue
            if key not in self.known:
                self.put_back(state)
                own = process._replace(execution=copied(process.execution))
                found = list(continues(own))
                if not found and way != "other":
                    found = self.other_completes(process.flow)
                self.known[key] = found
                self.judge("%s; then %s" % (label, way), self.known[key])

    def judge(self, label: str, found: Iterator[str] | List[str]) -> None:
        for problem in found:
            self.violations.append("%s: %s" % (label, problem.replace(self.root, "")))

    def other_completes(self, flow: Flow) -> List[str]:
        """The same request by another owner, from this state."""
        key = (flow.name, self.keep().digest(), "other")
        if key not in self.known:
            self.known[key] = list(self.other(Process(flow, "", 0, NOBODY)))
        return self.known[key]

    def again(self, process: Process) -> Iterator[str]:
        """The same step again, then the rest of the operation; after an answer in spite of the fault, the rest."""
        if process.is_done:
            if not process.is_healthy and process.name == "activate-release" and list(promise.served(self, self.serves())):
                yield from self.undo(process)
            elif process.flow.steps[process.position] == process.name:
                yield from self.completes(process.flow, process.execution, process.position + 1)
            return
        if process.name == "boot":
            self.continue_boot()
            yield from promise.settled(self)
            return
        done = self.run_next(process)
        if not done.is_done:
            yield "the same step again fails: %s" % done.answer
        elif process.flow.steps[process.position] == process.name:
            yield from self.completes(process.flow, process.execution, process.position + 1)
        else:
            yield from promise.settled(self)

    def undo(self, process: Process) -> Iterator[str]:
        """What a failure of the step leads to."""
        name = process.flow.undo(process.position)
        done = self.run_next(process._replace(name=name))
        if not done.is_done:
            yield "%s fails: %s" % (name, done.answer)
        elif name != "release-lock":
            yield from promise.settled(self)
        if name == "release-lock":
            yield from promise.always(self)

    def deadline(self, process: Process) -> Iterator[str]:
        was_open = decision.is_open(self.layout)
        self.reach_deadline()
        # What is not armed is for the next owner, or for the boot.
        yield from promise.settled(self) if was_open and not self.machine.state["settling"] else promise.always(self)

    def booted(self, process: Process) -> Iterator[str]:
        self.boot()
        yield from promise.settled(self)

    def other_owner(self, flow: Flow, number: int) -> Execution:
        execution, held = self.execution(flow, number), self.held()
        if held:
            execution.parameters["StealFrom"] = "%d %s" % (held.generation, held.owner)
        return execution

    def other(self, process: Process) -> Iterator[str]:
        """Another owner finds the instance settled, and completes the same request."""
        flow = process.flow
        execution, held = self.other_owner(flow, 20), self.held()
        done = self.run_next(Process(flow, "acquire-lock", 0, execution))
        if not done.is_done or not done.answer["acquired"]:
            yield "another owner does not get the lock: %s" % done.answer
            return
        if held and execution.generation <= held.generation:
            yield "the generation does not rise"
        yield from promise.settled(self, runs=False)
        yield from ("%s is left over" % path for path in promise.left_over(self.layout))
        yield from self.completes(flow, execution, 1)


class EndedAnywhereTest(EndedAnywhere):
    """A full run writes its figures."""

    total: Dict[str, int] = {}
    continued, processes, begun = 0, 0, 0.0

    @classmethod
    def setUpClass(cls) -> None:
        cls.begun = time.monotonic()

    @classmethod
    def tearDownClass(cls) -> None:
        if REPORT:
            with open(REPORT, "a", encoding="utf-8") as file:
                file.write("ended anywhere: %d cases, continued in %d ways, %d processes, %.0f s: %s\n" % (
                    sum(cls.total.values()), cls.continued, cls.processes, time.monotonic() - cls.begun,
                    ", ".join("%s %d" % one for one in sorted(cls.total.items()))))

    def promise_holds(self, name: str) -> None:
        self.search(OF_NAME[name])
        for process, number in self.cases.items():
            self.total[process] = self.total.get(process, 0) + number
        EndedAnywhereTest.continued += len(self.known)
        EndedAnywhereTest.processes += self.steps_run
        self.assertEqual([], self.violations[:20], "%d violations" % len(self.violations))

    def test_first_deploy(self) -> None:
        self.promise_holds("first deploy")

    def test_deploy(self) -> None:
        self.promise_holds("deploy")

    def test_deploy_with_another_robot(self) -> None:
        self.promise_holds("deploy with another robot")

    def test_rotate_keys(self) -> None:
        self.promise_holds("rotate-keys")

    def test_rotate_certificate(self) -> None:
        self.promise_holds("rotate-certificate")

    def test_rollback(self) -> None:
        self.promise_holds("rollback")

    def test_restart(self) -> None:
        self.promise_holds("restart")

    def test_nothing_to_do(self) -> None:
        self.promise_holds("nothing to do")

    def test_power_stop(self) -> None:
        self.promise_holds("power stop")

    def test_power_start(self) -> None:
        self.promise_holds("power start")

    def test_prepare_a_migration(self) -> None:
        self.promise_holds("prepare a migration")

    def test_take_over(self) -> None:
        self.promise_holds("take over")

    def test_undo_a_migration(self) -> None:
        self.promise_holds("undo a migration")

    def test_clean_up_a_migration(self) -> None:
        self.promise_holds("clean up a migration")

    def test_each_operation_and_each_step_that_changes_something_is_here(self) -> None:
        tests = {name[len("test_"):] for name in dir(self) if name.startswith("test_")}
        self.assertEqual([], [flow.name for flow in FLOWS if flow.name.replace(" ", "_").replace("-", "_") not in tests])
        steps = {name[len("steps."):].replace("_", "-") for name in fenced_steps()}
        self.assertEqual(READING, steps - {step for flow in FLOWS for step in flow.steps} - {"discard-release", "roll-back"})
