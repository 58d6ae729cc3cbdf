"""secret_files: the files of a release that are secrets: written, kept for a rollback, and removed.

Root writes below folders of the release, which are another user's. So the way to a file is opened folder by folder and no link is
followed. A file there is the deployer's own if it is the application user's, 0600 and has one name: a file of a commit is the build
user's and readable for everyone.
"""

from __future__ import annotations

import errno
import os
import stat

from robothost import changes, files
from robothost.failures import Failure
from robothost.layout import Layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterable, Optional

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Occupied(Exception):
    """What the release has where the file must be."""


def folder_of(release: str, path: str, is_made: bool = False) -> int:
    """The opened folder of a path in a release; FileNotFoundError where it is missing and is not made. Occupied for what is no folder."""
    folder = os.open(release, FOLDER)
    for part in path.split("/")[:-1]:
        try:
            try:
                below = os.open(part, FOLDER, dir_fd=folder)
            except FileNotFoundError:
                if not is_made:
                    raise
                changes.make_folder_in(folder, part, 0o755, (os.geteuid(), os.getegid()))
                below = os.open(part, FOLDER, dir_fd=folder)
        except OSError as error:
            if error.errno not in (errno.ENOTDIR, errno.ELOOP):
                raise
            raise Occupied("'%s' leads through '%s', which is no folder" % (path, part)) from None
        finally:
            os.close(folder)
        folder = below
    return folder


def check(release: str, path: str, user: Optional[int]) -> None:
    """Occupied if the release has something else than a secret file of this user at a path; anything where there is no user."""
    try:
        folder = folder_of(release, path)
    except FileNotFoundError:
        return
    try:
        status = os.stat(os.path.basename(path), dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return
    finally:
        os.close(folder)
    if not stat.S_ISREG(status.st_mode) or status.st_uid != user or stat.S_IMODE(status.st_mode) != 0o600 or status.st_nlink != 1:
        raise Occupied("the release has '%s' already" % path)


def own_user(layout: Layout) -> int:
    """Whose the files are; a machine without this user is a test's."""
    user = layout.user_id()
    return user if user >= 0 else os.geteuid()


def fresh_of(layout: Layout) -> str:
    """A place in root's own folder on the same file system; former_owner removes what was left there."""
    files.make_folder(layout.fresh, 0o700)
    return os.path.join(layout.fresh, "secret.%d.new" % os.getpid())


def write(layout: Layout, release: str, path: str, text: str) -> None:
    """Occupied for what check refuses."""
    place, owner = layout.release(release), layout.owner()
    check(place, path, own_user(layout))
    fresh = fresh_of(layout)
    changes.write_new(fresh, text, 0o600, owner)
    folder = folder_of(place, path, is_made=True)
    try:
        changes.move_into(folder, os.path.basename(path), fresh)
    finally:
        os.close(folder)


def remove(layout: Layout, release: str, path: str) -> None:
    """The deployer's own file, or nothing: a file of a commit stays."""
    place = layout.release(release)
    try:
        check(place, path, own_user(layout))
        folder = folder_of(place, path)
    except (Occupied, FileNotFoundError):
        return
    fresh = fresh_of(layout)
    try:
        changes.move_from(folder, os.path.basename(path), fresh)
    except FileNotFoundError:
        return
    finally:
        os.close(folder)
    changes.unlink(fresh)


def content(layout: Layout, release: str, path: str) -> bytes:
    """Of a secret file. Occupied or FileNotFoundError where there is none."""
    place = layout.release(release)
    check(place, path, own_user(layout))
    folder = folder_of(place, path)
    try:
        opened = os.open(os.path.basename(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    finally:
        os.close(folder)
    with open(opened, "rb") as file:
        return file.read()


def contents(layout: Layout, release: str, paths: Iterable[str]) -> Dict[str, str]:
    """Those of the paths that are there."""
    found = {}
    for path in paths:
        try:
            found[path] = content(layout, release, path).decode("utf-8", "surrogateescape")
        except (Occupied, OSError):
            continue
    return found


def replace(layout: Layout, release: str, wanted: Dict[str, str], former: Iterable[str]) -> None:
    """Afterwards the release has the wanted files, and none of the others that it had. Nothing is changed where one cannot be written."""
    for path in wanted:
        require_free(layout, release, path)
    for path in former:
        if path not in wanted:
            remove(layout, release, path)
    for path, text in wanted.items():
        try:
            write(layout, release, path, text)
        except Occupied as problem:
            raise refusal(problem) from None


def require_free(layout: Layout, release: str, path: str) -> None:
    try:
        check(layout.release(release), path, own_user(layout))
    except Occupied as problem:
        raise refusal(problem) from None


def refusal(problem: Occupied) -> Failure:
    return Failure("InvalidParameter", "Secrets: %s, and the file of a secret must not be in the repository; remove it from the commit, or name"
                                       " another file" % problem)
