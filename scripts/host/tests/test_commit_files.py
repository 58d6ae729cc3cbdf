"""Whether a release has the files of its commit, and when that cannot be known."""

import os
from unittest import mock

from robothost.commit_files import Comparison, compare
from robothost.layout import Layout
from tests.fixture import NEW, FolderTest


class CommitFilesTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.finished(NEW, persistent_paths=[])
        patch = mock.patch.object(Layout, "account", lambda *_: (990, 990))
        patch.start()
        self.addCleanup(patch.stop)

    def compare(self) -> Comparison:
        return compare(self.step_host(), NEW)

    def test_are_compared_offline_by_a_git_that_sees_no_settings(self) -> None:
        self.system.answer("changes", output="M\0main.py\0+\0a\nb\0M\0.env\0")
        found = self.compare()
        self.assertEqual(([("+", "a?b"), ("M", "main.py")], ""), (found.changes, found.unknown))
        words, folder = self.system.calls[-1], self.layout.release(NEW)
        self.assertIn("--property=PrivateNetwork=yes", words)
        self.assertIn("--property=InaccessiblePaths=-%s/.env -%s/.deployer-env-base" % (folder, folder), words)
        self.assertEqual(("0" * 40, folder), words[-2:])

    def test_are_unknown_when_git_cannot_compare_them(self) -> None:
        self.system.answer("changes", code=4)
        self.assertEqual("commit %s is not in the mirror of this instance" % ("0" * 40), self.compare().unknown)
        self.system.answer("changes", code=1, errors="first\nfatal: why\n")
        self.assertEqual("git cannot compare them (fatal: why)", self.compare().unknown)
        with mock.patch.object(Layout, "account", lambda *_: (-1, -1)):
            self.assertEqual("user crypto-robot-fetch, which compares files, is missing; the next deployment creates it", self.compare().unknown)

    def test_are_unknown_of_a_release_that_is_not_usable(self) -> None:
        self.write(os.path.join(self.layout.release_state(NEW), "release.json"), "{}")
        found = self.compare()
        self.assertIn("is not usable: its release.json was changed", found.unknown)
        self.assertEqual([], self.system.calls)
