"""The rule that takes sudo from the application's user."""

import os

from robothost import sudo
from robothost.failures import Failure
from robothost.system import Ended
from tests.fixture import FakeSystem, FolderTest

AMAZON_LINUX = "    (ALL) NOPASSWD: ALL"


class Sudo(FakeSystem):
    """A rule that is read before the rule of the deployer, and one that is read after it."""

    def __init__(self, rule: str, before: str, after: str) -> None:
        super().__init__()
        self._rule, self._before, self._after = rule, before, after

    def run(self, *command: str, **options: object) -> Ended:
        if command[0] != "sudo":
            return super().run(*command)
        is_taken = os.path.exists(self._rule)
        if command[-1] == "/bin/sh":
            return Ended(int(is_taken and not self._after), "", "")
        rules = [self._before, "    (ALL : ALL) !ALL" if is_taken else "", self._after]
        return Ended(0, "Matching Defaults entries for ec2-user:\n" + "\n".join(rules) + "\n", "")


class SudoTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.rule = self.layout.machine("etc/sudoers.d/zzz-crypto-robot-deployer")
        self.allows(AMAZON_LINUX)

    def allows(self, before: str, after: str = "") -> None:
        self.system = Sudo(self.rule, before, after)

    def take_away(self) -> str:
        return sudo.take_away(self.host_with())

    def refused(self) -> str:
        with self.assertRaises(Failure) as refusal:
            self.take_away()
        self.assertEqual("HostUnfit", refusal.exception.name)
        return refusal.exception.message

    def test_the_last_rule_takes_it_away_which_is_reported(self) -> None:
        sentence = self.take_away()
        self.assertTrue(self.read(self.rule).endswith("\nec2-user ALL=(ALL:ALL) !ALL\n"))
        self.assertEqual(0o440, os.stat(self.rule).st_mode & 0o777)
        self.assertEqual(["visudo"], [call[0] for call in self.system.calls])
        self.assertEqual("ec2-user may not use sudo (%s); for a shell as root: aws ssm start-session" % self.rule, sentence)
        self.assertEqual(sentence, self.take_away(), "reported again")
        self.assertEqual(1, len(self.system.calls))
        self.assertIn("takes sudo from ec2-user", self.read(self.layout.step_log("test")))

    def test_no_rule_that_visudo_refuses_is_put_in_place(self) -> None:
        self.system.answer("visudo", code=1)
        self.assertIn("visudo refuses the rule", self.refused())
        self.assertEqual([], os.listdir(os.path.dirname(self.rule)))

    def test_a_rule_that_is_read_later_is_named(self) -> None:
        self.allows(AMAZON_LINUX, "    (root) /usr/bin/vi")
        self.assertIn("ec2-user can become root by sudo: '(root) /usr/bin/vi' is read after ", self.refused())

    def test_the_right_to_a_shell_is_seen_not_inferred(self) -> None:
        class Lying(Sudo):
            def run(self, *command: str, **options: object) -> Ended:
                return Ended(0, "", "") if command[-1] == "/bin/sh" else super().run(*command)

        self.system = Lying(self.rule, AMAZON_LINUX, "")
        self.assertIn("can become root by sudo", self.refused())

    def test_nothing_changes_where_the_user_has_no_right(self) -> None:
        self.system = FakeSystem()
        self.system.answer("sudo", output="User ec2-user is not allowed to run sudo on x.\n")
        self.assertEqual("", self.take_away())
        self.system.missing.add("sudo")
        self.assertEqual("", self.take_away())
        self.assertFalse(os.path.exists(self.rule))
