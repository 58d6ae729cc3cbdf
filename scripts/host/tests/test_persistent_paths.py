"""What outlives a release: its first content, and the links to it."""

import json
import os
from typing import Any, List

from robothost import persistent_paths, seed_paths
from tests.fixture import FolderTest

INVALID = ('["../x"]', '["/etc"]', '["a/../../b"]', '[""]', '["."]', '["a//b"]', '[".env"]', '["venv"]', '[".deployer-files/a"]', '["a", "a/b"]', "[7]",
           "{}", "nonsense", '["a b"]')


class PersistentPathsTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        os.rmdir(self.layout.shared)

    def link(self, release: str, paths: Any) -> None:
        text = paths if isinstance(paths, str) else json.dumps(paths)
        os.makedirs(self.layout.release(release), exist_ok=True)
        seed_paths.main(self.layout.application, self.layout.release(release), text)
        persistent_paths.main("link", self.layout.application, self.layout.release(release), text)

    def refusal(self, release: str, paths: Any) -> str:
        with self.assertRaises(SystemExit) as caught:
            self.link(release, paths)
        return str(caught.exception.code)

    def check(self, paths: List[str]) -> str:
        with self.assertRaises(SystemExit) as caught:
            persistent_paths.main("check", self.layout.application, self.layout.release("one"), json.dumps(paths))
        return str(caught.exception.code)

    def test_start_from_what_git_keeps_there_and_are_never_taken_from_git_again(self) -> None:
        self.write("releases/one/data/counter", "0")
        self.link("one", ["data"])
        self.write("releases/one/data/counter", "41")
        self.write("releases/two/data/counter", "0")
        self.link("two", ["data", "logs", "a/b/c.db"])
        self.assertEqual("41", self.read("releases/two/data/counter"))
        self.assertTrue(os.path.islink(os.path.join(self.layout.release("two"), "data")))
        self.assertTrue(os.path.isdir(os.path.join(self.layout.shared, "logs")))
        self.assertEqual(os.path.realpath(os.path.join(self.layout.shared, "a/b/c.db")),
                         os.path.realpath(os.path.join(self.layout.release("two"), "a/b/c.db")))

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
        seed_paths.main(self.layout.application, release, '["data"]')
        self.assertFalse(os.path.islink(os.path.join(release, "data")), "the release before root changes it")
        self.assertEqual("0", self.read("shared/data/counter"))
        persistent_paths.main("link", self.layout.application, release, '["data", "logs"]')
        self.assertTrue(os.path.islink(os.path.join(release, "data")))
        self.assertFalse(os.path.exists(os.path.join(self.layout.shared, "logs")), "made by root in shared/")

    def test_a_path_that_is_not_inside_the_application_is_refused(self) -> None:
        for paths in INVALID:
            with self.subTest(paths):
                self.refusal("one", paths)
                self.assertFalse(os.path.exists(self.layout.shared))

    def test_no_link_out_of_the_release_is_followed(self) -> None:
        os.makedirs(self.layout.release("one"))
        os.symlink(self.root, os.path.join(self.layout.release("one"), "way"))
        self.assertIn("symbolic link", self.refusal("one", ["way/data"]))
