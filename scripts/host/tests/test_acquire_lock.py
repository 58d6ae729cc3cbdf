"""Who gets the lock, and what the owner finds."""

import json
import os
from typing import Any, Dict, List
from unittest import mock

from robothost import former_owner, inspect
from robothost.history import events
from robothost.lock import UnderLock
from robothost.step import Host
from tests.fixture import NEW, OWNER, FolderTest, Run

OTHER = OWNER + "-other"


class AcquireLockTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.settled: List[str] = []
        self.inspection: Dict[str, Any] = {"nothing_to_do": False, "differences": ["commit"]}
        for module, name, value in ((former_owner, "settle", self.settle), (inspect, "inspect", self.inspect)):
            patch = mock.patch.object(module, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def settle(self, host: Host, owner: str) -> None:
        """It happens when the lock is taken, and while no other process waits for it."""
        with UnderLock(host.layout):
            self.settled.append("%s, %s" % (owner, json.loads(self.read(self.layout.lock))["owner"]))

    def inspect(self, host: Host) -> Dict[str, Any]:
        return self.inspection

    def run_it(self, **changes: str) -> Run:
        request = {**self.fence(0), "Generation": "0", "Lifetime": "execution", "StealFrom": ""}
        optional = ("Operation Release Services Port HealthPath PersistentPaths Secrets ModeVariables ExportEnv CertificateVersion CertificateHostname Protocol Simulate"
                    " VirtualEnvPath PythonVersion Installation RepositoryUrl Branch Revision RepositorySecret RepositorySecretVersion KeepUntilReboot")
        return self.run_step("acquire-lock", **{**dict.fromkeys(optional.split(), ""), **request, **changes})

    def acquire(self, **changes: str) -> Any:
        ended = self.run_it(**changes)
        self.assertEqual(0, ended.code, ended)
        return ended.answer

    def held(self) -> Any:
        return json.loads(self.read(self.layout.lock)) if os.path.exists(self.layout.lock) else None

    def other_has_it(self, generation: int = 7, phase: int = 40) -> None:
        self.lock(owner=OTHER, generation=generation, phase=phase)
        self.write(self.layout.generation, "%d\n" % generation)


class TakeTest(AcquireLockTest):
    def test_a_free_lock_is_taken_under_the_next_generation(self) -> None:
        self.write(self.layout.generation, "41\n")
        self.assertEqual({"acquired": True, "generation": 42, "stolen": False}, self.acquire(Phase="3", Lifetime="boot"))
        self.assertEqual({"owner": OWNER, "generation": 42, "phase": 3, "since": "2026-05-28T20:26:40Z", "lifetime": "boot", "boot_id": "this-boot"},
                         self.held())
        self.assertEqual("42\n", self.read(self.layout.generation))
        self.assertTrue(self.disk.is_synced(self.layout.lock))

    def test_a_generation_rises_also_where_the_counter_is_lost(self) -> None:
        self.other_has_it(41)
        os.unlink(self.layout.generation)
        self.assertEqual(42, self.acquire(StealFrom="41 " + OTHER)["generation"])
        self.assertEqual(["%s, %s" % (OWNER, OWNER)], self.settled)

    def test_the_first_generation_is_1(self) -> None:
        self.assertEqual(1, self.acquire()["generation"])

    def test_a_counter_that_is_no_number_is_a_failure(self) -> None:
        self.write(self.layout.generation, "root:x")
        ended = self.run_it()
        self.assertEqual((1, self.layout.generation + " is not a number"), (ended.code, ended.answer["message"]))
        self.assertIsNone(self.held())

    def test_who_holds_it_is_the_answer_to_another_execution(self) -> None:
        self.other_has_it()
        before = self.held()
        self.assertEqual({"acquired": False, "owner": OTHER, "generation": 7, "since": "2026-01-01T00:00:00Z"}, self.acquire())
        self.assertEqual((before, []), (self.held(), self.settled))

    def test_it_is_stolen_from_no_other_than_the_one_that_was_proven_finished(self) -> None:
        self.other_has_it()
        before = self.held()
        for stolen_from in ("6 " + OTHER, "8 " + OTHER, "7 " + OTHER + "s", "7 " + OWNER):
            self.assertFalse(self.acquire(StealFrom=stolen_from)["acquired"], stolen_from)
            self.assertEqual((before, []), (self.held(), self.settled))

    def test_it_is_stolen_under_a_higher_generation_which_is_recorded(self) -> None:
        self.serving(NEW)
        self.other_has_it()
        self.assertEqual({"acquired": True, "generation": 8, "stolen": True}, self.acquire(StealFrom="7 " + OTHER))
        self.assertEqual((OWNER, 8), (self.held()["owner"], self.held()["generation"]))
        last = events(self.layout)[-1]
        self.assertEqual(("lock-stolen", NEW, "from %s, generation 7" % OTHER, OWNER),
                         (last["event"], last["release"], last["reason"], last["execution"]))

    def test_a_lock_that_lasted_until_a_reboot_is_free_after_it(self) -> None:
        self.lock(owner=OTHER, lifetime="boot", boot_id="this-boot")
        self.assertFalse(self.acquire()["acquired"])
        self.lock(owner=OTHER, lifetime="boot", boot_id="the-boot-before")
        self.assertEqual({"acquired": True, "generation": 1, "stolen": False}, self.acquire())

    def test_the_reserve_is_used_to_take_it_and_set_aside_again(self) -> None:
        os.mkdir(self.layout.fresh)
        for folder in (self.layout.state, self.layout.fresh):
            self.write(os.path.join(folder, "reserve"), "of the owner before")
        self.acquire()
        for folder in (self.layout.state, self.layout.fresh):
            self.assertEqual(4 << 20, os.stat(os.path.join(folder, "reserve")).st_size)

    def test_an_instance_that_has_the_older_layout_is_not_changed(self) -> None:
        os.unlink(self.layout.served)
        os.mkdir(os.path.join(self.layout.application, ".deployer"))
        ended = self.run_it()
        self.assertEqual((21, None, []), (ended.code, self.held(), self.system.calls))
        self.assertIn("has the layout of an earlier version", ended.answer["message"])
        self.assertIn("docs/operations.md", ended.answer["message"])


class InspectTest(AcquireLockTest):
    def test_the_answer_has_the_inspection(self) -> None:
        self.assertEqual({"acquired": True, "generation": 1, "stolen": False, "nothing_to_do": False, "differences": ["commit"]},
                         self.acquire(Operation="deploy"))
        self.assertEqual(1, self.held()["generation"])

    def test_with_nothing_to_do_the_lock_is_released(self) -> None:
        self.inspection = {"nothing_to_do": True}
        answer = self.acquire(Operation="deploy")
        self.assertEqual(({"acquired": True, "generation": 1, "stolen": False, "nothing_to_do": True}, None), (answer, self.held()))
        self.assertEqual(answer, self.acquire(Operation="deploy"), "delivered again")

    def test_with_nothing_to_do_it_stays_until_a_reboot_that_was_requested(self) -> None:
        self.inspection = {"nothing_to_do": True}
        self.acquire(Operation="deploy", KeepUntilReboot="true")
        self.assertEqual("boot", self.held()["lifetime"])

    def test_a_lock_that_was_stolen_meanwhile_is_lost(self) -> None:
        def stolen(host: Host) -> Dict[str, Any]:
            self.other_has_it(8)
            return {"nothing_to_do": True}

        with mock.patch.object(inspect, "inspect", stolen):
            ended = self.run_it(Operation="deploy")
        self.assertEqual((20, "the lock was stolen by %s while this step ran" % OTHER), (ended.code, ended.answer["message"]))
        self.assertEqual(OTHER, self.held()["owner"])


class DeliveredAgainTest(AcquireLockTest):
    def test_an_answer_is_given_again_and_nothing_is_changed(self) -> None:
        answer = self.acquire(Operation="deploy")
        self.inspection, lock = {"nothing_to_do": True}, self.held()
        self.assertEqual(answer, self.acquire(Operation="deploy"))
        self.assertEqual((lock, 1), (self.held(), len(self.settled)))

    def test_a_copy_that_comes_late_does_not_take_the_lock_again(self) -> None:
        answer = self.acquire()
        self.assertEqual(0, self.run_step("release-lock", KeepUntilReboot="false", **{**self.fence(90), "Generation": "1"}).code)
        self.assertIsNone(self.held())
        self.assertEqual((answer, None), (self.acquire(), self.held()))
        self.other_has_it(9)
        self.assertEqual((answer, OTHER), (self.acquire(), self.held()["owner"]))

    def test_a_lock_that_was_stolen_since_is_another_answer(self) -> None:
        self.acquire()
        self.other_has_it(2)
        self.assertEqual(OTHER, self.acquire()["owner"])

    def test_a_copy_that_arrives_after_later_steps_ends_none_of_them(self) -> None:
        self.lock(phase=40)
        self.assertEqual({"acquired": True, "generation": 7, "stolen": False}, self.acquire(Operation="deploy"))
        self.assertEqual([], self.settled)

    def test_a_step_that_was_ended_is_run_again(self) -> None:
        self.lock(phase=0)
        self.assertEqual({"acquired": True, "generation": 7, "stolen": False}, self.acquire())
        self.assertEqual(1, len(self.settled))

    def test_one_that_was_ended_before_the_release_releases(self) -> None:
        self.inspection = {"nothing_to_do": True}
        answer = self.acquire(Operation="deploy")
        self.lock(generation=1, phase=0)
        self.assertEqual((answer, None), (self.acquire(Operation="deploy"), self.held()))

    def test_an_answer_that_cannot_be_kept_is_no_failure(self) -> None:
        os.mkdir(self.layout.answers)
        self.assertTrue(self.acquire()["acquired"])
        self.assertIn("the answer is not kept for a second delivery", self.read(self.layout.step_log("acquire-lock")))
