"""application_folder: makes the folders of the application."""

from __future__ import annotations

import os

from robothost import changes, files
from robothost.failures import Failure
from robothost.files import content
from robothost.layout import USER, Layout
from robothost.lock import UnderLock


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
