"""What a decision relies on is on the disk before it, and the decision before anything is done about it. Each step of a test is checked for
it, see FolderTest.in_order; here, that no sync may be left out, and that a sync is one."""

import os
from typing import List
from unittest import mock

from robothost import changes, durable, files, retention, settle
from robothost.failures import Failure
from tests.activated import ActivationTest
from tests.fixture import NEW, OLD, FolderTest


class Flows(ActivationTest):
    def confirm(self) -> None:
        self.done(self.run_fenced("confirm-release", 60))

    def roll_back(self) -> None:
        self.done(self.run_fenced("roll-back", 70))

    def settles(self, event: str) -> None:
        with self.in_order():
            self.assertEqual(0, settle.run(event, self.layout, self.system, mock.MagicMock()))


class EachSyncTest(Flows):
    def test_a_deploy_needs_each(self) -> None:
        def deploy() -> None:
            self.activate()
            self.confirm()

        self.assert_needs_each_sync(deploy)

    def test_a_confirmation_that_removes_a_release_needs_each(self) -> None:
        def confirm() -> None:
            self.finished("20250101T000000Z-0000000")
            self.activate()
            self.confirm()

        self.assert_needs_each_sync(confirm)

    def test_a_rollback_needs_each(self) -> None:
        def roll_back() -> None:
            self.activate()
            self.roll_back()

        self.assert_needs_each_sync(roll_back)

    def test_the_switch_needs_each(self) -> None:
        for event in ("fire", "boot"):
            def fire(event: str = event) -> None:
                self.activate()
                self.settles(event)

            self.assert_needs_each_sync(fire)

    def test_a_restart_needs_each(self) -> None:
        self.assert_needs_each_sync(lambda: self.activate(Release=OLD, Operation="restart"))

    def test_a_rotation_of_keys_needs_each(self) -> None:
        def rotate() -> None:
            self.saves(OLD)
            self.activate(Release=OLD, Operation="rotate-keys")
            self.done(self.run_fenced("confirm-release", 60, Release=OLD))

        self.assert_needs_each_sync(rotate)

    def test_a_rotation_of_keys_that_is_rolled_back_needs_each(self) -> None:
        def roll_back() -> None:
            self.saves(OLD)
            self.activate(Release=OLD, Operation="rotate-keys")
            self.done(self.run_fenced("roll-back", 70, Release=OLD))

        self.assert_needs_each_sync(roll_back)

    def test_a_discarded_release_needs_each(self) -> None:
        def discard() -> None:
            self.lock()
            self.done(self.run_fenced("discard-release", 70))

        self.assert_needs_each_sync(discard)

    def test_removing_releases_costs_one(self) -> None:
        for number in range(3):
            self.finished("2025010%dT000000Z-000000%d" % (number + 1, number))
        with self.in_order():
            retention.remove_releases(self.host(), [name for name in retention.present(self.layout) if name < OLD])
        self.assertEqual((1, [OLD, NEW]), (self.disk.syncs, retention.present(self.layout)))


class SyncTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        # What was synced, below the root.
        self.synced: List[str] = []
        patch = mock.patch.object(os, "fsync", lambda descriptor: self.synced.append(self.disk.inside(os.readlink("/proc/self/fd/%d" % descriptor))))
        patch.start()
        self.addCleanup(patch.stop)

    def test_what_is_written_is_on_the_disk_before_it_replaces_anything(self) -> None:
        path = os.path.join(self.layout.state, "told")
        files.write(self.layout, path, "x")
        self.assertEqual(["var/lib/crypto-robot-deployer/told.%d.new" % os.getpid()], self.synced)

    def test_a_line_of_the_history_is_on_the_disk_and_so_is_a_new_history(self) -> None:
        changes.append(self.layout.history, "one\n")
        changes.append(self.layout.history, "two\n")
        state = "var/lib/crypto-robot-deployer"
        self.assertEqual([state + "/history.jsonl", state, state + "/history.jsonl"], self.synced)

    def test_a_folder_is_synced(self) -> None:
        changes.sync(self.layout.state)
        self.assertEqual(["var/lib/crypto-robot-deployer"], self.synced)

    def test_each_file_system_is_synced_once(self) -> None:
        durable.sync(self.step_host())
        self.assertEqual([("sync", "--file-system", self.layout.state)], self.system.calls)

    def test_a_disk_that_takes_nothing_is_a_failure(self) -> None:
        self.system.answer("sync", errors="sync: error syncing '/var/lib': Input/output error\n", code=1)
        with self.assertRaisesRegex(Failure, "cannot be written to the disk: sync ended with status 1: sync: error syncing"):
            durable.sync(self.step_host())

    def test_the_step_reports_what_it_costs(self) -> None:
        self.lock()
        ended = self.run_step("release-lock", KeepUntilReboot="false", **self.fence())
        self.assertRegex(ended.errors, r"release-lock: waited \d+ times for the disk, \d+\.\d ms\n")
