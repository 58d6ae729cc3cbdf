"""What the program relies on in its system, for the real one and for the fake of the tests. Each method has one test."""

import os
import shutil
import tempfile
import unittest
from typing import List

from robothost.system import NOT_STARTED, System
from tests.fixture import FakeSystem

ECHO = 'cat; echo "error of $NAME" >&2; exit 3'


class SystemContract(unittest.TestCase):
    system: System

    def setUp(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="robothost-")
        self.addCleanup(shutil.rmtree, self.folder)

    def is_missing(self, program: str) -> None:
        """Makes it so where the system is a fake."""

    def test_run(self) -> None:
        done = self.system.run("sh", "-c", ECHO, text="some \udcff text", variables={"NAME": "x"})
        self.assertEqual((3, "some \ufffd text", "error of x\n"), (done.code, done.output, done.errors))
        self.assertEqual(124, self.system.run("sh", "-c", "exec sleep 60", timeout=0.05).code)
        self.is_missing("no-such-program")
        self.assertEqual(NOT_STARTED, self.system.run("no-such-program").code)

    def test_run_to_files(self) -> None:
        done = self.system.run_to_files(self.folder, "sh", "-c", "echo out; echo err >&2", is_merged=True)
        self.assertEqual((0, "out\nerr\n", ""), (done.code, done.output, done.errors))
        self.assertEqual([], os.listdir(self.folder))

    def test_call(self) -> None:
        self.assertEqual([0, 3], [self.system.call("sh", "-c", "exit %d" % code) for code in (0, 3)])
        self.is_missing("no-such-program")
        self.assertEqual(NOT_STARTED, self.system.call("no-such-program"))

    def test_lines(self) -> None:
        self.assertEqual([b"a\n", b"\xc3\xa4\n"], list(self.system.lines("sh", "-c", "echo a; echo \u00e4")))

    def test_head(self) -> None:
        self.assertEqual("abc", self.system.head(3, "sh", "-c", "echo abcdef"))

    def test_which(self) -> None:
        self.assertEqual("sh", os.path.basename(self.system.which("sh")))
        self.is_missing("no-such-program")
        self.assertEqual("", self.system.which("no-such-program"))

    def test_programs(self) -> None:
        self.assertEqual([], self.system.programs("no-such-program"))

    def test_is_own_interpreter(self) -> None:
        self.assertFalse(self.system.is_own_interpreter("/bin/sh"))

    def test_free_bytes(self) -> None:
        self.assertGreater(self.system.free_bytes(self.folder), 0)
        with self.assertRaises(FileNotFoundError):
            self.system.free_bytes(self.folder + "/missing")

    def test_act_as(self) -> None:
        def fail() -> None:
            raise ValueError("no such place")

        self.assertEqual(["", "no such place"], [self.system.act_as(65534, 65534, action) for action in (lambda: None, fail)])

    def test_now_and_uptime_and_sleep(self) -> None:
        before = self.system.now(), self.system.uptime()
        self.system.sleep(0.01)
        self.assertGreaterEqual(self.system.now() - before[0], 0.009)
        self.assertGreaterEqual(self.system.uptime() - before[1], 0.009)

    def test_write_journal(self) -> None:
        self.system.write_journal("robothost: a test of the contract")

    def test_each_method_has_a_test(self) -> None:
        tests = " ".join(name for name in dir(self) if name.startswith("test_"))
        self.assertEqual([], [name for name in vars(System) if not name.startswith("_") and name not in tests])


class RealSystemTest(SystemContract):
    system = System()

    @unittest.skipUnless(os.geteuid() == 0, "only root can act as another user")
    def test_act_as(self) -> None:
        super().test_act_as()


class FakeSystemTest(SystemContract):
    """Its programs are the real ones."""

    def setUp(self) -> None:
        super().setUp()
        self.system: FakeSystem = FakeSystem()
        self.system.real.add("sh")

    def is_missing(self, program: str) -> None:
        self.system.missing.add(program)


def load_tests(loader: unittest.TestLoader, _: unittest.TestSuite, __: object) -> unittest.TestSuite:
    """The contract itself is no test."""
    found: List[unittest.TestSuite] = [loader.loadTestsFromTestCase(case) for case in (RealSystemTest, FakeSystemTest)]
    return unittest.TestSuite(found)
