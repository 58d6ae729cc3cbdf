r"""git: git on a repository that may need a login, its failures by name, faults of the network tried again.

git runs as crypto-robot-fetch, see repository.py and isolated.py. A deploy key or token is in a folder of that user under /run while
the step runs. Only git's own unit is given it, through GIT_SSH_COMMAND or GIT_ASKPASS: never a URL, an argument or .git/config.

Parameter RepositoryUrl ^(|https://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[A-Za-z0-9._~/+-]{1,300}|ssh://([A-Za-z0-9_-]+@)?[A-Za-z0-9.-]+(:[0-9]{1,5})?/[A-Za-z0-9._~/+-]{1,300}|[A-Za-z0-9_-]+@[A-Za-z0-9.-]+:[A-Za-z0-9._~/+-]{1,300}|file:///[A-Za-z0-9._/-]{1,300})$ The repository, without credentials; empty where the request names none.
Parameter Branch ^[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}$ The branch to deploy; not used when Revision is given.
Parameter Revision ^([0-9a-f]{40})?$ The exact commit, or empty for the branch's newest.
Parameter RepositorySecret ^[A-Za-z0-9/_+=.@-]{0,512}$ Name of the secret with ssh_key and known_hosts, or token.
Parameter RepositorySecretVersion ^[A-Za-z0-9-]{0,64}$ Version of that secret; empty when the repository is public.
"""

from __future__ import annotations

import os
import re
import sys

from robothost import changes
from robothost.failures import CODES, Failure
from robothost.git_failure import TRANSIENT, explanation, last_words, name_of
from robothost.isolated import Unit
from robothost.layout import FETCH_USER
from robothost.program import FOLDER
from robothost.system import Ended

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Sequence

    from robothost.step import Host

ATTEMPTS = 4
# What repository.py ends with when the commit does not exist.
MISSING = 4
NO_BRANCH = re.compile(r"\.\.|//|/\.|\.lock(/|$)|[./]$")
# Where the login is in the unit of a git that is given it.
LOGIN_INSIDE = "/run/crypto-robot-login"
# x-access-token is GitHub's own name for "the password is a token"; other hosts accept any name.
ASKPASS = '#!/bin/sh\ncase $1 in Username*) echo x-access-token ;; *) cat "${LOGIN:-${0%/*}}/token" ;; esac\n'


def run(host: Host, settings: Sequence[str], *arguments: str) -> Ended:
    """An action of repository.py in a unit with these settings."""
    return Unit(host, FETCH_USER, "git", settings).run(sys.executable, "-IS", FOLDER, "--module", "repository", *arguments)


def run_offline(host: Host, settings: Sequence[str], *arguments: str) -> Ended:
    """Without the network and without a login."""
    return run(host, ["PrivateNetwork=yes", *settings], *arguments)


def is_possible(host: Host) -> bool:
    """Whether this instance has git and its user. The first deployment installs them."""
    return bool(host.system.which("git")) and host.layout.account(FETCH_USER)[0] >= 0


class Remote:
    """The repository of the request. InvalidParameter when the request names none."""

    def __init__(self, host: Host) -> None:
        self._host = host
        request = host.request
        self.url, self.branch, self.revision = request.text("RepositoryUrl"), request.text("Branch"), request.text("Revision")
        if not self.url:
            raise Failure("InvalidParameter", "RepositoryUrl is empty; the request names no repository")
        if not self.branch or NO_BRANCH.search(self.branch):
            raise Failure("InvalidParameter", "Branch '%s' is not a branch name" % self.branch)
        self._login = ""

    def newest(self) -> str:
        """The commit that the branch has now, which is not fetched. git also lists what merely ends like the branch, such as
        refs/heads/x/refs/heads/main."""
        for line in self.run([], "revision", self.url, self.branch).output.split("\n"):
            commit, _, name = line.partition("\t")
            if name != "refs/heads/" + self.branch:
                continue
            if not re.fullmatch("[0-9a-f]{40}", commit):
                raise Failure("StepFailed", "%s names its commits otherwise than by 40 hexadecimal digits (SHA-1), which is not supported" % self.url)
            return commit
        raise Failure("BranchMissing", self._explanation("BranchMissing"))

    def run(self, settings: Sequence[str], *arguments: str) -> Ended:
        """An action that needs the network, with the login. Faults of the network are tried again, after 1, 2 and 4 seconds. Ends with 0 or
        MISSING; any other end is a failure by its name."""
        host = self._host
        delay = float(host.variable("DEPLOYER_RETRY_SECONDS", "1"))
        for attempt in range(1, ATTEMPTS + 1):
            done = run(host, [*self._login_settings(), *settings], *arguments)
            if done.code in (0, MISSING):
                return done
            name, words = name_of(done.code, done.errors), last_words(host.redacted(done.errors))
            if name not in TRANSIENT or attempt == ATTEMPTS:
                break
            host.log.write("%s, attempt %d of %d, again in %g s: %s" % (name, attempt, ATTEMPTS, delay, words))
            host.system.sleep(delay)
            delay *= 2
        raise Failure(name if name in CODES else "StepFailed", "%s git reports: %s" % (self._explanation(name), words))

    def _explanation(self, name: str) -> str:
        return explanation(name, self.url, self.branch, self._host.request.text("RepositorySecret"))

    def _login_settings(self) -> List[str]:
        if not self._host.request.text("RepositorySecretVersion"):
            return []
        self._login = self._login or make_login(self._host)
        return ["BindReadOnlyPaths=%s:%s" % (self._login, LOGIN_INSIDE), "Environment=LOGIN=" + LOGIN_INSIDE]


def make_login(host: Host) -> str:
    """The folder with the login. The content of the secret decides how to log in."""
    from robothost.repository_login import parts
    from robothost.secrets_manager import read_secret

    secret = host.request.text("RepositorySecret")
    try:
        found = parts(read_secret(host, secret, host.request.text("RepositorySecretVersion"), "LoginRefused"))
    except (ValueError, RecursionError):
        raise Failure("LoginRefused", 'secret %s must be {"ssh_key", "known_hosts"} or {"token"}' % secret) from None
    folder = os.path.join(host.work, "git")
    changes.make_folder(folder, 0o700)
    for name, text in found.items():
        changes.write_new(os.path.join(folder, name), text.decode(), 0o600)
    if "token" in found:
        changes.write_new(os.path.join(folder, "askpass"), ASKPASS, 0o700)
    # Given to its user when it is complete: until then only root writes to it.
    user, group = host.layout.account(FETCH_USER)
    for place in (*(os.path.join(folder, name) for name in os.listdir(folder)), folder):
        changes.set_owner(place, user, group)
    host.redaction.refresh()
    return folder
