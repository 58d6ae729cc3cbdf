"""The .env of a release that does not serve has no exchange keys."""

import os

from robothost import forget_keys
from tests.fixture import FolderTest


class ForgetKeysTest(FolderTest):
    def test_takes_the_keys_and_the_word_live(self) -> None:
        path = self.write("releases/a/.env", "A=1\nROBOT_MODE=live\nexport BINANCE_API_KEY='x\ny'\nBINANCE_SECRET_KEY=z\nSSL_KEY_PATH=/k\n")
        os.chmod(path, 0o600)
        self.assertEqual([], forget_keys.problems_of(self.layout, [path]))
        self.assertEqual("A=1\nROBOT_MODE=simulation\nSSL_KEY_PATH=/k\n", self.read(path))
        self.assertEqual(0o600, os.stat(path).st_mode & 0o777)
        self.assertEqual([".env"], os.listdir(os.path.dirname(path)))

    def test_leaves_a_file_without_keys_alone(self) -> None:
        path = self.write("releases/a/.env", "ROBOT_MODE=live\n")
        before = os.stat(path)
        self.assertEqual([], forget_keys.problems_of(self.layout, [path]))
        self.assertEqual((before.st_ino, before.st_mtime_ns), (os.stat(path).st_ino, os.stat(path).st_mtime_ns))

    def test_follows_no_link_and_goes_on_with_the_others(self) -> None:
        other = self.write("elsewhere", "BINANCE_API_KEY=x\n")
        os.makedirs(self.layout.release("a"))
        os.symlink(other, self.layout.release("a") + "/.env")
        path = self.write("releases/b/.env", "BINANCE_API_KEY=x\n")
        problems = forget_keys.problems_of(self.layout, [self.layout.release("a") + "/.env", path])
        self.assertEqual(1, len(problems))
        self.assertIn("releases/a/.env", problems[0])
        self.assertEqual("BINANCE_API_KEY=x\n", self.read(other))
        self.assertEqual("ROBOT_MODE=simulation\n", self.read(path))
