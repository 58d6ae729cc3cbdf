"""changes: every change that a step makes to a file or a folder, one function each.

Other programs make the rest of the changes, see system.py. So a test can end a step before and after each of them.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


def rename(source: str, path: str) -> None:
    """Replaces path and follows no link."""
    os.rename(source, path)


def unlink(path: str) -> None:
    """A file or a link that may be missing."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def remove_tree(path: str) -> None:
    """A file, a link or a folder with all that is in it, which may be missing. No link is followed."""
    try:
        unlink(path)
    except (IsADirectoryError, PermissionError):
        import shutil

        shutil.rmtree(path)


def copy_tree(source: str, path: str) -> None:
    """A folder that nobody reads yet, with all that is in source."""
    import shutil

    shutil.copytree(source, path, symlinks=True)


def make_folder(path: str, mode: int) -> None:
    """The folder, with this mode whatever the umask; its parent must exist."""
    os.mkdir(path, mode)
    os.chmod(path, mode)


def make_link(target: str, path: str) -> None:
    os.symlink(target, path)


def set_owner(path: str, user: int, group: int) -> None:
    """Of path itself, also where it is a link."""
    os.chown(path, user, group, follow_symlinks=False)


def set_mode(path: str, mode: int) -> None:
    os.chmod(path, mode)


def append(path: str, text: str) -> None:
    """To a file of root's, on the disk when this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    try:
        os.write(descriptor, text.encode("utf-8", "surrogateescape"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_new(path: str, text: str, mode: int, user: Optional[int] = None) -> None:
    """A file that nobody reads yet, on the disk when this returns; user becomes its owner."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
        file.flush()
        if user is not None:
            os.fchown(descriptor, user, -1)
        os.fchmod(descriptor, mode)
        os.fsync(descriptor)
