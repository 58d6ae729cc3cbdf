"""run_as: runs a command as another user, without a privilege or a way to one.

The command gets neither that user's groups nor the environment of the step nor the settings that the user keeps in its home. What a
commit or a dependency brings is never run like this, see isolated.py.
"""

from __future__ import annotations

import os

from robothost import files
from robothost.layout import USER
from robothost.system import PATH, Ended

TYPE_CHECKING = False
if TYPE_CHECKING:
    from robothost.step import Host

WITHOUT = ("--clear-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all")


def run_as_user(host: Host, *command: str) -> Ended:
    """Reads or writes the application's own files, as its user and without a network. The deployer runs nothing else as that user."""
    return host.system.run("unshare", "--net", "--", *as_id(host, USER, *command))


def as_id(host: Host, user: str, *command: str) -> "tuple[str, ...]":
    """The words that run a command as a user, who is given by a name or a number."""
    # The home of whatever runs as another user here: root's, and empty.
    home = host.layout.empty_home
    if not os.path.isdir(home):
        files.make_folders(home, 0o755)
    return ("setpriv", "--reuid=" + user, "--regid=" + user, *WITHOUT, "--", "env", "-i", "HOME=" + home, "USER=" + user, "PATH=" + PATH,
            "LANG=C.UTF-8", *command)
