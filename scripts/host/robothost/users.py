"""users: the application's user, and the two users that own nothing else: no shell, no home, no subordinate ids."""

from __future__ import annotations

from robothost.failures import Failure
from robothost.layout import BUILD_USER, FETCH_USER, USER
from robothost.packages import Installing
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List

OWN_NOTHING = ("--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin")


def exists(name: str) -> bool:
    import pwd

    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def need_users(host: Host) -> List[str]:
    """The users that were created. Steps that run at the same time need them, too."""
    names = (USER, FETCH_USER, BUILD_USER)
    if all(exists(name) for name in names):
        return []
    created = []
    with Installing(host.layout):
        for name in names:
            if exists(name):
                continue
            options = ("--create-home", "--shell", "/bin/bash") if name == USER else OWN_NOTHING
            done = host.system.run("useradd", *options, name)
            if done.code:
                raise Failure("StepFailed", "user %s cannot be created: %s" % (name, done.errors.strip()))
            created.append("user " + name)
    return created
