"""activate-release: in which order a release becomes the one that serves."""

import json
import os

from robothost.history import events
from tests.activated import ActivationTest, WithContainers
from tests.fixture import NEW, OLD, OWNER


class ActivateReleaseTest(ActivationTest):
    def test_the_switch_is_armed_before_anything_changes(self) -> None:
        answer = self.activate()
        self.assertEqual({"release": NEW, "previous": OLD, "dead_man_at": "2026-05-28T20:46:40Z", "restarted": ["crypto-robot", "crypto-webapp"],
                          "carried": None}, answer)
        self.assertEqual({"release": NEW, "previous": OLD, "owner": OWNER, "at": answer["dead_man_at"]}, json.loads(self.read(self.layout.armed)))
        armed = self.position("restart crypto-robot-dead-man.timer")
        self.assertTrue(self.asked[armed].endswith("serving " + OLD), self.asked)
        self.assertLess(armed, self.position("stop crypto-robot.service"))

    def test_the_old_robot_is_stopped_before_anything_of_the_new_one_is_there(self) -> None:
        self.activate()
        stopped, started = self.position("stop crypto-robot.service"), self.position("restart crypto-robot.service")
        self.assertLess(stopped, started)
        self.assertTrue(self.asked[stopped].endswith("serving " + OLD) and self.asked[started].endswith("serving " + NEW), self.asked)
        self.assertEqual(NEW, self.serves())
        self.assertIn(NEW, self.read(os.path.join(self.layout.units, "crypto-robot.service")))
        last = events(self.layout)[-1]
        self.assertEqual(("activated", NEW, OLD, OWNER, "deploy"), tuple(last[name] for name in ("event", "release", "previous", "execution", "reason")))

    def test_nothing_is_activated_while_a_rollback_runs(self) -> None:
        self.lock()
        self.write(self.layout.firing, "{}")
        ended = self.run_fenced("activate-release", 40)
        self.assertEqual(61, ended.code)
        self.assertIn("a rollback has begun", self.fails("DeadManFired", ended))
        self.assertEqual(OLD, self.serves())

    def test_a_release_that_is_not_finished_or_not_usable_is_not_activated(self) -> None:
        self.lock()
        ended = self.run_fenced("activate-release", 40, Release="20260303T000000Z-ccccccc")
        self.assertIn("is not finished", self.fails("ReleaseNotFound", ended))
        self.write(os.path.join(self.layout.release_state(NEW), "release.json"), "{}")
        self.assertIn("is not usable", self.fails("ReleaseNotFound", self.run_fenced("activate-release", 40)))
        self.assertEqual([], self.is_open())

    def test_a_release_that_has_again_what_it_had_before_this_execution_is_not_activated(self) -> None:
        self.finished(OLD, execution=OWNER + "-other")
        self.lock()
        ended = self.run_fenced("activate-release", 40, Release=OLD, Operation="rotate-keys")
        self.assertIn("is not as this execution finished it", self.fails("ReleaseNotFound", ended))
        self.assertEqual((OLD, []), (self.serves(), self.is_open()))

    def test_what_serves_is_read_back(self) -> None:
        # Another process puts the old one back while units are started.
        def interferes(*command: str) -> None:
            self.does(*command)
            if command[:2] == ("systemctl", "restart") and "crypto-robot.service" in command:
                os.unlink(self.layout.current)
                os.symlink("releases/" + OLD, self.layout.current)

        self.system.on_call = interferes
        self.lock()
        ended = self.run_fenced("activate-release", 40)
        self.assertEqual(60, ended.code)
        self.assertIn("points to %s instead of %s" % (OLD, NEW), self.fails("ActivationFailed", ended))

    def test_ended_half_way_and_run_again_it_goes_back_to_the_same_release(self) -> None:
        first = self.activate()
        self.system.clock += 60
        again = self.activate()
        self.assertEqual((first["previous"], first["dead_man_at"]), (again["previous"], again["dead_man_at"]))

    def test_only_a_good_release_is_worth_coming_back_to(self) -> None:
        self.activate()
        os.unlink(self.layout.armed)
        third = "20260303T000000Z-ccccccc"
        self.finished(third)
        self.write(os.path.join(self.layout.release_state(third), "links"), "venv venvs/x\n")
        self.assertEqual(OLD, self.activate(Release=third)["previous"])

    def test_a_restart_arms_nothing(self) -> None:
        before = len(events(self.layout))
        answer = self.activate(Release=OLD, Operation="restart")
        self.assertEqual((OLD, "", ["crypto-robot", "crypto-webapp"]), (answer["previous"], answer["dead_man_at"], answer["restarted"]))
        self.assertEqual(([], before), (self.is_open(), len(events(self.layout))))

    def test_another_certificate_spares_the_robot(self) -> None:
        os.symlink("venvs/hash-of-" + OLD, os.path.join(self.layout.application, "venv"))
        self.assertEqual(["crypto-webapp"], self.activate(Release=OLD, Operation="rotate-certificate")["restarted"])
        self.assertIn('"how":"certificate"', self.read(self.layout.armed))

    def test_only_the_lock_owners_step_runs(self) -> None:
        self.other_owner()
        self.fails("LockLost", self.run_fenced("activate-release", 40))
        self.assertEqual((OLD, [], []), (self.serves(), self.asked, self.is_open()))


class TakeoverTest(WithContainers):
    def test_the_containers_end_and_what_they_kept_is_carried_over(self) -> None:
        answer = self.activate(Containers="replace")
        self.assertEqual(("", {"carried": [], "moved_aside": [], "bytes": 7}), (answer["previous"], answer["carried"]))
        self.assertEqual(["hold", "copy"], self.engine)
        order = [self.position(call) for call in ("restart crypto-robot-dead-man.timer", "stop crypto-robot.service crypto-webapp.service", "hold",
                                                  "copy", "restart crypto-robot.service")]
        self.assertEqual(sorted(order), order)

    def test_what_was_carried_is_not_carried_again(self) -> None:
        self.activate(Containers="replace")
        answer = self.activate(Containers="replace")
        self.assertEqual(["hold", "copy", "hold"], self.engine)
        self.assertEqual(7, answer["carried"]["bytes"])

    def test_without_a_prepared_migration_nothing_is_replaced(self) -> None:
        os.unlink(os.path.join(self.layout.migration, "inventory.json"))
        self.lock()
        self.assertIn("run phase prepare first", self.fails("HostUnfit", self.run_fenced("activate-release", 40, Containers="replace")))

    def test_no_release_gets_keys_while_the_containers_run(self) -> None:
        self.runs(True)
        self.lock()
        self.assertIn("containers run on this instance (robot), and a second robot", self.fails("HostUnfit", self.run_fenced("activate-release", 40)))
        self.assertEqual([], self.is_open())
        self.finished(NEW, mode="simulation")
        self.activate()

    def test_without_an_answer_of_the_engine_no_release_gets_keys(self) -> None:
        self.system.answer("docker", "ps", code=1, errors="Cannot connect\n")
        self.lock()
        self.assertIn("cannot be seen: docker ps: Cannot connect", self.fails("HostUnfit", self.run_fenced("activate-release", 40)))

    def test_without_docker_none_run(self) -> None:
        self.runs(True)
        self.system.missing.add("docker")
        self.activate()

    def test_containers_that_do_not_stop_end_it(self) -> None:
        self.failing = ("hold", "still running")
        self.lock()
        ended = self.run_fenced("activate-release", 40, Containers="replace")
        self.assertIn("the containers do not stop: still running", self.fails("ActivationFailed", ended))

    def test_data_that_is_not_carried_over_ends_it(self) -> None:
        self.failing = ("copy", "no room")
        self.lock()
        ended = self.run_fenced("activate-release", 40, Containers="replace")
        self.assertIn("the containers' data is not carried over: no room", self.fails("ActivationFailed", ended))
        self.assertEqual((OLD, ["armed"]), (self.serves(), self.is_open()))

    def test_paths_that_no_request_can_have_are_refused(self) -> None:
        self.lock()
        ended = self.run_fenced("activate-release", 40, Containers="replace", PersistentPaths='["../x"]')
        self.fails("InvalidParameter", ended)
        self.assertEqual([], self.engine)
