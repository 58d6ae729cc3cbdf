"""A power cut at each moment of an operation that loses what was not synced, on ext4 and XFS; then the boot, and the same request by
another owner. What is on the disk changes with a sync, so the disk is copied after each."""

from __future__ import annotations

import os
import pickle
import shutil
import time
import unittest
from typing import Any, List, Tuple
from unittest import mock

from robothost import releases
from robothost.system import Ended
from tests import promise
from tests.flows import OF_NAME, Flow
from tests.instance import Scan, State
from tests.test_ended_anywhere import EndedAnywhere, Process
from tests.test_lost_pages import Disk, run

# The file for the figures of a run of all cases. The core takes one of so many.
REPORT = os.environ.get("POWER_CUTS", "")
ONE_OF = 1 if REPORT else 6


@unittest.skipIf(os.geteuid(), "only root makes a file system")
class PowerCutsTest(EndedAnywhere):
    def cut(self, name: str, last: str = "") -> None:
        """last is the step that ends the operation in place of the confirmation."""
        flow, begun, cases = OF_NAME[name], time.monotonic(), 0
        before = self.world(flow.world)
        for kind in ("ext4", "xfs"):
            self.put_back(before)
            self.served = self.serves()
            self.good_before = releases.good_before(self.layout, self.served)
            disk = Disk(self, kind, self.root)
            copies = self.copies(disk, flow, before, last)
            for label, copy, machine in copies:
                with disk.booted(copy) as place:
                    state = State(Scan(place).tree(), machine)
                self.survives(flow, state, "%s, %s, %s" % (kind, name, label))
            cases += len(copies)
        if REPORT:
            with open(REPORT, "a", encoding="utf-8") as file:
                file.write("power cuts, %s%s: %d cases, %d violations, %.0f s\n" % (
                    name, ", " + last if last else "", cases, len(self.violations), time.monotonic() - begun))
        self.assertEqual([], self.violations[:20], "%d violations of %d cases" % (len(self.violations), cases))

    def copies(self, disk: Disk, flow: Flow, before: State, last: str) -> List[Tuple[str, str, bytes]]:
        """After each sync of the operation: where it was, the copy, and the state of systemd."""
        found: List[Tuple[str, str, bytes]] = []
        shutil.copytree(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../launchers"), os.path.join(self.root, "program/launchers"))
        os.symlink(self.templates, os.path.join(self.root, "program/units"))
        self.scan = Scan(self.root)
        self.put_back(before)
        run("sync", "--file-system", self.root)
        steps = [*flow.steps[:-1], last] if last else flow.steps
        syncs = [0]

        def copied(label: str) -> None:
            syncs[0] += self.ending.is_watching
            if self.ending.is_watching and syncs[0] % ONE_OF == 0:
                found.append((label, disk.copy(), pickle.dumps(self.machine.state)))

        fsync, program = os.fsync, self.machine.run

        def synced(descriptor: int) -> None:
            fsync(descriptor)
            copied("%s, after %s" % (name, os.readlink("/proc/self/fd/%d" % descriptor).replace(self.root, "")))

        def runs(*command: str, **options: Any) -> Ended:
            done = program(*command, **options)
            if command[0] == "sync":
                run("sync", "--file-system", self.root)
                copied("%s, after all" % name)
            return done

        execution = self.execution(flow, 10)
        try:
            with mock.patch.object(os, "fsync", synced), mock.patch.object(self.machine, "run", runs):
                for position, name in enumerate(steps):
                    done = self.run_next(Process(flow, name, position, execution))
                    self.assertTrue(done.is_done, "%s: %s" % (name, done.answer))
        finally:
            run("umount", self.root)
            self.scan = Scan(self.root)
        return found

    def survives(self, flow: Flow, state: State, label: str) -> None:
        self.put_back(state)
        try:
            self.boot()
            problems = list(promise.settled(self)) or list(self.other(Process(flow, "", 0, self.execution(flow, 10))))
        except Exception as problem:
            problems = ["%s: %s" % (type(problem).__name__, problem)]
        self.violations += ["%s: %s" % (label, problem.replace(self.root, "")) for problem in problems]

    @property
    def templates(self) -> str:
        return os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../systemd"))

    def test_deploy(self) -> None:
        self.cut("deploy")

    def test_deploy_that_is_rolled_back(self) -> None:
        self.cut("deploy", "roll-back")

    def test_rotate_keys(self) -> None:
        self.cut("rotate-keys")

    def test_rotate_keys_that_is_rolled_back(self) -> None:
        self.cut("rotate-keys", "roll-back")

    def test_first_deploy(self) -> None:
        self.cut("first deploy")

    def test_rotate_certificate(self) -> None:
        self.cut("rotate-certificate")

    def test_rollback(self) -> None:
        self.cut("rollback")
