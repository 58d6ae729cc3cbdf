"""What the program relies on in systemd, for the systemd of the tests and, on an instance, for the real one.

On an instance: ON_INSTANCE=yes python3 -m unittest tests.test_systemd_contract, as root, while no release serves.
"""

from __future__ import annotations

import os
import shutil
import unittest
from typing import List, Type

from robothost import serve
from robothost.layout import UNIT_MARK, Layout
from robothost.services import UnitState, installed, states, stop, works_in
from robothost.system import System
from tests.ending import Ending
from tests.fixture import FolderTest
from tests.machine import Machine

UNIT = "%s\n# Type: web_application\n[Unit]\nConditionPathExists=!%s\n[Service]\nExecStart=/bin/sleep %%d\nWorkingDirectory=%s\n[Install]\nWantedBy=multi-user.target\n"
NAMES = ["contract-a", "contract-b"]


class SystemdContract(unittest.TestCase):
    systemd: System
    layout: Layout

    def prepare(self) -> None:
        """Two units that are installed and do not run, and a release that serves."""
        for release in ("one", "two"):
            os.makedirs(self.layout.release(release))
        self.publish("one")
        for name in NAMES:
            self.install(name, 1000)
        self.run_systemctl("daemon-reload")

    def publish(self, release: str) -> None:
        if os.path.lexists(self.layout.current):
            os.unlink(self.layout.current)
        os.symlink("releases/" + release, self.layout.current)

    def install(self, name: str, seconds: int) -> None:
        with open(serve.unit_file(self.layout, name), "w", encoding="utf-8") as file:
            file.write(UNIT % (UNIT_MARK, self.layout.unsettled, self.layout.current) % seconds)

    def run_systemctl(self, *words: str) -> int:
        return self.systemd.run("systemctl", *words).code

    def state(self, name: str = NAMES[0]) -> UnitState:
        return states(self.systemd, [name])[name]

    def test_a_unit_that_never_ran_is_not_running_and_needs_no_reload(self) -> None:
        found = self.state()
        self.assertEqual((False, "inactive", 0, False), (found.is_running, found.active, found.pid, found.needs_reload))
        self.assertTrue(set(NAMES) <= set(installed(self.layout)))

    def test_the_states_of_several_units_come_in_their_order(self) -> None:
        self.run_systemctl("restart", "contract-b.service")
        self.assertEqual([("contract-a", False), ("contract-b", True)], [(name, one.is_running) for name, one in states(self.systemd, NAMES).items()])

    def test_a_restarted_unit_runs_in_the_folder_that_served_then(self) -> None:
        self.assertEqual(0, self.run_systemctl("restart", *(name + ".service" for name in NAMES)))
        self.publish("two")
        self.run_systemctl("restart", "contract-b.service")
        self.assertTrue(works_in(self.layout, self.state("contract-a").pid, "one"))
        self.assertTrue(works_in(self.layout, self.state("contract-b").pid, "two"))

    def test_a_restart_makes_another_process_and_a_start_none(self) -> None:
        self.run_systemctl("restart", "contract-a.service")
        first = self.state()
        self.run_systemctl("start", "contract-a.service")
        self.assertEqual(first.pid, self.state().pid)
        self.run_systemctl("restart", "contract-a.service")
        self.assertNotEqual(first.pid, self.state().pid)

    def test_a_unit_that_was_written_is_read_at_a_reload(self) -> None:
        self.run_systemctl("restart", "contract-a.service")
        self.install("contract-a", 2000)
        self.assertTrue(self.state().needs_reload)
        self.assertTrue(self.state().is_running)
        self.run_systemctl("daemon-reload")
        self.assertFalse(self.state().needs_reload)

    def test_stop_ends_what_runs_and_is_no_failure_for_what_does_not(self) -> None:
        self.run_systemctl("restart", "contract-a.service")
        self.assertEqual([], stop(self.systemd, NAMES))
        self.assertEqual([False, False], [one.is_running for one in states(self.systemd, NAMES).values()])

    def test_a_unit_whose_file_is_gone_runs_until_it_is_stopped(self) -> None:
        self.run_systemctl("restart", "contract-a.service")
        os.unlink(serve.unit_file(self.layout, "contract-a"))
        self.run_systemctl("daemon-reload")
        self.assertTrue(self.state().is_running)
        self.assertEqual([], stop(self.systemd, ["contract-a"]))
        self.assertFalse(self.state().is_running)

    def test_no_unit_starts_while_nothing_is_settled(self) -> None:
        with open(self.layout.unsettled, "w", encoding="utf-8"):
            self.assertEqual(0, self.run_systemctl("restart", "contract-a.service"))
        self.assertFalse(self.state().is_running)
        os.unlink(self.layout.unsettled)
        self.run_systemctl("restart", "contract-a.service")
        self.assertTrue(self.state().is_running)

    def test_enable_and_disable_are_a_link(self) -> None:
        link = os.path.join(self.layout.units, "multi-user.target.wants/contract-a.service")
        for verb, is_there in (("enable", True), ("enable", True), ("disable", False), ("disable", False)):
            self.assertEqual(0, self.run_systemctl(verb, "--quiet", "--no-reload", "contract-a.service"), verb)
            self.assertEqual(is_there, os.path.islink(link))
            self.assertEqual(0 if is_there else 1, self.run_systemctl("is-enabled", "contract-a.service"))

    def test_failures_of_a_unit_can_be_forgotten(self) -> None:
        self.run_systemctl("restart", "contract-a.service")
        self.assertEqual(0, self.run_systemctl("reset-failed", "contract-a.service"))
        self.assertTrue(self.state().is_running)

    def test_a_queued_restart_is_not_waited_for(self) -> None:
        self.assertEqual(0, self.run_systemctl("restart", "--no-block", "contract-a.service"))
        self.await_jobs()
        self.assertTrue(self.state().is_running)

    def await_jobs(self) -> None:
        self.fail("of the system")


class FakeSystemdTest(FolderTest, SystemdContract):
    def setUp(self) -> None:
        super().setUp()
        self.machine = Machine(self.layout, Ending(), 1_780_000_000.0)
        self.systemd = self.machine
        self.prepare()

    def await_jobs(self) -> None:
        self.machine.run_jobs()


class RealSystemdTest(SystemdContract):
    systemd = System()

    def setUp(self) -> None:
        self.layout = Layout("/opt/contract")
        self.addCleanup(self.clean_up)
        self.prepare()

    def clean_up(self) -> None:
        stop(self.systemd, NAMES)
        for name in NAMES:
            self.run_systemctl("disable", "--quiet", name + ".service")
            if os.path.exists(serve.unit_file(self.layout, name)):
                os.unlink(serve.unit_file(self.layout, name))
        if os.path.exists(self.layout.unsettled):
            os.unlink(self.layout.unsettled)
        shutil.rmtree(self.layout.application)
        self.run_systemctl("daemon-reload")

    def await_jobs(self) -> None:
        for _ in range(500):
            if not self.systemd.run("systemctl", "list-jobs", "--no-legend", "contract-*").output.strip():
                return
            self.systemd.sleep(0.02)


def load_tests(loader: unittest.TestLoader, _: unittest.TestSuite, __: object) -> unittest.TestSuite:
    """The contract itself is no test; the real systemd is an instance's."""
    cases: List[Type[unittest.TestCase]] = [RealSystemdTest] if os.environ.get("ON_INSTANCE") else [FakeSystemdTest]
    found: List[unittest.TestSuite] = [loader.loadTestsFromTestCase(case) for case in cases]
    return unittest.TestSuite(found)
