"""changes: every change that a step makes to a file or a folder, one function each.

Other programs make the rest of the changes, see system.py. So a test can end a step before and after each of them.
"""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, List, Optional, Tuple


class Waits:
    """How often this process has waited for the disk, and for how many seconds in all."""

    def __init__(self) -> None:
        self._begun = 0.0
        self.reset()

    def reset(self) -> None:
        self.number, self.seconds = 0, 0.0

    def __enter__(self) -> None:
        self._begun = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self.number += 1
        self.seconds += time.monotonic() - self._begun


WAITS = Waits()


def flush(descriptor: int) -> None:
    with WAITS:
        os.fsync(descriptor)


def rename(source: str, path: str) -> None:
    """Replaces path and follows no link."""
    os.rename(source, path)


def unlink(path: str) -> None:
    """A file or a link that may be missing."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def make_folder(path: str, mode: int) -> None:
    """The folder, with this mode whatever the umask; its parent must exist."""
    os.mkdir(path, mode)
    os.chmod(path, mode)


def make_folder_in(folder: int, name: str, mode: int, owner: Tuple[int, int]) -> None:
    """In an opened folder that another user can write to; the same for the three that follow."""
    os.mkdir(name, mode, dir_fd=folder)
    os.chown(name, *owner, dir_fd=folder, follow_symlinks=False)


def remove_folder_in(folder: int, name: str) -> None:
    """An empty one, else OSError."""
    os.rmdir(name, dir_fd=folder)


def move_from(folder: int, name: str, path: str) -> None:
    os.rename(name, path, src_dir_fd=folder)


def move_into(folder: int, name: str, path: str) -> None:
    os.rename(path, name, dst_dir_fd=folder)


def make_link(target: str, path: str) -> None:
    os.symlink(target, path)


def set_owner(path: str, user: int, group: int) -> None:
    """Of path itself, also where it is a link."""
    os.chown(path, user, group, follow_symlinks=False)


def set_mode(path: str, mode: int) -> None:
    os.chmod(path, mode)


def remove_tree(path: str) -> None:
    """A folder with everything below it, a file or a link; it may be missing. Removes as much as it can, then raises the first OSError."""
    import shutil

    problems: List[BaseException] = []
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path, onerror=lambda _, place, problem: problems.append(problem[1]))
    else:
        unlink(path)
    if problems:
        raise problems[0]


def copy_tree(source: str, path: str) -> None:
    """A folder of root's own files and folders, with their modes and times. Not synced, see durable.py."""
    import shutil

    os.mkdir(path, 0o700)
    for name in sorted(os.listdir(source)):
        one, copy = os.path.join(source, name), os.path.join(path, name)
        if os.path.isdir(one):
            copy_tree(one, copy)
        else:
            shutil.copyfile(one, copy)
            shutil.copystat(one, copy)
    shutil.copystat(source, path)


def copy_file(source: str, path: str) -> None:
    """A new file with this content."""
    import shutil

    shutil.copyfile(source, path)


def write_program(path: str, content: bytes) -> None:
    """A new file that everybody may run, on the disk when this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o700)
    with open(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fchmod(descriptor, 0o755)
        os.fsync(descriptor)


def sync(path: str) -> None:
    """A file or a folder is on the disk when this returns; of a folder, which names it has."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        flush(descriptor)
    finally:
        os.close(descriptor)


def take_file(file: int, user: int, group: int, mode: int) -> None:
    """An opened file of another user."""
    os.fchown(file, user, group)
    os.fchmod(file, mode)


def touch(path: str) -> None:
    """Now is when it was used."""
    os.utime(path)


def take_folder(folder: int, user: int, group: int) -> None:
    """An opened folder, which others may enter and read."""
    os.fchown(folder, user, group)
    os.fchmod(folder, 0o755)


def take_entries(entries: Iterable[Tuple[int, str, Optional[int]]], user: int, group: int) -> None:
    """Entries of opened folders, each with its new mode, or None to keep it. One change for a test, like remove_tree."""
    for folder, name, mode in entries:
        os.chown(name, user, group, dir_fd=folder, follow_symlinks=False)
        if mode is not None:
            os.chmod(name, mode, dir_fd=folder)


def append(path: str, text: str) -> None:
    """To a file of root's, on the disk when this returns."""
    is_new = not os.path.lexists(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    try:
        os.write(descriptor, text.encode("utf-8", "surrogateescape"))
        flush(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        sync(os.path.dirname(path))


def allocate(path: str, size: int) -> None:
    """A file of root's with this much room on the disk. OSError where there is too little."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        os.posix_fallocate(descriptor, 0, size)
    finally:
        os.close(descriptor)


def write_new(path: str, text: str, mode: int, owner: Optional[Tuple[int, int]] = None) -> None:
    """A file that nobody reads yet, on the disk when this returns; owner is a user and its group."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
        file.flush()
        if owner is not None:
            os.fchown(descriptor, *owner)
        os.fchmod(descriptor, mode)
        flush(descriptor)


def write_part(path: str, text: str, mode: int) -> None:
    """A file of a folder that nobody reads yet, root's. Not synced: durable.sync puts the whole folder on the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
        file.flush()
        os.fchmod(descriptor, mode)
