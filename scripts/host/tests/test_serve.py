"""serve: which units are stopped, exchanged and started for a release, and in what order."""

import os
from typing import List, Optional
from unittest import mock

from robothost import changes
from robothost.failures import Failure
from robothost.serve import BOOT, CERTIFICATE, KEEP, RESTART, publish_link, serve
from robothost.services import stop
from tests.fixture import NEW, OLD, PAGE, ROBOT, FolderTest


class ServeTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.serving(OLD)
        self.finished(NEW)
        for release in (OLD, NEW):
            self.links(release, "venv venvs/%s\ncertificates/x.local .versions/%s\n" % (release, release))
        self.asked: List[str] = []
        self.stopped = "inactive"
        run = self.system.run

        def recorded(*command: str, **options: object) -> object:
            if command[0] == "systemctl" and command[1] != "show":
                serving = os.path.basename(os.readlink(self.layout.current)) if os.path.islink(self.layout.current) else "nothing"
                self.asked.append("%s, serving %s" % (" ".join(command[1:]), serving))
                if command[1] == "stop":
                    self.states({word[:-8]: {"ActiveState": self.stopped, "MainPID": "0"} for word in command if word.endswith(".service")})
            return run(*command, **options)  # type: ignore[arg-type]

        patch = mock.patch.object(self.system, "run", recorded)
        patch.start()
        self.addCleanup(patch.stop)

    def links(self, release: str, text: str) -> None:
        self.write(os.path.join(self.layout.release_state(release), "links"), text)

    def serve(self, release: str, how: str) -> List[str]:
        return serve(self.step_host(), release, how)

    def order(self, *calls: str) -> List[int]:
        return [next(i for i, one in enumerate(self.asked) if one.startswith(call)) for call in calls]

    def target(self, link: str) -> Optional[str]:
        path = os.path.join(self.layout.application, link)
        return os.readlink(path) if os.path.islink(path) else None

    def test_the_old_robot_is_stopped_before_anything_of_the_new_one_is_there(self) -> None:
        self.assertEqual(["crypto-robot", "crypto-webapp"], self.serve(NEW, RESTART))
        self.assertEqual("stop crypto-robot.service, serving " + OLD, self.asked[0])
        self.assertEqual("restart crypto-robot.service crypto-webapp.service, serving " + NEW, self.asked[-1])
        self.assertEqual(("releases/" + NEW, "venvs/" + NEW, ".versions/" + NEW),
                         (self.target("current"), self.target("venv"), self.target("certificates/x.local")))
        self.assertIn(NEW, self.read(os.path.join(self.layout.units, "crypto-robot.service")))

    def test_systemd_reads_units_before_they_start(self) -> None:
        self.serve(NEW, RESTART)
        self.assertEqual(sorted(self.order("stop", "daemon-reload", "reset-failed", "restart")),
                         self.order("stop", "daemon-reload", "reset-failed", "restart"))

    def test_a_web_application_answers_until_its_new_one_takes_over(self) -> None:
        self.serve(NEW, RESTART)
        self.assertFalse([call for call in self.asked if call.startswith("stop") and "webapp" in call])

    def enabled(self) -> None:
        for unit in ("crypto-robot", "crypto-webapp"):
            path = os.path.join(self.layout.units, "multi-user.target.wants", unit + ".service")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.symlink("../%s.service" % unit, path)

    def published(self) -> None:
        self.serve(OLD, KEEP)
        self.enabled()
        self.asked.clear()

    def test_what_already_runs_from_it_is_left_alone(self) -> None:
        self.published()
        self.assertEqual([], self.serve(OLD, KEEP))
        self.assertEqual([], self.asked)

    def test_what_does_not_run_is_started(self) -> None:
        self.published()
        self.states({"crypto-robot": {"ActiveState": "failed", "MainPID": "0"}})
        self.assertEqual(["crypto-robot"], self.serve(OLD, KEEP))
        self.assertEqual(["reset-failed crypto-robot.service, serving " + OLD, "restart crypto-robot.service, serving " + OLD], self.asked)

    def test_another_certificate_spares_the_robot(self) -> None:
        self.published()
        self.assertEqual(["crypto-webapp"], self.serve(OLD, CERTIFICATE))
        self.assertEqual(["restart crypto-webapp.service, serving " + OLD], self.asked[-1:])

    def test_a_restart_of_what_is_published_is_one_job(self) -> None:
        self.published()
        self.serve(OLD, RESTART)
        self.assertFalse([call for call in self.asked if call.startswith("stop")])

    def test_a_unit_that_systemd_has_not_read_again_does_not_run_from_the_release(self) -> None:
        self.published()
        self.states({"crypto-robot": {"MainPID": "100", "NeedDaemonReload": "yes"}})
        self.assertEqual(["crypto-robot"], self.serve(OLD, KEEP))
        self.assertEqual("daemon-reload, serving " + OLD, self.asked[0])

    def test_a_unit_that_the_release_does_not_have_goes(self) -> None:
        self.finished(NEW, services=[ROBOT, {**PAGE, "name": "other-webapp"}])
        os.unlink(os.path.join(self.layout.release_state(NEW), "units", "crypto-webapp.service"))
        self.serve(NEW, RESTART)
        self.assertFalse(os.path.exists(os.path.join(self.layout.units, "crypto-webapp.service")))
        self.assertIn("stop crypto-webapp.service crypto-robot.service, serving " + OLD, self.asked)
        self.assertIn("disable --quiet --no-reload crypto-webapp.service, serving " + NEW, self.asked)

    def test_nothing_serves(self) -> None:
        self.serve(OLD, KEEP)
        self.assertEqual([], self.serve("", RESTART))
        self.assertEqual([None, None, None], [self.target(link) for link in ("current", "venv", "certificates/x.local")])
        self.assertEqual([], [name for name in os.listdir(self.layout.units) if name.endswith(".service")])
        self.assertIn("stop crypto-robot.service crypto-webapp.service, serving " + OLD, self.asked)

    def test_at_boot_units_are_only_queued(self) -> None:
        self.serve(NEW, BOOT)
        self.assertEqual(["stop --no-block crypto-robot.service, serving " + OLD,
                          "restart --no-block crypto-robot.service crypto-webapp.service, serving " + NEW], [self.asked[0], self.asked[-1]])

    def test_a_release_that_is_not_complete_does_not_serve(self) -> None:
        os.unlink(os.path.join(self.layout.release_state(NEW), "links"))
        with self.assertRaisesRegex(Failure, "release %s is not complete" % NEW):
            self.serve(NEW, RESTART)
        self.assertEqual([], self.asked)
        self.assertEqual("releases/" + OLD, self.target("current"))

    def test_a_robot_that_does_not_stop_ends_it_before_anything_changes(self) -> None:
        self.stopped = "deactivating"
        with self.assertRaisesRegex(Failure, "crypto-robot.service does not stop"):
            self.serve(NEW, RESTART)
        self.assertEqual("releases/" + OLD, self.target("current"))

    def test_nothing_to_stop_asks_nothing(self) -> None:
        stop(self.system, [])
        self.assertEqual([], self.system.calls)

    def test_a_published_link_is_read_back(self) -> None:
        with mock.patch.object(changes, "rename", lambda source, path: None), self.assertRaises(Failure):
            publish_link(self.layout, "releases/" + NEW, self.layout.current)
        self.assertEqual("releases/" + OLD, self.target("current"))
