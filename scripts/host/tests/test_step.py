"""The frame of a step: its answer, its failures, its log, and its request."""

import io
import os
import types
from typing import Any, Callable
from unittest import mock

from robothost import step
from robothost.failures import Failure
from tests.fixture import FolderTest, Run

SECRET = "Q7w2e9R4" * 8


class StepTest(FolderTest):
    def run_function(self, function: Callable[[Any], str], **settings: Any) -> Run:
        module = types.ModuleType("test", "test: a step of a test.")
        module.__dict__.update(settings, run=function)
        with mock.patch.object(step, "module_of", lambda name: module):
            return self.run_step("test")

    def test_the_answer_is_the_last_line_and_in_the_log_and_the_journal(self) -> None:
        ended = self.run_function(lambda host: step.as_json({"is": "done"}))
        self.assertEqual((0, {"is": "done"}), (ended.code, ended.answer))
        self.assertRegex(self.read(self.layout.step_log("test")), r'^2026-\d\d-\d\dT\d\d:\d\d:\d\dZ test: \{"is":"done"\}\n$')
        self.assertEqual([(False, 'test: {"is":"done"}')], self.system.journal)
        self.assertIn('test: {"is":"done"}', ended.errors)

    def test_an_answer_with_logs_of_others_is_in_neither(self) -> None:
        self.run_function(lambda host: "{}", LOGGED=False)
        self.assertEqual([], self.system.journal)
        self.assertFalse(os.path.exists(self.layout.step_log("test")))

    def test_a_failure_ends_with_its_code_and_its_line(self) -> None:
        def fails(host: step.Host) -> str:
            raise Failure("HostUnfit", "the disk is full")

        ended = self.run_function(fails)
        self.assertEqual((21, {"failure": "HostUnfit", "message": "the disk is full"}), (ended.code, ended.answer))
        self.assertEqual([(True, 'test: {"failure":"HostUnfit","message":"the disk is full"}')], self.system.journal)
        self.assertIn("the disk is full", self.read(self.layout.step_log("test")))

    def test_an_exception_is_a_failure_with_its_place(self) -> None:
        def fails(host: step.Host) -> str:
            raise ValueError("no number")

        ended = self.run_function(fails)
        self.assertEqual((1, "StepFailed"), (ended.code, ended.answer["failure"]))
        self.assertRegex(ended.answer["message"], r"^test: ValueError in test_step.py, line \d+: no number; see .*/log/test.log")

    def test_a_message_is_redacted_before_it_is_cut(self) -> None:
        self.write("releases/one/.env", "BINANCE_SECRET_KEY=%s\n" % SECRET)

        def fails(host: step.Host) -> str:
            raise Failure("StepFailed", "0" * 3980 + SECRET)

        ended = self.run_function(fails)
        self.assertLessEqual(len(ended.answer["message"]), 4000)
        for text in (ended.answer["message"], ended.errors, self.read(self.layout.step_log("test")), self.system.journal[0][1]):
            self.assertNotIn("Q7w2", text)

    def test_a_step_uses_no_folder_that_another_user_can_replace(self) -> None:
        secret = self.write("elsewhere/secret", "of-root-alone")
        os.symlink(secret, self.layout.fresh)
        ended = self.run_step("record-notice", Operation="check-health", Told="healthy")
        self.assertEqual((21, "HostUnfit"), (ended.code, ended.answer.get("failure")))
        self.assertIn("/.new is not root's", ended.answer["message"])
        self.assertEqual((False, "of-root-alone"), (os.path.exists(self.layout.told), self.read(secret)))

    def test_a_caller_that_is_gone_ends_no_step(self) -> None:
        class Gone(io.BytesIO):
            def write(self, data: Any) -> int:
                raise BrokenPipeError

        environment = {"SSM_ApplicationPath": self.layout.application, "SSM_Operation": "check-health", "SSM_Told": "healthy"}
        self.assertEqual(0, step.run("record-notice", environment, self.system, Gone(), Gone(), self.root))
        self.assertEqual("healthy\n", self.read(os.path.join(self.layout.told, "check-health")))

    def test_yesterdays_log_and_a_large_one_are_put_aside(self) -> None:
        path = self.write(self.layout.logs + "/test.log", "yesterday\n")
        os.utime(path, (self.system.clock - 86400, self.system.clock - 86400))
        old = self.write(self.layout.logs + "/record-notice.log.2025-01-01-000000", "old\n")
        os.utime(old, (self.system.clock - 31 * 86400, self.system.clock - 31 * 86400))
        self.run_function(lambda host: "{}")
        names = sorted(os.listdir(self.layout.logs))
        self.assertEqual(2, len(names), names)
        self.assertNotIn("yesterday", self.read(self.layout.step_log("test")))
        self.write(self.layout.logs + "/test.log", "x" * 1_000_001)
        os.utime(path, (self.system.clock, self.system.clock))
        self.system.clock += 1
        self.run_function(lambda host: "{}")
        self.assertEqual(3, len(os.listdir(self.layout.logs)))

    def test_no_log_is_written_through_a_link(self) -> None:
        other = self.write("elsewhere", "")
        os.symlink(other, self.layout.step_log("test"))
        ended = self.run_function(lambda host: "{}")
        self.assertEqual(0, ended.code)
        self.assertEqual("", self.read("elsewhere"))
