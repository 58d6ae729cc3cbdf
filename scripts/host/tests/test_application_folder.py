"""Whose the application's folder is, and what is made in it."""

import os
import pwd
import shutil
import unittest
from unittest import mock

from robothost import application_folder, former_code
from robothost.failures import Failure
from robothost.layout import Layout
from tests.fixture import OLD, FolderTest


class ApplicationFolderTest(FolderTest):
    def make_folders(self) -> None:
        # The user of the test has the part of the application's user.
        with mock.patch.object(Layout, "account", lambda *_: (os.getuid(), os.getgid())):
            application_folder.make_folders(self.layout)

    def test_all_folders_are_made_once(self) -> None:
        shutil.rmtree(self.layout.application)
        for _ in range(2):
            self.make_folders()
            self.assertEqual(["certificates", "mirror", "releases", "shared", "venvs"], sorted(os.listdir(self.layout.application)))
        self.assertTrue(os.path.isdir(os.path.join(self.layout.certificates, ".versions")))
        self.assertEqual(0o755, os.stat(self.layout.shared).st_mode & 0o777)

    def test_another_application_is_accepted_while_none_was_activated(self) -> None:
        self.write(self.layout.served, "/opt/first\n")
        os.makedirs(os.path.join(self.layout.state, "saved", OLD))
        shutil.rmtree(self.layout.application)
        self.make_folders()
        self.assertEqual(self.layout.application + "\n", self.read(self.layout.served))
        for name in ("saved", "releases"):
            self.assertFalse(os.path.exists(os.path.join(self.layout.state, name)), name + " of the other application")

    def test_a_folder_that_this_deployer_did_not_make_is_not_taken_over(self) -> None:
        os.unlink(self.layout.served)
        with self.assertRaises(Failure) as refusal:
            self.make_folders()
        self.assertIn("this deployer did not make it", refusal.exception.message)
        self.assertFalse(os.path.exists(self.layout.served))
        shutil.rmtree(self.layout.application)
        # A volume of its own is mounted there.
        os.makedirs(os.path.join(self.layout.application, "lost+found"))
        for _ in range(2):
            self.make_folders()
            self.assertEqual(self.layout.application + "\n", self.read(self.layout.served))

    def test_a_file_in_its_place_is_refused(self) -> None:
        os.unlink(self.layout.served)
        shutil.rmtree(self.layout.application)
        self.write(self.layout.application, "of another program")
        with self.assertRaises(Failure):
            self.make_folders()


@unittest.skipIf(os.getuid(), "changes owners")
class TakeOverTest(FolderTest):
    """daemon, bin and sys have the parts of the users."""

    def setUp(self) -> None:
        super().setUp()
        for name in (self.layout.environments, self.layout.mirrors):
            os.makedirs(name)
        os.chmod(self.root, 0o755)

    def left(self, path: str) -> str:
        file = self.write(path, "")
        for place in (file, os.path.dirname(file)):
            shutil.chown(place, "daemon", "daemon")
        return file

    def test_code_environments_and_mirrors_are_taken_from_the_user(self) -> None:
        code, environment, mirror = (self.left(path) for path in ("releases/one/main.py", "venvs/one/pip", "mirror/one.git/HEAD"))
        data = self.left("releases/one/.env")
        with mock.patch.multiple(former_code, USER="daemon", BUILD_USER="bin", FETCH_USER="sys"), \
                mock.patch.object(type(self.layout), "user_id", lambda _: pwd.getpwnam("daemon").pw_uid):
            former_code.take_over_code(self.host_with())
        owners = {path: pwd.getpwuid(os.stat(path).st_uid).pw_name
                  for file in (code, environment, mirror, data) for path in (file, os.path.dirname(file))}
        self.assertEqual(["bin", "root", "bin", "root", "sys", "sys", "daemon"], [owners[path] for path in (
            code, os.path.dirname(code), environment, os.path.dirname(environment), mirror, os.path.dirname(mirror), data)])
        self.assertIn("mirror/one.git was daemon's and is sys's", self.read(self.layout.step_log("test")))
