"""Which files root keeps of those that a unit has brought."""

import hashlib
import os

from robothost import store
from tests.fixture import FolderTest


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class StoreTest(FolderTest):
    def brought(self, name: str, text: str = "wheel") -> str:
        return self.write(os.path.join(self.root, "brought", name), text)

    def keep(self, name: str, wanted: str) -> bool:
        return store.keep(self.layout, os.path.join(self.root, "brought"), {name: wanted}) == []

    def test_a_file_with_the_hash_that_was_wanted_is_kept_read_only(self) -> None:
        self.brought("x-1-py3-none-any.whl")
        self.assertTrue(self.keep("x-1-py3-none-any.whl", sha256("wheel")))
        path = store.path_of(self.layout, sha256("wheel"))
        self.assertEqual(os.path.join(self.layout.cache, "wheels", sha256("wheel"), "x-1-py3-none-any.whl"), path)
        self.assertEqual(0o444, os.stat(path).st_mode & 0o777)
        self.assertEqual("", store.path_of(self.layout, sha256("other")))

    def test_a_file_with_another_hash_is_not_kept(self) -> None:
        self.brought("x-1-py3-none-any.whl", "of a build hook")
        self.assertFalse(self.keep("x-1-py3-none-any.whl", sha256("wheel")))
        self.assertEqual("", store.path_of(self.layout, sha256("wheel")))

    def test_what_is_no_plain_file_of_its_own_is_not_kept(self) -> None:
        secret = self.write("secret", "wheel")
        place = os.path.join(self.root, "brought")
        os.makedirs(place)
        os.symlink(secret, os.path.join(place, "link-1-py3-none-any.whl"))
        os.link(secret, os.path.join(place, "hard-1-py3-none-any.whl"))
        os.mkfifo(os.path.join(place, "pipe-1-py3-none-any.whl"))
        for name in ("link", "hard", "pipe", "missing"):
            self.assertFalse(self.keep(name + "-1-py3-none-any.whl", sha256("wheel")), name)
        self.assertEqual(0o644, os.stat(secret).st_mode & 0o777)
        self.brought("../outside.whl")
        self.assertFalse(self.keep("../outside.whl", sha256("wheel")))

    def test_what_was_not_used_for_the_longest_time_goes_first(self) -> None:
        for number in range(4):
            text = "wheel %d" % number
            self.brought("x-%d-py3-none-any.whl" % number, text)
            self.keep("x-%d-py3-none-any.whl" % number, sha256(text))
            os.utime(os.path.join(store.folder(self.layout), sha256(text)), (number, number))
        store.used(self.layout, sha256("wheel 1"))
        largest, store.LARGEST = store.LARGEST, 2 * len("wheel 0")
        try:
            store.bound(self.layout, [sha256("wheel 0")])
        finally:
            store.LARGEST = largest
        self.assertEqual(sorted([sha256("wheel 0"), sha256("wheel 1")]), sorted(os.listdir(store.folder(self.layout))))
