"""Which interpreter a request means on an instance that has 3.12 and 3.13."""

import os
import platform
import sys
from typing import Optional
from unittest import mock

from robothost import installation, interpreter, system
from robothost.failures import Failure
from robothost.interpreter import Interpreter
from robothost.parameters import declared
from robothost.system import Ended, System
from tests.fixture import FolderTest


class InterpreterTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.interpreter("python3.12", "3.12.9")
        self.interpreter("python3.13", "3.13.5")
        os.symlink("python3.13", os.path.join(self.root, "python3"))

    def interpreter(self, name: str, version: str) -> None:
        os.chmod(self.write(os.path.join(self.root, name), "#!/bin/sh\necho %s\n" % version), 0o755)

    def find(self, version: str) -> Optional[Interpreter]:
        with mock.patch.object(system, "PATH", self.root + ":/bin"):
            return interpreter.find(self.step_host(declared(interpreter.__doc__, installation.__doc__), System(), SSM_PythonVersion=version, SSM_Installation="{}"))

    def found(self, version: str) -> str:
        one = self.find(version)
        return "%s %s %s" % (os.path.basename(one.path), one.version, one.environment_hash(b"")) if one else "none"

    def test_is_the_one_of_the_instance_where_none_is_named(self) -> None:
        self.assertTrue(self.found("").startswith("python3.13 3.13.5 "), self.found(""))

    def test_is_the_one_that_is_named(self) -> None:
        self.assertTrue(self.found("3.12").startswith("python3.12 3.12.9 "), self.found("3.12"))
        self.assertTrue(self.found("3.12.9").startswith("python3.12 3.12.9 "), self.found("3.12.9"))
        self.assertEqual(["none"] * 3, [self.found(version) for version in ("3.99", "3.1", "3.12.8")])

    def test_has_one_environment_under_whatever_name(self) -> None:
        self.assertEqual(self.found("3.13"), self.found(""))
        self.assertNotEqual(self.found("3.12"), self.found(""))

    def test_of_another_version_has_another_environment(self) -> None:
        before = self.found("")
        self.interpreter("python3.13", "3.13.6")
        self.assertNotEqual(before, self.found(""))

    def test_is_not_looked_for_by_what_is_no_version(self) -> None:
        with self.assertRaisesRegex(Failure, "PythonVersion is 'three'"):
            self.find("three")

    def test_that_runs_this_step_needs_no_second_process(self) -> None:
        class NoProcess(System):
            def run(self, *command: str, **options: object) -> Ended:
                raise AssertionError(command)

        self.assertEqual(platform.python_version(), interpreter.version_of(self.step_host(None, NoProcess()), sys.executable))
