"""What changes the seal of a virtual environment, and that it runs no program of the environment."""

import os

from robothost.environment_seal import has_earlier_seal, is_sound, seal
from tests.fixture import FolderTest


class EnvironmentSealTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.python = self.write(os.path.join(self.root, "python3.11"), "an interpreter")
        self.environment = os.path.join(self.layout.environments, "one")
        self.write("venvs/one/lib/flask.py", "one")
        self.link(self.python)

    def link(self, target: str) -> None:
        link = os.path.join(self.environment, "bin/python")
        os.makedirs(os.path.dirname(link), exist_ok=True)
        if os.path.lexists(link):
            os.unlink(link)
        os.symlink(target, link)

    def test_stays_the_same_where_only_caches_and_the_seal_itself_are_written(self) -> None:
        before = seal(self.environment)
        self.write("venvs/one/lib/__pycache__/flask.cpython-311.pyc", "x")
        self.write("venvs/one/.complete", before)
        self.assertEqual(before, seal(self.environment))
        self.assertTrue(is_sound(self.environment))

    def test_changes_with_a_file_a_link_and_the_interpreter(self) -> None:
        first = seal(self.environment)
        self.write("venvs/one/lib/more.py", "x")
        second = seal(self.environment)
        self.assertNotEqual(first, second, "a new file")
        self.write(self.python, "an interpreter of another version")
        third = seal(self.environment)
        self.assertNotEqual(second, third, "an interpreter that was upgraded")
        copy, status = self.write(os.path.join(self.root, "copy"), self.read(self.python)), os.stat(self.python)
        os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))
        self.link(copy)
        self.assertNotEqual(third, seal(self.environment), "another interpreter")

    def test_does_not_exist_without_the_interpreter(self) -> None:
        self.write("venvs/one/.complete", seal(self.environment) + "\n")
        os.unlink(self.python)
        with self.assertRaises(OSError):
            seal(self.environment)
        self.assertFalse(is_sound(self.environment))

    def test_an_environment_without_a_seal_is_not_sound(self) -> None:
        self.assertFalse(is_sound(self.environment))
        self.write("venvs/one/.complete", "")
        self.assertFalse(is_sound(self.environment))

    def test_starts_no_program_of_the_environment(self) -> None:
        os.unlink(os.path.join(self.environment, "bin/python"))
        program = self.write("venvs/one/bin/python", "#!/bin/sh\ntouch '%s/ran'\n" % self.root)
        os.chmod(program, 0o755)
        self.assertTrue(seal(self.environment).startswith("seal-2 "))
        self.write("venvs/one/.complete", seal(self.environment) + "\n")
        self.assertTrue(is_sound(self.environment))
        self.assertFalse(os.path.exists(os.path.join(self.root, "ran")))

    def test_of_an_earlier_version_is_recognized(self) -> None:
        self.write("venvs/one/.complete", "0" * 64 + "\n")
        self.assertEqual((False, True), (is_sound(self.environment), has_earlier_seal(self.environment)))
