"""application_folder: makes the folders of the application, and takes over what an earlier version left to the application's user."""

from __future__ import annotations

import os
import stat

from robothost import changes, files, result
from robothost.failures import Failure
from robothost.files import content
from robothost.layout import BUILD_USER, FETCH_USER, USER, Layout
from robothost.lock import UnderLock
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator


def claim(layout: Layout) -> None:
    """The application's folder becomes this deployer's: one that is new or empty. What another owner keeps there stays. The caller is
    under the lock's flock."""
    served = content(layout.served).strip()
    if served == layout.application:
        return
    if os.path.lexists(layout.application) and not is_empty(layout.application):
        raise Failure("HostUnfit", "%s is not empty, and this deployer did not make it; move it away, or request another application_path"
                                   % layout.application)
    # No release was ever activated in the other one, see files.check_application.
    if served:
        for name in ("releases", "saved"):
            changes.remove_tree(os.path.join(layout.state, name))
    files.write(layout, layout.served, layout.application + "\n")


def is_empty(folder: str) -> bool:
    """Of a folder that may be a volume of its own."""
    return os.path.isdir(folder) and set(os.listdir(folder)) <= {"lost+found"}


def make_folders(layout: Layout) -> None:
    """They are root's, see files.hold_application_folder, but for what the application keeps."""
    with UnderLock(layout):
        claim(layout)
    for folder in (layout.application, layout.releases, layout.environments, layout.mirrors, layout.certificates,
                   os.path.join(layout.certificates, ".versions"), layout.shared):
        files.make_folders(folder, 0o755)
    user, group = layout.account(USER)
    if os.lstat(layout.shared).st_uid != user:
        changes.set_owner(layout.shared, user, group)


def take_over_code(host: Host) -> None:
    """Code, environments and mirrors stay readable for what runs from them."""
    for place in left_to_user(host.layout):
        is_mirror = os.path.dirname(place) == host.layout.mirrors
        owner = FETCH_USER if is_mirror else BUILD_USER
        try:
            result.former(place, USER, owner, FETCH_USER if is_mirror else "root")
        except OSError as error:
            raise Failure("HostUnfit", "%s cannot be taken over from %s: %s" % (place, USER, error.strerror)) from error
        host.log.write("%s was %s's and is %s's" % (place, USER, owner))


def left_to_user(layout: Layout) -> Iterator[str]:
    user = layout.user_id()
    for folder in (layout.releases, layout.environments, layout.mirrors):
        for name in sorted(os.listdir(folder)):
            place = os.path.join(folder, name)
            status = os.lstat(place)
            if stat.S_ISDIR(status.st_mode) and status.st_uid == user:
                yield place
