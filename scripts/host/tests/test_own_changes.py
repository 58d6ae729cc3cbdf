"""Which changes of a release are the deployer's own."""

import os

from robothost.own_changes import changes
from tests.fixture import NEW, FolderTest


class OwnChangesTest(FolderTest):
    def changes(self, text: str) -> str:
        return "\n".join("%s %s" % change for change in changes(self.layout, NEW, ["data", "logs/a"], text))

    def setUp(self) -> None:
        super().setUp()
        for path in ("data", "logs/a"):
            link = os.path.join(self.layout.release(NEW), path)
            os.makedirs(os.path.dirname(link), exist_ok=True)
            os.makedirs(os.path.join(self.layout.shared, path))
            os.symlink(os.path.join(self.layout.shared, path), link)

    def test_what_the_deployer_writes_and_what_is_persistent_is_none(self) -> None:
        own = [".env", "venv", "release.json", ".deployer-env-base", "data", "data/x", "logs/a/y"]
        self.assertEqual("", self.changes("".join("M\0%s\0" % path for path in own)))

    def test_all_others_are_in_the_order_of_their_paths(self) -> None:
        self.assertEqual("D b\nM database\n+ logs/b", self.changes("+\0logs/b\0D\0b\0M\0database\0"))

    def test_a_persistent_file_is_in_a_folder_of_its_own(self) -> None:
        link = os.path.join(self.layout.release(NEW), "data")
        os.unlink(link)
        os.symlink("../../shared/.deployer-files/data/data", link)
        self.assertEqual("", self.changes(""))

    def test_a_persistent_path_that_leads_elsewhere_is_of_another_kind(self) -> None:
        os.unlink(os.path.join(self.layout.release(NEW), "data"))
        self.assertEqual("T data", self.changes(""))
