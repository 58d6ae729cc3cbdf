"""The dead-man switch: what arming leaves, who decides, and what a rollback and a confirmation do."""

import json
import os
import subprocess
from unittest import mock

from robothost import changes, dead_man, decision, settle
from robothost.decision import CERTIFICATE, RESTART
from robothost.failures import Failure
from robothost.history import events, is_confirmed_since_activation
from robothost.serve import serve
from tests.activated import ActivationTest, WithContainers
from tests.fixture import NEW, OLD, OWNER


class ArmTest(ActivationTest):
    def test_the_decision_is_written_when_everything_it_needs_is_on_the_disk(self) -> None:
        seen = {}

        def looks(*command: str) -> None:
            seen[" ".join(command[:2])] = (self.is_open(), os.path.exists(self.layout.settle))

        self.system.on_call = looks
        self.arms()
        self.assertEqual({"systemctl enable": ([], True), "sync --file-system": ([], True), "systemctl daemon-reload": ([], True), "systemctl stop": ([], True),
                          "systemctl restart": ([], True)}, seen)
        self.assertEqual({"release": NEW, "previous": OLD, "owner": OWNER, "at": "2026-05-28T20:46:40Z"}, json.loads(self.read(self.layout.armed)))

    def test_the_timer_has_the_deadline(self) -> None:
        self.arms()
        timer = self.read(os.path.join(self.layout.units, "crypto-robot-dead-man.timer"))
        self.assertIn("\nOnCalendar=2026-05-28 20:46:40 UTC\n", timer)
        self.assertTrue(os.path.exists(os.path.join(self.layout.units, "crypto-robot-settle.service")))
        self.assertTrue(os.path.exists(os.path.join(self.layout.units, "crypto-robot-dead-man.service")))

    def test_the_boot_unit_is_enabled_once(self) -> None:
        wanted = os.path.join(self.layout.units, "multi-user.target.wants", "crypto-robot-settle.service")
        os.makedirs(os.path.dirname(wanted))
        os.symlink("../crypto-robot-settle.service", wanted)
        self.arms()
        self.assertEqual(["daemon-reload", "stop crypto-robot-dead-man.service", "restart crypto-robot-dead-man.timer"],
                         [one.partition(",")[0] for one in self.asked])

    def test_a_timer_that_does_not_start_arms_nothing(self) -> None:
        self.system.answer("systemctl", "restart", code=1, errors="no such unit")
        with self.assertRaisesRegex(Failure, "restart crypto-robot-dead-man.timer ended with status 1"):
            self.arms()
        self.assertEqual([], self.is_open())

    def test_a_decision_is_read_back(self) -> None:
        with mock.patch.object(changes, "rename", lambda source, path: None), self.assertRaisesRegex(Failure, "is not what was written"):
            decision.write(self.layout, decision.Decision(NEW, OLD, OWNER, "x", RESTART))


class DecisionTest(ActivationTest):
    def test_only_one_of_two_gets_it(self) -> None:
        self.arms()
        self.assertTrue(decision.take_now(self.layout, self.layout.confirming))
        self.assertFalse(decision.take_now(self.layout, self.layout.firing))
        self.assertIsNone(decision.take(self.layout, self.layout.firing))
        again = decision.take(self.layout, self.layout.confirming)
        self.assertEqual(NEW, again.release if again else None)

    def test_it_is_on_the_disk_before_anything_is_done_about_it(self) -> None:
        self.arms()
        done = []
        with mock.patch.object(changes, "sync", lambda path: done.append(path)):
            decision.take(self.layout, self.layout.firing)
        self.assertEqual([self.layout.state], done)

    def test_the_way_back_of_another_certificate_is_part_of_it(self) -> None:
        self.arms(how=CERTIFICATE)
        self.assertIn(',"how":"certificate"}', self.read(self.layout.armed))
        found = decision.read(self.layout.armed)
        self.assertEqual(CERTIFICATE, found.how if found else "")

    def test_nothing_of_what_is_no_decision_is_quoted(self) -> None:
        self.write(self.layout.armed, "root:$6$of-root-alone")
        with self.assertRaisesRegex(Failure, r"is not a decision \(21 characters\)") as failed:
            decision.read(self.layout.armed)
        self.assertNotIn("of-root-alone", failed.exception.message)


class FireTest(ActivationTest):
    def activates(self, release: str = NEW, how: str = RESTART) -> None:
        self.arms(release, OLD, how)
        serve(self.host(), release, how)
        self.asked.clear()

    def fires(self, event: str = "fire") -> int:
        with self.in_order():
            return settle.run(event, self.layout, self.system, mock.MagicMock())

    def test_a_release_that_is_not_confirmed_in_time_is_rolled_back(self) -> None:
        self.activates()
        self.assertEqual(0, self.fires())
        self.assertEqual(OLD, self.serves())
        self.assertIn(OLD, self.read(os.path.join(self.layout.units, "crypto-robot.service")))
        self.assertEqual([], self.is_open())
        self.assertFalse(os.path.exists(os.path.join(self.layout.units, "crypto-robot-dead-man.timer")))
        last = events(self.layout)[-1]
        self.assertEqual(("dead-man", NEW, OLD, "0" * 40, "", "nobody confirmed the release in time"),
                         tuple(last[name] for name in ("event", "release", "previous", "revision", "execution", "reason")))

    def test_a_release_that_is_not_confirmed_before_a_reboot_is_rolled_back(self) -> None:
        self.activates()
        self.assertEqual(0, self.fires("boot"))
        self.assertEqual(OLD, self.serves())
        self.assertEqual("restart --no-block crypto-robot.service crypto-webapp.service, serving " + OLD, self.restarts()[-1])
        self.assertEqual("the instance restarted before the release was confirmed", events(self.layout)[-1]["reason"])

    def test_a_step_that_hangs_is_ended_by_the_process_that_decides(self) -> None:
        self.activates()
        self.system.answer("systemctl", "show", "--property=Id", output="crypto-robot-step-activate-release.service\n")
        self.fires()
        self.assertEqual("stop crypto-robot-step-activate-release.service, serving " + NEW, self.asked[0])

    def test_nothing_is_done_where_nothing_is_open(self) -> None:
        self.assertEqual((0, 0), (self.fires(), self.fires("boot")))
        self.assertEqual([], self.asked)

    def test_a_rollback_that_was_ended_is_completed(self) -> None:
        self.activates()
        with mock.patch.object(dead_man, "serve", side_effect=Failure("StepFailed", "ended")):
            self.assertEqual(1, self.fires())
        self.assertEqual(["firing"], self.is_open())
        self.assertEqual(0, self.fires())
        self.assertEqual((OLD, []), (self.serves(), self.is_open()))

    def test_a_rollback_that_was_ended_after_it_was_recorded_is_recorded_once(self) -> None:
        self.activates()
        with mock.patch.object(decision, "close", side_effect=InterruptedError):
            self.fires()
        before = len(events(self.layout))
        self.assertEqual((0, []), (self.fires(), self.is_open()))
        self.assertEqual(before, len(events(self.layout)))

    def test_a_confirmation_that_was_ended_is_completed_at_the_deadline(self) -> None:
        self.activates()
        os.rename(self.layout.armed, self.layout.confirming)
        self.assertEqual(0, self.fires())
        self.assertEqual((NEW, []), (self.serves(), self.is_open()))
        self.assertTrue(is_confirmed_since_activation(self.layout, NEW))

    def test_what_serves_does_not_start_on_keys_that_nothing_has_activated(self) -> None:
        self.saves(OLD)
        self.write(os.path.join(self.layout.release(OLD), ".env"), "ROBOT_MODE=live\nBINANCE_API_KEY=newer\n")
        self.assertEqual(0, self.fires("boot"))
        self.assertEqual("ROBOT_MODE=live\n", self.read(os.path.join(self.layout.release(OLD), ".env")))
        self.assertEqual([], self.restarts(), "systemd starts it after this")
        # One that does not serve is the running operation's.
        self.saves(NEW)
        self.fires("boot")
        self.assertTrue(os.path.exists(self.layout.saved(NEW)))

    def test_it_uses_the_room_that_was_set_aside_for_it(self) -> None:
        self.activates()
        reserve = self.write(os.path.join(self.layout.state, "reserve"), "room")
        self.fires()
        self.assertFalse(os.path.exists(reserve))

    def test_a_folder_of_another_user_decides_nothing(self) -> None:
        self.activates()
        os.rename(self.layout.state, self.layout.state + ".other")
        os.symlink(self.layout.state + ".other", self.layout.state)
        self.assertEqual(21, self.fires("boot"))
        self.assertEqual((NEW, []), (self.serves(), self.asked))
        self.assertIn("is not root's", self.system.journal[-1][1])

    def test_a_release_that_does_not_serve_afterwards_is_a_failure(self) -> None:
        self.activates()
        with mock.patch.object(dead_man, "serve"):
            self.assertEqual(62, self.fires())
        self.assertIn("current does not point to " + OLD, self.system.journal[-1][1])
        self.assertEqual(["firing"], self.is_open())

    def continues_a_rollback(self, how: str) -> None:
        """What was saved was put back before the end of the first attempt: nothing on the disk differs now."""
        self.activates(OLD, how)
        self.saves(OLD)
        self.fires()
        self.assertEqual([], self.is_open())

    def test_the_robot_restarts_on_its_former_keys_also_where_they_were_put_back_before(self) -> None:
        self.continues_a_rollback(RESTART)
        self.assertEqual(["restart crypto-robot.service crypto-webapp.service, serving " + OLD], self.restarts())

    def test_the_robot_is_left_alone_on_the_way_back_from_another_certificate(self) -> None:
        self.continues_a_rollback(CERTIFICATE)
        self.assertEqual(["restart crypto-webapp.service, serving " + OLD], self.restarts())

    def test_units_of_the_release_before_start_again(self) -> None:
        self.activates()
        self.write(self.layout.unsettled, "")

        blocked = []

        def looks(*command: str) -> None:
            self.does(*command)
            if command[:2] == ("systemctl", "restart"):
                blocked.append(os.path.exists(self.layout.unsettled))

        self.system.on_call = looks
        self.assertEqual(0, self.fires())
        self.assertEqual([False], blocked)


class FireTakeoverTest(WithContainers):
    def setUp(self) -> None:
        super().setUp()
        self.hold()
        self.write(os.path.join(self.layout.migration, "carried"), "{}")
        self.arms(previous="")

    def fires(self, event: str = "fire") -> int:
        with self.in_order():
            return settle.run(event, self.layout, self.system, mock.MagicMock())

    def test_a_takeover_goes_back_to_the_containers(self) -> None:
        serve(self.host(), NEW, RESTART)
        self.assertEqual(0, self.fires())
        self.assertEqual(("", [], ["release"]), (self.serves(), self.is_open(), self.engine))
        self.assertIn("release, serving nothing", self.asked)
        self.assertFalse(os.path.exists(os.path.join(self.layout.migration, "carried")))

    def test_a_takeover_stays_open_while_the_containers_are_not_back(self) -> None:
        self.failing = ("release", "no engine")
        self.assertEqual(62, self.fires())
        self.assertIn("the containers are not back: no engine", self.system.journal[-1][1])
        self.assertEqual(["firing"], self.is_open())

    def test_at_boot_the_containers_follow_their_engine(self) -> None:
        self.assertEqual(0, self.fires("boot"))
        self.assertEqual((["firing"], []), (self.is_open(), self.engine))
        self.assertEqual("start --no-block crypto-robot-dead-man.service, serving nothing", self.asked[-1])


class SettleTest(ActivationTest):
    def test_what_is_open_is_rolled_back_for_the_reason(self) -> None:
        self.arms()
        dead_man.settle_decision(self.host(), "its deployment failed", OWNER)
        last = events(self.layout)[-1]
        self.assertEqual(("rolled-back", OWNER, "its deployment failed"), (last["event"], last["execution"], last["reason"]))
        self.assertEqual([], self.is_open())

    def test_a_confirmation_that_was_decided_stands(self) -> None:
        self.arms()
        self.saves(NEW)
        self.disk.sync_all()
        os.rename(self.layout.armed, self.layout.confirming)
        dead_man.settle_decision(self.host(), "its deployment failed", OWNER)
        self.assertTrue(is_confirmed_since_activation(self.layout, NEW))
        self.assertEqual([], self.is_open())
        self.assertEqual([], os.listdir(self.layout.saved_states))
        self.assertFalse(os.path.exists(os.path.join(self.layout.units, "crypto-robot-dead-man.timer")))

    def test_a_confirmation_is_recorded_once(self) -> None:
        self.arms()
        self.disk.sync_all()
        os.rename(self.layout.armed, self.layout.confirming)
        self.happened("confirmed", NEW)
        before = len(events(self.layout))
        dead_man.settle_decision(self.host(), "", OWNER)
        self.assertEqual((before, []), (len(events(self.layout)), self.is_open()))

    def test_a_timer_whose_decision_was_never_written_is_removed(self) -> None:
        self.arms()
        os.unlink(self.layout.armed)
        dead_man.settle_decision(self.host(), "", OWNER)
        self.assertFalse(os.path.exists(os.path.join(self.layout.units, "crypto-robot-dead-man.timer")))
        self.assertEqual("stop crypto-robot-dead-man.timer, serving " + OLD, self.asked[-1])

    def test_a_confirmation_is_known_however_long_the_history_is(self) -> None:
        for event, release, times in (("confirmed", OLD, 20_000), ("confirmed", NEW, 1), ("lock-stolen", NEW, 1)):
            self.append(self.layout.history, '{"at":"2026-01-01T00:00:00Z","event":"%s","release":"%s"}\n' % (event, release) * times)
        self.assertTrue(is_confirmed_since_activation(self.layout, NEW))


class LauncherTest(ActivationTest):
    """The part of the switch that needs no Python, with a program that does what a test wants."""

    def setUp(self) -> None:
        super().setUp()
        self.arms()
        serve(self.host(), NEW, RESTART)

    def program_ends(self, code: int, also: str = "") -> None:
        self.write(os.path.join(self.program, "__main__.py"),
                   "import os, sys\nopen(%r, 'a').write(' '.join(sys.argv[1:]) + '\\n')\n%s\nsys.exit(%d)\n" % (self.root + "/ran", also, code))

    def launch(self, event: str) -> "subprocess.CompletedProcess[bytes]":
        systemctl = self.write(os.path.join(self.root, "bin/systemctl"), "#!/bin/sh\necho \"$@\" >>%s/asked\n" % self.root)
        os.chmod(systemctl, 0o755)
        return subprocess.run(["/bin/sh", self.layout.settle, event], check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={"PATH": os.path.join(self.root, "bin") + ":/usr/bin:/bin"})

    def is_blocked(self) -> bool:
        return os.path.exists(self.layout.unsettled)

    def test_it_runs_the_version_that_armed(self) -> None:
        self.program_ends(0, "os.unlink(%r)" % self.layout.armed)
        self.assertEqual(0, self.launch("fire").returncode)
        self.assertEqual("--module settle %s fire\n" % self.layout.application, self.read(self.root + "/ran"))
        self.assertIn(self.program, self.read(self.layout.settle))
        self.assertFalse(self.is_blocked())

    def test_no_unit_starts_before_the_program_has_decided(self) -> None:
        self.program_ends(0, "assert os.path.exists(%r)\nos.unlink(%r)" % (self.layout.unsettled, self.layout.armed))
        self.assertEqual(0, self.launch("boot").returncode)
        self.assertFalse(self.is_blocked())

    def test_units_of_an_unconfirmed_release_do_not_start_where_the_program_does_not_run(self) -> None:
        # There is no program.
        done = self.launch("fire")
        self.assertNotEqual(0, done.returncode)
        self.assertTrue(self.is_blocked())
        self.assertTrue(done.stderr.decode().splitlines()[-1].startswith("<3>release %s was not confirmed and is not rolled back" % NEW), done)
        self.assertEqual(0, self.launch("boot").returncode)
        self.assertTrue(self.is_blocked())
        self.assertEqual("start --no-block crypto-robot-dead-man.service\n", self.read(self.root + "/asked"))

    def test_a_program_that_claims_success_and_rolls_nothing_back_unblocks_nothing(self) -> None:
        self.program_ends(0)
        self.assertEqual(1, self.launch("fire").returncode)
        self.assertTrue(self.is_blocked())

    def test_units_start_again_when_the_program_has_rolled_back(self) -> None:
        self.launch("fire")
        self.program_ends(0, "os.unlink(%r)" % self.layout.armed)
        self.assertEqual(0, self.launch("fire").returncode)
        self.assertFalse(self.is_blocked())

    def test_a_decision_that_cannot_be_read_blocks_too(self) -> None:
        self.write(self.layout.armed, "")
        self.launch("boot")
        self.assertTrue(self.is_blocked())

    def test_what_serves_confirmed_starts_where_the_program_does_not_run(self) -> None:
        self.disk.sync_all()
        os.rename(self.layout.armed, self.layout.confirming)
        self.write(self.layout.unsettled, "")
        self.assertEqual(0, self.launch("boot").returncode)
        self.assertFalse(self.is_blocked())
        self.arms()
        serve(self.host(), OLD, RESTART)
        self.assertEqual(0, self.launch("boot").returncode)
        self.assertFalse(self.is_blocked())

    def test_at_boot_the_program_puts_back_what_a_release_had(self) -> None:
        os.unlink(self.layout.armed)
        self.write(os.path.join(self.layout.saved(OLD), "env"), "")
        self.program_ends(0)
        self.assertEqual(0, self.launch("boot").returncode)
        self.assertTrue(os.path.exists(self.root + "/ran"))
        os.unlink(self.root + "/ran")
        self.assertEqual(0, self.launch("fire").returncode)
        self.assertFalse(os.path.exists(self.root + "/ran"))
        self.assertFalse(self.is_blocked())

    def test_without_a_decision_it_needs_no_program(self) -> None:
        os.unlink(self.layout.armed)
        self.write(self.layout.unsettled, "")
        for event in ("boot", "fire"):
            done = self.launch(event)
            self.assertEqual((0, b""), (done.returncode, done.stderr))
        self.assertFalse(self.is_blocked())
