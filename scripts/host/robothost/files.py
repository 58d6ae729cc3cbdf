"""files: root's files: written in one piece, and read only where nobody else can exchange them."""

from __future__ import annotations

import errno
import os
import stat

from robothost import changes
from robothost.failures import Failure
from robothost.layout import USER, Layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Tuple


def content(path: str) -> str:
    """The text of a file, empty when it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def plain(path: str) -> bytes:
    """The content of a file that another user may have exchanged. No link is followed and nothing is waited for. OSError for what is no
    plain file, or has a second name."""
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
            raise OSError(errno.EINVAL, "is not a plain file", path)
        return file.read()


def write(layout: Layout, path: str, text: str, mode: int = 0o644, owner: Optional[Tuple[int, int]] = None) -> None:
    """A reader sees the old or the new content. The rename follows no link."""
    fresh = fresh_name(layout, path)
    changes.write_new(fresh, text, mode, owner)
    changes.rename(fresh, path)


def fresh_name(layout: Layout, path: str) -> str:
    """Where path is made before a rename puts it in its place: in a folder of root's on the same file system."""
    fresh = path
    if path.startswith(layout.application + "/"):
        make_folder(layout.fresh, 0o700)
        fresh = os.path.join(layout.fresh, os.path.basename(path))
    return "%s.%d.new" % (fresh, os.getpid())


def make_folder(path: str, mode: int) -> None:
    """Unless it exists; another step may make it at the same time."""
    if not os.path.isdir(path):
        try:
            changes.make_folder(path, mode)
        except FileExistsError:
            if not os.path.isdir(path):
                raise


def make_folders(path: str, mode: int) -> None:
    """The folder and what is missing on the way to it."""
    if not os.path.isdir(path):
        make_folders(os.path.dirname(path), mode)
        make_folder(path, mode)


def hold_application_folder(layout: Layout) -> None:
    """Root reads and writes by name what lies in the application's folder. So the folders on the way to it, itself and those below it
    that root fills are root's: nobody else can put something in the place of what is there. Folders that an earlier version gave to
    the application's user are taken back. HostUnfit for what is not root's and should be.
    """
    application = layout.application
    if not os.path.lexists(application):
        return
    if os.path.islink(application):
        raise Failure("HostUnfit", "%s is a link; ApplicationPath must be a folder" % application)
    if not os.path.isdir(application):
        return
    way = os.path.realpath(os.path.join(application, ".."))
    while True:
        check_way(way, application)
        if way in ("/", layout.root):
            break
        way = os.path.dirname(way)
    take_back(layout, application)
    for place in (layout.releases, layout.environments, layout.mirrors, layout.certificates,
                  os.path.join(layout.certificates, ".versions")):
        take_back(layout, place)
    for place in (layout.fresh, os.path.join(application, "before-migration")):
        check_own(place)


def check_own(place: str) -> None:
    status = status_of(place)
    if status and (status.st_uid != os.geteuid() or stat.S_ISLNK(status.st_mode)):
        raise Failure("HostUnfit", "%s is not root's, who must be the only one to write there; look at it, then move it away" % place)


def check_application(layout: Layout) -> None:
    """An instance serves one application. Its lock, history and decisions are about that one."""
    check_own(layout.state)
    served = content(layout.served).strip()
    if not served:
        # An earlier version kept all of this in the application's folder, wherever that is: its units serve.
        from robothost.services import installed

        if os.path.lexists(os.path.join(layout.application, ".deployer")) or installed(layout):
            raise Failure("HostUnfit", "this instance has the layout of an earlier version of the deployer, and was not changed;"
                                       " see 'The older layout' in docs/operations.md")
    elif served != layout.application and is_deployed(layout):
        raise Failure("HostUnfit", "this instance serves the application in %s; the request names %s. Request application_path %s, or use"
                                   " another instance" % (served, layout.application, served))


def is_deployed(layout: Layout) -> bool:
    """Whether a release was ever activated on this instance."""
    return '"event":"activated"' in content(layout.history) or os.path.exists(layout.armed) or os.path.exists(layout.firing)


def status_of(path: str) -> Optional[os.stat_result]:
    try:
        return os.lstat(path)
    except OSError:
        return None


def check_way(folder: str, application: str) -> None:
    status = os.stat(folder)
    if status.st_uid not in (0, os.geteuid()):
        raise Failure("HostUnfit", "%s, on the way to %s, does not belong to root" % (folder, application))
    # In a folder like /tmp (sticky) nobody renames what is another's.
    if status.st_mode & 0o022 and not status.st_mode & stat.S_ISVTX:
        raise Failure("HostUnfit", "%s, on the way to %s, can be written to by others than root" % (folder, application))


def take_back(layout: Layout, folder: str) -> None:
    """In a folder that is root's already."""
    status = status_of(folder)
    if status is None:
        return
    if not stat.S_ISDIR(status.st_mode):
        raise Failure("HostUnfit", "%s is not a folder" % folder)
    if status.st_uid != os.geteuid():
        owner = owner_of(status)
        if owner != USER:
            raise Failure("HostUnfit", "%s belongs to %s; it must be root's" % (folder, owner))
        changes.set_owner(folder, 0, 0)
        # No release, environment or mirror is a link.
        if folder not in (layout.application, layout.certificates):
            for name in os.listdir(folder):
                if os.path.islink(os.path.join(folder, name)):
                    changes.unlink(os.path.join(folder, name))
    if stat.S_IMODE(status.st_mode) & 0o022:
        changes.set_mode(folder, 0o755)


def rights_problem(path: str, mode: int) -> str:
    """What is wrong with the rights of a file that is the application's user's, or nothing."""
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        return "is not a plain file"
    if stat.S_IMODE(status.st_mode) != mode or owner_of(status) != USER:
        return "is %o and %s's instead of %o and %s's" % (stat.S_IMODE(status.st_mode), owner_of(status), mode, USER)
    return ""


def owner_of(status: os.stat_result) -> str:
    import pwd

    try:
        return pwd.getpwuid(status.st_uid).pw_name
    except KeyError:
        return str(status.st_uid)
