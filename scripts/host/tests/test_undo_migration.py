"""undo-migration: back to the containers."""

import os

from robothost.history import events
from tests.activated import WithContainers
from tests.fixture import NEW, Run


class UndoMigrationTest(WithContainers):
    def setUp(self) -> None:
        super().setUp()
        self.lock()

    def undo(self) -> Run:
        return self.run_fenced("undo-migration", 70)

    def test_a_release_beside_the_containers_ends_and_they_run_already(self) -> None:
        self.activate()
        self.asked.clear()
        self.assertEqual({"undone": True, "containers": ["robot"], "kept": ""}, self.done(self.undo()))
        self.assertEqual(("", [], []), (self.serves(), self.is_open(), self.engine))
        self.assertEqual("the migration is undone", events(self.layout)[-1]["reason"])

    def test_a_switch_is_armed_before_anything_changes(self) -> None:
        self.done(self.undo())
        armed = self.position("restart crypto-robot-dead-man.timer")
        self.assertLess(armed, self.position("stop crypto-robot.service"))

    def test_what_was_taken_over_goes_back_and_keeps_what_was_written(self) -> None:
        self.hold()
        self.write(self.layout.env_base, "A=1\n")
        self.assertEqual({"undone": True, "containers": ["robot"], "kept": self.layout.shared}, self.done(self.undo()))
        self.assertEqual(["release"], self.engine)
        self.assertFalse(os.path.exists(self.layout.env_base))

    def test_containers_that_were_stopped_and_nothing_else_run_again(self) -> None:
        os.unlink(self.layout.current)
        self.hold()
        self.assertEqual({"undone": True, "containers": ["robot"], "kept": ""}, self.done(self.undo()))
        self.assertEqual(["release"], self.engine)

    def test_nothing_to_undo_is_no_failure(self) -> None:
        os.unlink(self.layout.current)
        self.assertEqual({"undone": False, "containers": ["robot"], "kept": ""}, self.done(self.undo()))

    def test_containers_that_do_not_come_back_are_a_failure(self) -> None:
        self.hold()
        self.failing = ("release", "no engine")
        ended = self.undo()
        self.assertEqual(62, ended.code)
        self.assertIn("the containers are not back: no engine", self.fails("RollBackFailed", ended))
        self.assertEqual(["firing"], self.is_open())

    def test_after_cleanup_there_is_nothing_to_go_back_to(self) -> None:
        os.unlink(os.path.join(self.layout.migration, "inventory.json"))
        self.assertIn("there is nothing to go back to", self.fails("HostUnfit", self.undo()))
        self.assertTrue(os.path.exists(self.layout.release(NEW)))
