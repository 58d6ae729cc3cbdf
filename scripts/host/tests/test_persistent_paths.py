"""What outlives a release: its first content, and the links to it."""

import json
import os
from typing import Any, List

from robothost import persistent_paths, rules, seed_paths
from robothost.rules import Refused
from tests import hostile
from tests.fixture import FolderTest

INVALID = ('["../x"]', '["/etc"]', '["a/../../b"]', '[""]', '["."]', '["a//b"]', '[".env"]', '["venv"]', '[".deployer-files/a"]', '["a", "a/b"]', "[7]",
           "{}", "nonsense", '["a b"]')


class PersistentPathsTest(FolderTest, hostile.HostileTest):
    def setUp(self) -> None:
        super().setUp()
        os.rmdir(self.layout.shared)

    def link(self, release: str, paths: Any) -> None:
        text = paths if isinstance(paths, str) else json.dumps(paths)
        os.makedirs(self.layout.release(release), exist_ok=True)
        seed_paths.seed_all(self.layout.application, self.layout.release(release), rules.checked(text, rules.persistent_paths))
        persistent_paths.link_all(self.layout.application, self.layout.release(release), json.loads(text))

    def refusal(self, release: str, paths: Any) -> str:
        with self.assertRaises(Refused) as caught:
            self.link(release, paths)
        return str(caught.exception)

    def check(self, paths: List[str]) -> str:
        with self.assertRaises(Refused) as caught:
            for path in paths:
                persistent_paths.kept(self.layout.application, path)
        return str(caught.exception)

    def test_start_from_what_git_keeps_there_and_are_never_taken_from_git_again(self) -> None:
        self.write("releases/one/data/counter", "0")
        self.link("one", ["data"])
        self.write("releases/one/data/counter", "41")
        self.write("releases/two/data/counter", "0")
        self.link("two", ["data", "logs", "a/b/c.db"])
        self.assertEqual("41", self.read("releases/two/data/counter"))
        self.assertTrue(os.path.islink(os.path.join(self.layout.release("two"), "data")))
        self.assertTrue(os.path.isdir(os.path.join(self.layout.shared, "logs")))
        self.assertEqual(os.path.realpath(os.path.join(self.layout.shared, ".deployer-files/a/b/c.db/c.db")),
                         os.path.realpath(os.path.join(self.layout.release("two"), "a/b/c.db")))

    def test_a_file_that_no_commit_has_is_made_by_the_robot_and_outlives_its_release(self) -> None:
        for path in ("trades.db", "bot.log", "bot.log.1", ".state.json", "state/last.json", "bot.session", "a.b.sqlite3"):
            with self.subTest(path):
                self.link("one", [path])
                self.assertTrue(os.path.islink(os.path.join(self.layout.release("one"), path)))
                self.write("releases/one/" + path, "1")
                self.link("two", [path])
                self.assertEqual("1", self.read("releases/two/" + path))
                # A journal beside it, as sqlite makes it, goes to the same folder.
                kept = os.path.realpath(os.path.join(self.layout.release("two"), path))
                self.assertEqual(os.path.join(self.layout.shared, ".deployer-files", path, os.path.basename(path)), kept)

    def test_a_name_without_an_extension_is_a_folder(self) -> None:
        for path in ("data", "user_data", "v1.2", "conf.d", ".cache", "python3.11"):
            with self.subTest(path):
                self.link("one", [path])
                self.write("releases/one/%s/x" % path, "1")
                self.assertEqual("1", self.read("shared/%s/x" % path))

    def test_a_file_is_a_file_whichever_commit_has_it_first(self) -> None:
        for path in ("trades.db", "state"):
            self.link("one", [path])
            self.write("releases/two/" + path, "committed")
            self.link("two", [path])
            self.assertEqual("committed", self.read("releases/two/" + path))
            self.write("releases/two/" + path, "the robot's")
            self.write("releases/three/" + path, "committed again")
            self.link("three", [path])
            self.assertEqual("the robot's", self.read("releases/three/" + path))

    def test_an_empty_folder_of_an_earlier_version_does_not_keep_a_file_from_being_one(self) -> None:
        os.makedirs(os.path.join(self.layout.shared, "trades.db"))
        self.link("two", ["trades.db"])
        self.write("releases/two/trades.db", "1")
        self.link("three", ["trades.db"])
        self.assertEqual("1", self.read("releases/three/trades.db"))
        # The release before has a link to it.
        self.assertTrue(os.path.isdir(os.path.join(self.layout.shared, "trades.db")))

    def test_a_folder_of_the_commit_is_one_whatever_its_name(self) -> None:
        self.link("one", ["my.data"])
        self.write("releases/two/my.data/.gitkeep", "")
        self.link("two", ["my.data"])
        self.write("releases/two/my.data/x", "1")
        self.link("three", ["my.data"])
        self.assertEqual("1", self.read("releases/three/my.data/x"))

    def test_refuses_a_file_in_place_of_a_folder_with_files_and_the_reverse(self) -> None:
        self.write("shared/state/x", "1")
        self.write("releases/one/state", "committed")
        self.assertIn("'state' is a file in the commit, and %s/state is a folder with files in it" % self.layout.shared, self.refusal("one", ["state"]))
        self.link("two", ["trades.db"])
        self.write("releases/two/trades.db", "1")
        self.write("releases/three/trades.db/x", "1")
        self.assertIn("'trades.db' is a folder in the commit, and the robot keeps a file of this name", self.refusal("three", ["trades.db"]))
        self.assertEqual("1", self.read("shared/.deployer-files/trades.db/trades.db"))

    def test_half_a_copy_of_a_file_is_none(self) -> None:
        self.write("shared/.deployer-files/state.db/state.db.new", "ha")
        self.write("releases/one/state.db", "whole")
        self.link("one", ["state.db"])
        self.assertEqual("whole", self.read("releases/one/state.db"))

    def test_a_file_is_in_a_folder_of_its_own(self) -> None:
        self.write("releases/one/state.db", "1")
        self.link("one", ["state.db"])
        self.assertEqual("1", self.read("shared/.deployer-files/state.db/state.db"))
        self.write("releases/one/state.db", "2")
        self.assertEqual("2", self.read("shared/.deployer-files/state.db/state.db"), "written through the release")
        self.write("releases/two/state.db", "1")
        self.link("two", ["state.db"])
        self.assertEqual("2", self.read("releases/two/state.db"))
        # A commit that does not have the file any more.
        self.link("three", ["state.db"])
        self.assertEqual("2", self.read("releases/three/state.db"))
        self.assertFalse(os.path.exists(os.path.join(self.layout.shared, "state.db")))

    def test_a_link_in_shared_and_a_file_of_an_earlier_version_are_refused(self) -> None:
        os.makedirs(os.path.join(self.layout.shared, "a"))
        for link in ("a/b", "state.db"):
            os.symlink(self.layout.application, os.path.join(self.layout.shared, link))
        for path in ("state.db", "a/b", "a/b/c"):
            self.assertIn("is a symbolic link or leads through one", self.check([path]))
            self.assertIn("is a symbolic link or leads through one", self.refusal("one", [path]))
        os.unlink(os.path.join(self.layout.shared, "state.db"))
        self.write("shared/state.db", "1")
        self.assertIn("as an earlier version kept it", self.refusal("one", ["state.db"]))
        self.assertEqual("1", self.read("shared/state.db"))

    def test_are_the_same_when_it_is_run_again(self) -> None:
        self.link("one", ["data"])
        self.link("one", ["data"])
        self.assertTrue(os.path.islink(os.path.join(self.layout.release("one"), "data")))

    def test_only_shared_is_changed_by_the_applications_user_and_only_the_release_by_root(self) -> None:
        self.write("releases/one/data/counter", "0")
        release = self.layout.release("one")
        seed_paths.seed_all(self.layout.application, release, ["data"])
        self.assertFalse(os.path.islink(os.path.join(release, "data")), "the release before root changes it")
        self.assertEqual("0", self.read("shared/data/counter"))
        persistent_paths.link_all(self.layout.application, release, ["data", "logs"])
        self.assertTrue(os.path.islink(os.path.join(release, "data")))
        self.assertFalse(os.path.exists(os.path.join(self.layout.shared, "logs")), "made by root in shared/")

    def test_a_list_is_taken_apart_by_no_shell(self) -> None:
        def check(paths: str) -> None:
            self.assertTrue(self.refusal("one", paths))
            self.assertFalse(os.path.exists(self.layout.shared), "something was made")

        self.each("persistent paths, past the document's pattern", [json.dumps([text]) for text in hostile.every("lists")[:24]], check)

    def test_a_path_that_is_not_inside_the_application_is_refused(self) -> None:
        for paths in INVALID:
            with self.subTest(paths):
                self.refusal("one", paths)
                self.assertFalse(os.path.exists(self.layout.shared))

    def test_no_link_out_of_the_release_is_followed(self) -> None:
        os.makedirs(self.layout.release("one"))
        os.symlink(self.root, os.path.join(self.layout.release("one"), "way"))
        self.assertIn("symbolic link", self.refusal("one", ["way/data"]))
