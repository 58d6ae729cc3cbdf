"""former_code: takes over what an earlier version left to the application's user."""

from __future__ import annotations

import os
import stat

from robothost import result
from robothost.failures import Failure
from robothost.layout import BUILD_USER, FETCH_USER, USER, Layout
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator


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
