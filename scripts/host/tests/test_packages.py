"""Programs and users that an instance lacks."""

from typing import List, Set
from unittest import mock

from robothost import users
from robothost.failures import Failure
from robothost.packages import Packages
from robothost.system import Ended
from tests.fixture import FakeSystem, FolderTest


class Bare(FakeSystem):
    """A package brings the program of the same name, with apt-get only when its lists are there."""

    def __init__(self) -> None:
        super().__init__()
        self.has_lists, self.users = False, set()  # type: bool, Set[str]

    def run(self, *command: str, **options: object) -> Ended:
        self.calls.append(command)
        if command[0] == "useradd":
            self.users.add(command[-1])
        elif command[-1] == "update":
            self.has_lists = True
        elif "apt-get" in command and not self.has_lists:
            return Ended(100, "Reading lists\n", "E: Unable to locate package jq\n")
        elif "install" in command:
            self.missing -= set(command)
        return Ended(0, "", "")


class PackagesTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.system: Bare = Bare()
        self.packages = Packages(self.host_with())

    def commands(self) -> List[str]:
        return [" ".join(call) for call in self.system.calls]

    def refused(self) -> str:
        with self.assertRaises(Failure) as refusal:
            self.packages.need("jq", "jq", "jq")
        self.assertEqual("HostUnfit", refusal.exception.name)
        return refusal.exception.message

    def test_what_is_installed_costs_nothing(self) -> None:
        self.packages.need("jq", "jq", "jq")
        self.assertEqual(([], []), (self.packages.installed, self.system.calls))

    def test_amazon_linux_has_dnf(self) -> None:
        self.system.missing = {"jq"}
        self.packages.need("jq", "jq", "jq")
        self.assertEqual((["jq"], ["dnf -y -q install jq"]), (self.packages.installed, self.commands()))
        self.assertIn("installing jq\n", self.read(self.layout.step_log("test")))

    def test_old_lists_of_apt_are_updated_once(self) -> None:
        self.system.missing = {"dnf", "jq"}
        self.packages.need("jq", "jq", "jq")
        install = "env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 install jq"
        self.assertEqual([install, "apt-get -q update", install], self.commands())
        self.assertIn("Unable to locate package", self.read(self.layout.step_log("test")))

    def test_an_installer_that_fails_is_quoted(self) -> None:
        self.system.missing = {"jq"}
        self.system = FakeSystem()  # type: ignore[assignment]
        self.system.missing = {"jq"}
        self.packages = Packages(self.host_with())
        self.system.answer("dnf", output="one\ntwo\n", errors="Error: no match\n", code=1)
        self.assertEqual("dnf cannot install jq: two Error: no match", self.refused())

    def test_what_an_installer_prints_is_redacted(self) -> None:
        secret = "Q7w2e9R4" * 8
        self.write("releases/one/.env", "BINANCE_SECRET_KEY=%s\n" % secret)
        self.system = FakeSystem()  # type: ignore[assignment]
        self.system.missing = {"jq"}
        self.packages = Packages(self.host_with())
        self.system.answer("dnf", output="https://x/%s\n" % secret, code=1)
        self.assertIn("[redacted]", self.refused())
        self.assertNotIn("Q7w2", self.read(self.layout.step_log("test")))

    def test_a_package_without_its_program_is_refused(self) -> None:
        self.system.missing = {"jq"}
        with self.assertRaises(Failure) as refusal:
            self.packages.need("jq", "other", "other")
        self.assertEqual("jq is still missing after installing it", refusal.exception.message)

    def test_an_instance_without_a_package_manager_is_refused(self) -> None:
        self.system.missing = {"jq", "dnf", "apt-get"}
        self.assertEqual("neither dnf nor apt-get is here to install jq", self.refused())


class UsersTest(FolderTest):
    def need(self, known: Set[str]) -> List[str]:
        self.system: Bare = Bare()
        self.system.users = known
        with mock.patch.object(users, "exists", lambda name: name in self.system.users):
            return users.need_users(self.host_with())

    def test_users_that_exist_stay(self) -> None:
        self.assertEqual([], self.need({"ec2-user", "crypto-robot-fetch", "crypto-robot-build"}))
        self.assertEqual([], self.system.calls)

    def test_missing_ones_are_created(self) -> None:
        self.assertEqual(["user ec2-user", "user crypto-robot-build"], self.need({"crypto-robot-fetch"}))
        user, builder = self.system.calls
        self.assertEqual(("useradd", "--create-home", "--shell", "/bin/bash", "ec2-user"), user)
        for word in ("--system", "--no-create-home", "/nonexistent", "/usr/sbin/nologin"):
            self.assertIn(word, builder)

    def test_one_that_cannot_be_created_is_a_failure(self) -> None:
        self.system = FakeSystem()  # type: ignore[assignment]
        self.system.answer("useradd", errors="useradd: no\n", code=1)
        with mock.patch.object(users, "exists", lambda name: False), self.assertRaises(Failure) as refusal:
            users.need_users(self.host_with())
        self.assertEqual("user ec2-user cannot be created: useradd: no", refusal.exception.message)
