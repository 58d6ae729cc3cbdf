"""What a mirror keeps between two fetches."""

import os
import subprocess

from robothost.mirror import mirror_of
from tests.fixture import FolderTest

URL = "https://git.local/robot"


class MirrorTest(FolderTest):
    def test_has_no_settings_of_its_own(self) -> None:
        mirror = mirror_of(self.layout, URL)
        self.assertEqual(os.path.join(self.layout.application, "mirror/df3a043823d561c0.git"), mirror)
        for name in ("hooks/reference-transaction", "info/attributes"):
            self.write(os.path.join(mirror, name), "x")
        self.write(os.path.join(mirror, "config"), '[url "file:///evil"]\n\tinsteadOf = %s\n' % URL)
        self.write(os.path.join(mirror, "commondir"), "x")
        elsewhere = self.write("elsewhere/kept", "x")
        os.symlink(os.path.dirname(elsewhere), os.path.join(mirror, "config.worktree"))
        mirror_of(self.layout, URL)
        self.assertEqual(["config"], os.listdir(mirror))
        self.assertTrue(os.path.exists(elsewhere), "what a link leads to")
        subprocess.run(["git", "-C", mirror, "init", "--quiet", "--bare"], check=True)
        found = subprocess.run(["git", "-C", mirror, "config", "--get-regexp", "url.*"], stdout=subprocess.PIPE, check=False)
        self.assertEqual((1, b""), (found.returncode, found.stdout))

    def test_a_link_in_the_place_of_its_settings_is_replaced(self) -> None:
        mirror = mirror_of(self.layout, URL)
        os.makedirs(mirror)
        other = self.write("other", "[core]\n")
        os.symlink(other, os.path.join(mirror, "config"))
        mirror_of(self.layout, URL)
        self.assertFalse(os.path.islink(os.path.join(mirror, "config")))
        self.assertEqual("[core]\n", self.read(other))
