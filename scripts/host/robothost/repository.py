"""repository: all that git does on an instance. Runs as the user crypto-robot-fetch in a unit of its own, see isolated.py.

repository revision <url> <branch>                      prints what the remote answers about the branch
repository fetch <mirror> <url> <branch> <revision>     brings a commit, the branch's newest where revision is empty, into the
                                                        mirror; prints its id and, on the next line, its subject
repository check-out <mirror> <revision> <folder>       writes the files of a commit
repository changes <mirror> <revision> <release>        prints what differs, as git's letter or + and a path, each with a NUL
repository below <mirror> <old> <new> <path>…           prints the raw differences between two commits below these paths
repository below-remote <mirror> <old> <new> <url> <branch> <path>…    the same for a commit that is not in the mirror
repository clean <mirror>                               packs the mirror

LOGIN in the environment names the folder with the login, if there is one: token and askpass, or ssh_key and known_hosts.
Exits with 3 and a sentence for a commit that cannot become a release, with 4 where the commit does not exist, with 124 when git took
too long, and with 1 when git failed; git's own words are on stderr.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile

from robothost.tree import pointer, problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CANNOT_BE_RELEASED, MISSING, TOO_LONG = 3, 4, 124
# The network gives up on a connection that stands still for 30 seconds.
# What is fetched stays a pack, which git syncs in every version; it does not sync loose objects.
SETTINGS = ("fetch.unpackLimit=1", "http.lowSpeedLimit=100", "http.lowSpeedTime=30", "protocol.ext.allow=never", "credential.helper=", "gc.auto=0",
            "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.quotePath=false", "advice.detachedHead=false", "safe.directory=*")
SSH = "ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=15 -o ServerAliveInterval=15"
# A server that hands out only the tips of branches refuses a commit by its id.
REFUSED = re.compile(r"not our ref|unadvertised object|not a valid object")


class Failed(Exception):
    """Git failed; the code is what this program ends with."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def environment(home: str, login: str) -> dict[str, str]:
    """What git runs with: no settings of a person, no prompt, and the login where there is one."""
    found = {"HOME": home, "PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "LC_ALL": "C",
             "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_NO_REPLACE_OBJECTS": "1",
             "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "/bin/false", "GIT_SSH_COMMAND": SSH}
    if login and os.path.exists(os.path.join(login, "token")):
        # The folder of the login may lie on a file system from which no program starts.
        found.update(GIT_ASKPASS=shutil.copy(os.path.join(login, "askpass"), home), LOGIN=login)
    elif login:
        key, hosts = os.path.join(login, "ssh_key"), os.path.join(login, "known_hosts")
        found["GIT_SSH_COMMAND"] = "%s -i %s -o IdentitiesOnly=yes -o UserKnownHostsFile=%s -o GlobalKnownHostsFile=/dev/null" % (
            SSH, key, hosts)
    return found


class Git:
    """Git with an empty home, and the index of this run in it."""

    def __init__(self, home: str, login: str) -> None:
        self.environment = dict(environment(home, login), GIT_INDEX_FILE=os.path.join(home, "index"))

    def __call__(self, *arguments: str, seconds: int = 240, **options: Any) -> subprocess.CompletedProcess[bytes]:
        words = ["git", *(word for setting in SETTINGS for word in ("-c", setting)), *arguments]
        try:
            return subprocess.run(words, env=self.environment, timeout=seconds, check=False, **options)
        except subprocess.TimeoutExpired:
            sys.stderr.write("git %s took longer than %d seconds: timed out\n" % (arguments[0], seconds))
            raise Failed(TOO_LONG) from None

    def must(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
        done = self(*arguments, **options)
        if done.returncode:
            raise Failed(1)
        return done

    def has(self, mirror: str, revision: str) -> bool:
        """Whether all of a commit is in the mirror."""
        arguments = ("-C", mirror, "rev-list", "--quiet", "--objects", "-n", "1", revision, "--")
        return not self(*arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode


def revision_of(git: Git, url: str, branch: str) -> None:
    git.must("ls-remote", "--heads", "--", url, "refs/heads/" + branch, seconds=60)


def make_mirror(git: Git, mirror: str) -> None:
    """What a fetch that was cut short left is removed: nobody else fetches at the same time. After a power cut a reference may be empty."""
    if not all(os.path.exists(os.path.join(mirror, name)) for name in ("HEAD", "objects", "refs")):
        git.must("init", "-q", "--bare", mirror)
    references = os.path.join(mirror, "refs")
    for folder, _, names in os.walk(mirror):
        for name in names:
            path = os.path.join(folder, name)
            if name.endswith(".lock") or (path.startswith(references) and not os.path.getsize(path)):
                os.unlink(path)


def fetch_revision(git: Git, mirror: str, url: str, revision: str) -> None:
    """The commit alone; from a server that refuses this, all branches and tags."""
    options = ("-C", mirror, "fetch", "-q", "--no-write-fetch-head")
    done = git(*options, "--no-tags", "--", url, "%s:refs/commits/%s" % (revision, revision), stderr=subprocess.PIPE)
    words = done.stderr.decode("utf-8", "replace")
    if done.returncode and REFUSED.search(words):
        git.must(*options, "--force", "--", url, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
    elif done.returncode:
        sys.stderr.write(words)
        raise Failed(1)


def fetch(git: Git, mirror: str, url: str, branch: str, revision: str) -> None:
    make_mirror(git, mirror)
    if revision:
        if not git.has(mirror, revision):
            fetch_revision(git, mirror, url, revision)
        if not git.has(mirror, revision):
            raise Failed(MISSING)
    else:
        reference = "refs/heads/" + branch
        git.must("-C", mirror, "fetch", "-q", "--force", "--no-tags", "--no-write-fetch-head", "--", url,
                 "+%s:%s" % (reference, reference))
        done = git.must("-C", mirror, "rev-parse", "--verify", "-q", reference + "^{commit}", stdout=subprocess.PIPE)
        revision = done.stdout.decode().strip()
    print(revision, flush=True)
    git.must("-C", mirror, "log", "-1", "--format=%s", revision, "--")


def check_out(git: Git, mirror: str, revision: str, folder: str) -> None:
    tree = git.must("-C", mirror, "ls-tree", "-r", "-z", revision, stdout=subprocess.PIPE).stdout
    entries = [entry for entry in os.fsdecode(tree).split("\0") if entry]
    refuse(revision, problem(entries))
    git.must("-C", mirror, "read-tree", revision)
    git.must("-C", mirror, "--work-tree=" + folder, "checkout-index", "-q", "-a", "-f", "--prefix=%s/" % folder)
    refuse(revision, pointer(folder, entries))


def refuse(revision: str, found: str | None) -> None:
    if found:
        sys.stderr.write("commit %s %s\n" % (revision, found))
        raise Failed(CANNOT_BE_RELEASED)


def changes(git: Git, mirror: str, revision: str, release: str) -> None:
    """Only the index of this run is written."""
    work = ("-C", release, "--git-dir=" + mirror, "--work-tree=" + release)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if git(*work, "cat-file", "-e", revision + "^{tree}", **quiet).returncode:
        raise Failed(MISSING)
    git.must(*work, "read-tree", revision, seconds=60)
    git(*work, "update-index", "-q", "--refresh", seconds=60, **quiet)
    git.must(*work, "diff-files", "-z", "--name-status", seconds=60)
    others = git.must(*work, "ls-files", "-z", "--others", seconds=60, stdout=subprocess.PIPE).stdout
    sys.stdout.buffer.write(b"".join(b"+\0" + path + b"\0" for path in others.split(b"\0") if path))


def below(git: Git, repository: str, old: str, new: str, *paths: str) -> None:
    """No blob is read."""
    for revision in (old, new):
        if git("-C", repository, "cat-file", "-e", revision + "^{tree}", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
            raise Failed(MISSING)
    git.must("-C", repository, "--literal-pathspecs", "diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", old, new, "--", *paths,
             seconds=60)


def below_remote(git: Git, mirror: str, old: str, new: str, url: str, branch: str, *paths: str) -> None:
    """In a repository of this run, with what the mirror has. A server that refuses a commit by its id is requested for the branch."""
    repository = os.path.join(git.environment["HOME"], "repository")
    git.environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = os.path.join(mirror, "objects")
    git.must("init", "-q", "--bare", repository)
    options = ("-C", repository, "fetch", "-q", "--depth=1", "--no-tags", "--no-write-fetch-head", "--", url)
    done = git(*options, new, seconds=60, stderr=subprocess.PIPE)
    words = done.stderr.decode("utf-8", "replace")
    if done.returncode and REFUSED.search(words):
        git.must(*options, "refs/heads/" + branch, seconds=60)
    elif done.returncode:
        sys.stderr.write(words)
        raise Failed(1)
    below(git, repository, old, new, *paths)


def clean(git: Git, mirror: str) -> None:
    for folder, _, names in os.walk(mirror):
        for name in names:
            if name.endswith(".lock") or name.startswith(("tmp_", "index.")):
                os.unlink(os.path.join(folder, name))
    git.must("-C", mirror, "gc", "--quiet", "--prune=now", seconds=120)


ACTIONS: dict[str, Any] = {"revision": revision_of, "fetch": fetch, "check-out": check_out, "changes": changes, "clean": clean,
                           "below": below, "below-remote": below_remote}


def main(action: str, *arguments: str) -> None:
    with tempfile.TemporaryDirectory(prefix="home-") as home:
        try:
            ACTIONS[action](Git(home, os.environ.get("LOGIN", "")), *arguments)
        except Failed as failure:
            sys.exit(failure.code)
