"""Root's folders are root's alone: what another user could exchange ends the step."""

import os
import unittest

from robothost.failures import Failure
from robothost.files import check_application, hold_application_folder, write
from robothost.layout import UNIT_MARK
from tests.fixture import FolderTest


class FilesTest(FolderTest):
    def refused(self) -> str:
        with self.assertRaises(Failure) as caught:
            check_application(self.layout)
            hold_application_folder(self.layout)
        self.assertEqual("HostUnfit", caught.exception.name)
        return caught.exception.message

    def test_accepts_a_folder_that_is_not_there_yet_or_roots(self) -> None:
        hold_application_folder(self.layout)
        self.layout.application += "-none"
        hold_application_folder(self.layout)

    def test_refuses_a_link_in_its_place(self) -> None:
        os.rename(self.layout.application, self.layout.application + ".real")
        os.symlink(self.layout.application + ".real", self.layout.application)
        self.assertIn("is a link", self.refused())

    def test_refuses_a_folder_on_the_way_that_others_can_write_to(self) -> None:
        way = os.path.dirname(self.layout.application)
        os.chmod(way, 0o777)
        self.assertIn("can be written to by others than root", self.refused())
        os.chmod(way, 0o1777)
        hold_application_folder(self.layout)

    def test_refuses_a_link_in_place_of_a_state_folder(self) -> None:
        os.rename(self.layout.state, self.layout.state + ".real")
        os.symlink(self.layout.state + ".real", self.layout.state)
        self.assertIn("is not root's", self.refused())
        os.unlink(self.layout.state)
        os.rename(self.layout.state + ".real", self.layout.state)
        os.symlink(self.layout.logs, self.layout.fresh)
        self.assertIn("/.new is not root's", self.refused())
        os.unlink(self.layout.fresh)
        os.symlink(self.layout.logs, os.path.join(self.layout.application, "before-migration"))
        self.assertIn("/before-migration is not root's", self.refused())

    def test_refuses_the_older_layout_wherever_its_application_is(self) -> None:
        os.unlink(self.layout.served)
        check_application(self.layout)
        self.write(".deployer/armed", "")
        self.assertIn("has the layout of an earlier version", self.refused())
        self.layout.application += "-other"
        check_application(self.layout)
        self.write(self.layout.units + "/crypto-robot.service", UNIT_MARK + "\n[Service]\n")
        self.assertIn("has the layout of an earlier version", self.refused())

    def test_refuses_a_second_application_once_a_release_was_activated(self) -> None:
        self.write(self.layout.served, "/opt/first\n")
        check_application(self.layout)
        self.write(self.layout.history, '{"at":"2026-01-01T00:00:00Z","event":"activated","release":"x"}\n')
        message = self.refused()
        self.assertIn("serves the application in /opt/first; the request names " + self.layout.application, message)

    def test_refuses_a_file_in_place_of_the_releases(self) -> None:
        os.rmdir(self.layout.releases)
        self.write("releases", "")
        self.assertIn("is not a folder", self.refused())

    def test_takes_the_right_to_write_from_others(self) -> None:
        os.chmod(self.layout.releases, 0o777)
        hold_application_folder(self.layout)
        self.assertEqual(0o755, os.stat(self.layout.releases).st_mode & 0o777)

    @unittest.skipUnless(os.geteuid() == 0, "only root can give a folder away")
    def test_refuses_what_belongs_to_another_user(self) -> None:
        os.chown(self.layout.state, 65534, 65534)
        self.assertIn("is not root's", self.refused())
        os.chown(self.layout.state, 0, 0)
        os.chown(self.layout.releases, 65534, 65534)
        self.assertIn("it must be root's", self.refused())

    def test_writes_a_file_in_one_piece_and_leaves_nothing_beside_it(self) -> None:
        path = self.write("shared/x", "old")
        write(self.layout, path, "new", 0o640)
        self.assertEqual("new", self.read("shared/x"))
        self.assertEqual(0o640, os.stat(path).st_mode & 0o777)
        self.assertEqual([], os.listdir(self.layout.fresh))

    def test_follows_no_link_that_has_the_name_of_its_temporary_file(self) -> None:
        planted, path = os.path.join(self.root, "planted"), os.path.join(self.layout.release("one"), ".env")
        os.makedirs(os.path.dirname(path))
        os.symlink(planted, "%s.%d.new" % (path, os.getpid()))
        write(self.layout, path, "new")
        self.assertFalse(os.path.lexists(planted))
        self.assertEqual("new", self.read(path))

    def test_replaces_a_link_and_writes_nothing_through_it(self) -> None:
        other = self.write("elsewhere", "old")
        path = os.path.join(self.layout.shared, "x")
        os.symlink(other, path)
        write(self.layout, path, "new")
        self.assertEqual("old", self.read("elsewhere"))
        self.assertEqual("new", self.read("shared/x"))
