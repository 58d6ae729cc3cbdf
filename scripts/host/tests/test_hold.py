"""Containers that are stopped for a takeover, and started again as they were."""

import json
import os

from robothost.docker import NotDone, held_file
from robothost.hold import drop_in, hold, release
from tests.containers import PORT, ContainersTest, container


class HoldTest(ContainersTest):
    def setUp(self) -> None:
        super().setUp()
        self.take_inventory()
        self.instance = self.step_host()

    def stopped(self, restart: str = "unless-stopped") -> None:
        self.docker.containers = [container("robot", self.data, running=False, restart=restart)]

    def test_what_is_held_is_given_back_as_it_was(self) -> None:
        self.stopped()
        hold(self.instance)
        # Ended half way and run again: the policy that docker reports now is this step's own.
        self.stopped("no")
        hold(self.instance)
        self.assertEqual(["update --restart no robot", "stop -t 30 robot"], self.docker.changes[:2])
        self.assertEqual(0o600, os.stat(held_file(self.layout)).st_mode & 0o777)
        release(self.instance)
        self.assertEqual("update --restart unless-stopped robot", self.docker.changes[-1])
        self.assertFalse(os.path.exists(held_file(self.layout)), "nothing is held any more")
        before = list(self.docker.changes)
        release(self.instance)
        self.assertEqual(before, self.docker.changes)

    def test_what_still_runs_after_it_was_stopped_is_not_done(self) -> None:
        with self.assertRaisesRegex(NotDone, "still running after docker stop: robot"):
            hold(self.instance)
        self.assertTrue(os.path.exists(held_file(self.layout)))

    def test_a_stop_that_the_engine_still_makes_is_waited_for_before_they_are_started_again(self) -> None:
        with self.assertRaises(NotDone):
            hold(self.instance)
        self.docker.changes.clear()
        release(self.instance)
        self.assertEqual(["stop -t 30 robot", "update --restart unless-stopped robot", "start robot"], self.docker.changes)

    def test_a_unit_that_starts_containers_is_held_too(self) -> None:
        self.write(os.path.join(self.layout.units, "box.service"), "[Service]\nExecStart=/usr/bin/docker run robot\n")
        self.take_inventory()
        self.stopped()
        self.docker.calls.clear()
        hold(self.instance)
        calls = [call for call in self.docker.calls if call[0] == "systemctl" or call[1] == "stop"]
        self.assertEqual([("systemctl", "is-enabled", "box.service"), ("systemctl", "is-active", "box.service"),
                          ("systemctl", "disable", "--quiet", "box.service"), ("systemctl", "daemon-reload"),
                          ("docker", "stop", "-t", "30", "robot"), ("systemctl", "stop", "box.service")], calls)
        self.assertEqual("[Service]\nRestart=no\nExecStop=\nExecStopPost=\n", self.read(drop_in(self.instance, "box.service")))
        self.docker.calls.clear()
        release(self.instance)
        self.assertFalse(os.path.exists(drop_in(self.instance, "box.service")))
        self.assertEqual([("systemctl", "daemon-reload"), ("systemctl", "enable", "--quiet", "box.service"),
                          ("systemctl", "start", "box.service")], [call for call in self.docker.calls if call[0] == "systemctl"])

    def test_containers_that_do_not_run_again_are_reported(self) -> None:
        with self.assertRaises(NotDone):
            hold(self.instance)
        held = json.loads(self.read(held_file(self.layout)))
        self.write(held_file(self.layout), json.dumps({**held, "health": ["http://127.0.0.1:%d/health" % PORT]}))
        self.stopped()
        with self.assertRaisesRegex(NotDone, "^the containers are not healthy: robot does not run; http://127.0.0.1:%d/health answers 0$" % PORT):
            release(self.instance)
        self.assertTrue(os.path.exists(held_file(self.layout)))

    def test_a_command_that_fails_is_reported_with_its_last_line(self) -> None:
        self.docker.answer("docker", "update", errors="one\nno such container\n", code=1)
        with self.assertRaisesRegex(NotDone, "^docker update: no such container$"):
            hold(self.instance)
