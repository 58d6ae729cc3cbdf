"""What the program relies on in changes.py, on a real folder. Each function has one test."""

import inspect
import os
import shutil
import stat
import tempfile
import unittest
from typing import Callable, Dict

from robothost import changes


class ChangesContractTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="robothost-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.addCleanup(os.umask, os.umask(0o077))
        self.opened = os.open(self.folder, os.O_RDONLY)
        self.addCleanup(os.close, self.opened)
        self.owner = os.geteuid(), os.getegid()

    def path(self, name: str, text: str = "") -> str:
        """Of a file with this text, where there is one."""
        path = os.path.join(self.folder, name)
        if text:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        return path

    def text(self, path: str) -> str:
        with open(path, encoding="utf-8") as file:
            return file.read()

    def mode(self, path: str) -> int:
        return stat.S_IMODE(os.lstat(path).st_mode)

    def test_rename_replaces_a_link_and_not_what_it_leads_to(self) -> None:
        other = self.path("other", "o")
        os.symlink("other", self.path("link"))
        changes.rename(self.path("new", "n"), self.path("link"))
        self.assertEqual(("n", "o", False), (self.text(self.path("link")), self.text(other), os.path.islink(self.path("link"))))

    def test_unlink_removes_a_link_and_needs_no_file(self) -> None:
        os.symlink("missing", self.path("link"))
        changes.unlink(self.path("link"))
        changes.unlink(self.path("link"))
        self.assertFalse(os.path.lexists(self.path("link")))

    def test_make_folder_has_the_mode_whatever_the_umask(self) -> None:
        changes.make_folder(self.path("a"), 0o755)
        self.assertEqual(0o755, self.mode(self.path("a")))
        with self.assertRaises(FileExistsError):
            changes.make_folder(self.path("a"), 0o755)

    def test_make_folder_in_and_remove_folder_in_an_opened_folder(self) -> None:
        changes.make_folder_in(self.opened, "a", 0o755, self.owner)
        self.assertEqual(self.owner[0], os.lstat(self.path("a")).st_uid)
        self.path("a/file", "x")
        with self.assertRaises(OSError):
            changes.remove_folder_in(self.opened, "a")
        os.unlink(self.path("a/file"))
        changes.remove_folder_in(self.opened, "a")
        self.assertFalse(os.path.exists(self.path("a")))

    def test_move_from_and_move_into_an_opened_folder(self) -> None:
        os.mkdir(self.path("below"))
        changes.move_from(self.opened, os.path.basename(self.path("a", "x")), self.path("below/b"))
        self.assertEqual("x", self.text(self.path("below/b")))
        changes.move_into(self.opened, "c", self.path("below/b"))
        self.assertEqual(("x", []), (self.text(self.path("c")), os.listdir(self.path("below"))))

    def test_make_link_refuses_a_name_that_exists(self) -> None:
        changes.make_link("a", self.path("link"))
        self.assertEqual("a", os.readlink(self.path("link")))
        with self.assertRaises(FileExistsError):
            changes.make_link("b", self.path("link"))

    def test_set_owner_and_set_mode(self) -> None:
        os.symlink("missing", self.path("link"))
        changes.set_owner(self.path("link"), *self.owner)
        changes.set_mode(self.path("a", "x"), 0o640)
        self.assertEqual(0o640, self.mode(self.path("a")))

    def test_remove_tree_follows_no_link_and_needs_nothing(self) -> None:
        os.makedirs(self.path("a/b"))
        os.symlink(self.path("kept", "k"), self.path("a/link"))
        changes.remove_tree(self.path("a"))
        changes.remove_tree(self.path("a"))
        self.assertEqual(["kept"], os.listdir(self.folder))

    def test_copy_tree_keeps_modes(self) -> None:
        os.makedirs(self.path("a/b"))
        os.chmod(self.path("a/b/c", "x"), 0o604)
        changes.copy_tree(self.path("a"), self.path("copy"))
        self.assertEqual(("x", 0o604), (self.text(self.path("copy/b/c")), self.mode(self.path("copy/b/c"))))

    def test_copy_file_has_the_content(self) -> None:
        changes.copy_file(self.path("a", "x"), self.path("copy"))
        self.assertEqual("x", self.text(self.path("copy")))

    def test_write_program_is_for_everybody_and_replaces_nothing(self) -> None:
        changes.write_program(self.path("a"), b"x")
        self.assertEqual(("x", 0o755), (self.text(self.path("a")), self.mode(self.path("a"))))
        with self.assertRaises(FileExistsError):
            changes.write_program(self.path("a"), b"y")

    def test_take_file_and_touch(self) -> None:
        os.utime(self.path("a", "x"), (1, 1))
        changes.touch(self.path("a"))
        self.assertGreater(os.stat(self.path("a")).st_mtime, 1)
        with open(self.path("a"), encoding="utf-8") as file:
            changes.take_file(file.fileno(), *self.owner, 0o640)
        self.assertEqual(0o640, self.mode(self.path("a")))

    def test_sync_and_flush_are_counted(self) -> None:
        changes.WAITS.reset()
        changes.sync(self.folder)
        self.assertEqual(1, changes.WAITS.number)
        changes.flush(self.opened)
        self.assertEqual(2, changes.WAITS.number)

    def test_take_folder_and_take_entries(self) -> None:
        self.path("a", "x")
        changes.take_folder(self.opened, *self.owner)
        changes.take_entries([(self.opened, "a", 0o444)], *self.owner)
        self.assertEqual((0o755, 0o444), (self.mode(self.folder), self.mode(self.path("a"))))

    def test_append_follows_no_link(self) -> None:
        for text in ("a\n", "\udcff\n"):
            changes.append(self.path("a"), text)
        with open(self.path("a"), "rb") as file:
            self.assertEqual(b"a\n\xff\n", file.read())
        os.symlink("a", self.path("link"))
        with self.assertRaises(OSError):
            changes.append(self.path("link"), "x")

    def test_allocate_has_the_room(self) -> None:
        changes.allocate(self.path("a"), 8192)
        self.assertEqual((8192, 0o600), (os.stat(self.path("a")).st_size, self.mode(self.path("a"))))

    def test_write_new_and_write_part_have_the_mode_and_follow_no_link(self) -> None:
        writers: Dict[str, Callable[[str, str, int], None]] = {"new": changes.write_new, "part": changes.write_part}
        for name, write in writers.items():
            write(self.path(name), "long text", 0o640)
            write(self.path(name), "text", 0o644)
            self.assertEqual(("text", 0o644), (self.text(self.path(name)), self.mode(self.path(name))))
            os.symlink(name, self.path(name + "-link"))
            with self.assertRaises(OSError):
                write(self.path(name + "-link"), "x", 0o644)

    def test_each_function_has_a_test(self) -> None:
        tests = " ".join(name for name in dir(self) if name.startswith("test_"))
        functions = [name for name, one in vars(changes).items() if inspect.isfunction(one)]
        self.assertIn("rename", functions)
        self.assertEqual([], [name for name in functions if name not in tests])
