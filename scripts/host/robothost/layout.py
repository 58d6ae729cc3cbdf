r"""layout: where everything is on an instance. A test gives its own root folder.

Parameter ApplicationPath ^(/[A-Za-z0-9_][A-Za-z0-9._-]{0,63}){2,8}$ The folder everything of this application lives in.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Tuple

USER = "ec2-user"
# They own nothing but what they make in their units, see isolated.py.
FETCH_USER, BUILD_USER = "crypto-robot-fetch", "crypto-robot-build"
# The first line of each unit that the deployer installs.
UNIT_MARK = "# Installed by the crypto robot deployer; the next deployment overwrites changes."
# What root believes: nobody else can rename, read or write anything on the way to it.
STATE = "/var/lib/crypto-robot-deployer"


class Layout:
    """The places of one application."""

    def __init__(self, application: str, root: str = "/") -> None:
        self.root = root
        self.application = application
        # The application's folder. The application's user writes to shared/ and to what is in a release.
        self.releases = os.path.join(application, "releases")
        self.shared = os.path.join(application, "shared")
        self.environments = os.path.join(application, "venvs")
        self.mirrors = os.path.join(application, "mirror")
        self.certificates = os.path.join(application, "certificates")
        self.current = os.path.join(application, "current")
        # Root's: what is published in the application's folder is made here, on the same file system.
        self.fresh = os.path.join(application, ".new")
        # What only root reads and writes.
        self.state = self.machine(STATE.lstrip("/"))
        self.served = os.path.join(self.state, "application")
        self.lock = os.path.join(self.state, "lock")
        self.generation = os.path.join(self.state, "generation")
        self.answers = os.path.join(self.state, "answers")
        self.history = os.path.join(self.state, "history.jsonl")
        self.logs = os.path.join(self.state, "log")
        self.crashes = os.path.join(self.state, "crashes")
        self.archive = os.path.join(self.state, "archive")
        self.migration = os.path.join(self.state, "migration")
        self.told = os.path.join(self.state, "told")
        # An open decision about a release is one of these, see decision.py.
        self.armed = os.path.join(self.state, "armed")
        self.confirming = os.path.join(self.state, "confirming")
        self.firing = os.path.join(self.state, "firing")
        self.saved_states = os.path.join(self.state, "saved")
        self.env_base = os.path.join(self.state, "env-base")
        # The machine's own.
        self.units = self.machine("etc/systemd/system")
        self.proc = self.machine("proc")
        self.run = self.machine("run")
        # The versions of the host program, and the programs beside them.
        self.store = self.machine("usr/local/lib/crypto-robot-deployer")
        # What can be brought again.
        self.cache = self.machine("var/cache/crypto-robot-deployer")
        # While it exists, no unit of the application starts: each of them has it as a condition. See settle.sh.
        self.unsettled = os.path.join(self.run, "crypto-robot-unsettled")
        # The program of the dead-man switch, beside the versions of the host program.
        self.settle = os.path.join(self.store, "settle")
        # A file for each step that runs in a unit of its own, see unit.py.
        self.unit_answers = self.machine("run/crypto-robot-deployer")

    def user_id(self) -> int:
        """Of the application's user; -1, which is nobody's, when there is none."""
        return self.account(USER)[0]

    def owner(self) -> "Tuple[int, int]":
        """The ids of the application's user and of its group, as account."""
        return self.account(USER)

    def account(self, user: str) -> "Tuple[int, int]":
        """The ids of a user and of its group; -1, which is nobody's, when there is none."""
        import pwd

        try:
            found = pwd.getpwnam(user)
        except KeyError:
            return -1, -1
        return found.pw_uid, found.pw_gid

    def machine(self, path: str) -> str:
        return os.path.join(self.root, path)

    def release(self, release: str) -> str:
        return os.path.join(self.releases, release)

    def release_state(self, release: str) -> str:
        """Root's own folder for a release: its manifest, units, links and digests."""
        return os.path.join(self.state, "releases", release)

    def saved(self, release: str) -> str:
        """What a release had that was changed in place, until it is confirmed."""
        return os.path.join(self.saved_states, release)

    def certificate(self, hostname: str, version: str) -> str:
        """The folder of one version of a certificate."""
        return os.path.join(self.certificates, ".versions", "%s-%s" % (hostname, version))
    def step_log(self, step: str) -> str:
        return os.path.join(self.logs, step + ".log")
