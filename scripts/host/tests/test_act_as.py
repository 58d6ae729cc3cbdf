"""A function that runs as another user."""

import os
import subprocess
import sys
import tempfile
import time
import unittest

from robothost.system import System

NOBODY = 65534
# Opens the memory of a process for writing, as its own user does.
INTRUDE = "import os, sys\nos.setgroups([])\nos.setresgid(*[65534] * 3)\nos.setresuid(*[65534] * 3)\nopen('/proc/%s/mem' % sys.argv[1], 'r+b')"


@unittest.skipUnless(os.geteuid() == 0, "only root can act as another user")
class ActAsTest(unittest.TestCase):
    def test_runs_as_the_user_and_without_a_group_of_roots(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o777)
            path = os.path.join(folder, "made")
            self.addCleanup(os.setgroups, os.getgroups())
            os.setgroups([0, 4])

            def make() -> None:
                with open(path, "w", encoding="utf-8") as file:
                    file.write("%s %s" % (os.getresuid(), os.getgroups()))

            self.assertEqual(System().act_as(NOBODY, NOBODY, make), "")
            self.assertEqual(os.stat(path).st_uid, NOBODY)
            with open(path, encoding="utf-8") as file:
                self.assertEqual(file.read(), "(65534, 65534, 65534) []")

    def test_refuses_a_missing_user_who_would_be_root(self) -> None:
        for user in (0, -1):
            with self.assertRaises(ValueError):
                System().act_as(user, NOBODY, lambda: None)
            with self.assertRaises(ValueError):
                System().act_as(NOBODY, user, lambda: None)

    def test_returns_why_it_failed(self) -> None:
        def fail() -> None:
            raise ValueError("no such place")

        self.assertEqual(System().act_as(NOBODY, NOBODY, fail), "no such place")
        self.assertEqual(System().act_as(NOBODY, NOBODY, lambda: os._exit(3)), "ended with status 768")

    def test_cannot_read_what_is_roots(self) -> None:
        with tempfile.NamedTemporaryFile() as file:
            self.assertIn("Permission denied", System().act_as(NOBODY, NOBODY, lambda: open(file.name, encoding="utf-8").close()))

    def test_no_other_process_of_the_user_can_write_to_it(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o777)
            path = os.path.join(folder, "pid")
            intruder = subprocess.Popen([sys.executable, "-IS", "-c", "import os, subprocess, sys, time\nwhile not os.path.exists(sys.argv[1]): time.sleep(0.01)\n"
                                         "sys.exit(subprocess.run([sys.executable, '-IS', '-c', sys.argv[2], open(sys.argv[1]).read()]).returncode)",
                                         path, INTRUDE], stderr=subprocess.PIPE)

            def wait() -> None:
                with open(path + ".new", "w", encoding="utf-8") as file:
                    file.write(str(os.getpid()))
                os.rename(path + ".new", path)
                while intruder_runs():
                    time.sleep(0.01)

            def intruder_runs() -> bool:
                with open("/proc/%d/stat" % intruder.pid, encoding="utf-8") as file:
                    return ") Z " not in file.read()

            self.assertEqual(System().act_as(NOBODY, NOBODY, wait), "")
            _, errors = intruder.communicate()
            self.assertIn(b"Permission denied", errors)
