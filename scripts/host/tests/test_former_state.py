"""former_state: a release that was changed in place has again what it had before."""

import os
import stat
from unittest import mock

from robothost import changes, former_state
from tests.activated import ActivationTest
from tests.fixture import NOW, OLD


class FormerStateTest(ActivationTest):
    def setUp(self) -> None:
        super().setUp()
        self.saves(OLD)
        self.env = os.path.join(self.layout.release(OLD), ".env")
        self.saved = self.layout.saved(OLD)
        os.utime(self.saved, (NOW - 100, NOW - 100))

    def change(self) -> None:
        self.write(self.env, "ROBOT_MODE=simulation\n")
        self.write(os.path.join(self.layout.release(OLD), "release.json"), "{}")
        self.write(os.path.join(self.layout.release_state(OLD), "links"), "venv venvs/other\n")
        self.write(os.path.join(self.layout.release_state(OLD), "more"), "")

    def test_it_has_its_env_its_manifest_and_its_state_again(self) -> None:
        manifest = self.read(os.path.join(self.layout.release(OLD), "release.json"))
        self.change()
        former_state.restore(self.host(), OLD)
        self.assertEqual("ROBOT_MODE=live\n", self.read(self.env))
        self.assertEqual(0o600, stat.S_IMODE(os.stat(self.env).st_mode))
        self.assertEqual(manifest, self.read(os.path.join(self.layout.release(OLD), "release.json")))
        self.assertEqual(["links", "units"], sorted(os.listdir(self.layout.release_state(OLD))))
        self.assertEqual("venv venvs/hash-of-%s\n" % OLD, self.read(os.path.join(self.layout.release_state(OLD), "links")))
        self.assertEqual([], os.listdir(self.layout.saved_states))

    def test_an_env_comes_back_byte_for_byte(self) -> None:
        content = b"A='\xff'\r\nB=\xc3\xa4\rC=1"
        with open(os.path.join(self.saved, "env"), "wb") as file:
            file.write(content)
        former_state.restore(self.host(), OLD)
        with open(self.env, "rb") as file:
            self.assertEqual(content, file.read())

    def test_it_is_completed_wherever_it_was_ended(self) -> None:
        names = ("rename", "unlink", "remove_tree", "copy_tree", "set_owner")
        for end in range(1, 30):
            self.saves(OLD)
            self.change()
            left = [end]

            def counted(name: str) -> "mock._patch[object]":
                change = getattr(changes, name)

                def once(*words: object) -> None:
                    left[0] -= 1
                    if left[0] == 0:
                        raise InterruptedError
                    change(*words)

                return mock.patch.object(changes, name, once)

            patches = [counted(name) for name in names]
            for patch in patches:
                patch.start()
            try:
                former_state.restore(self.host(), OLD)
                break
            except InterruptedError:
                pass
            finally:
                for patch in patches:
                    patch.stop()
            former_state.restore(self.host(), OLD)
            self.assertEqual("ROBOT_MODE=live\n", self.read(self.env), end)
            self.assertEqual("venv venvs/hash-of-%s\n" % OLD, self.read(os.path.join(self.layout.release_state(OLD), "links")), end)
        self.assertGreater(end, 5)

    def test_units_that_were_started_since_start_again(self) -> None:
        self.states({"crypto-robot": {"MainPID": "100", "ExecMainStartTimestampMonotonic": str(950 * 1_000_000)},
                     "crypto-webapp": {"MainPID": "101", "ExecMainStartTimestampMonotonic": str(850 * 1_000_000)}})
        former_state.restore_all(self.host())
        self.assertEqual(["restart crypto-robot.service, serving " + OLD], self.asked)

    def test_a_unit_that_never_started_is_left_alone(self) -> None:
        os.utime(self.saved, (NOW - 5000, NOW - 5000))
        self.states({name: {"MainPID": "0", "ExecMainStartTimestampMonotonic": "0"} for name in ("crypto-robot", "crypto-webapp")})
        former_state.restore_all(self.host())
        self.assertEqual([], self.asked)

    def test_on_the_way_back_nothing_is_started_here(self) -> None:
        self.states({"crypto-robot": {"MainPID": "100", "ExecMainStartTimestampMonotonic": str(950 * 1_000_000)}})
        former_state.restore(self.host(), OLD)
        self.assertEqual([], self.asked)

    def test_half_of_a_saved_state_is_none(self) -> None:
        os.rename(self.saved, os.path.join(self.layout.saved_states, ".gone-" + OLD))
        former_state.restore_all(self.host())
        self.assertFalse(os.path.exists(self.env))

    def test_what_was_saved_of_a_release_that_is_gone_is_removed(self) -> None:
        changes.remove_tree(self.layout.release(OLD))
        former_state.restore_all(self.host())
        self.assertEqual([], os.listdir(self.layout.saved_states))
        self.assertFalse(os.path.exists(self.layout.release(OLD)))
