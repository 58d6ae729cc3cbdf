r"""fetch: the part of deploy-release that brings one exact commit onto the instance as a new, unfinished release.

Guarantee: releases/<stamp>-<commit> has exactly the files of that commit, owned by crypto-robot-build and read-only for the application,
with each persistent path linked to shared/; running it again gives the same. git runs as crypto-robot-fetch, once with the network and
the login and once without both. What the repository keeps in a persistent path becomes the first content of shared/ and never again
touches it. The commit is looked up once: Revision when given, else the branch's newest.
Changes: mirror/, releases/<id>, shared/. The answer is {"release","revision","branch","subject","unused":[…],"kept":[…]}. Fails as
BranchMissing, HostKeyUnknown, LoginRefused, NameUnresolvable, RepositoryUnreachable, RepositoryMissing or RepositoryIncomplete.

Parameter Stamp ^[0-9]{8}T[0-9]{6}Z$ When the execution started; the first half of the release's id.
Parameter PersistentPaths ^\[.*\]$ JSON array of the paths that outlive a release.
Parameter Secrets ^\[.*\]$ JSON array of the secrets; the commit must not have a file where one of them becomes a file.
"""

from __future__ import annotations

import os
import re

from robothost import changes, files, git, isolated, kept_changes, mirror, persistent_paths, result, rules, seed_paths
from robothost.failures import Failure
from robothost.git_failure import last_words
from robothost.layout import BUILD_USER, FETCH_USER, USER
from robothost.releases import current, is_finished, what_serves
from robothost.subject import readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List

    from robothost.step import Host

# What repository.py ends with for a commit that cannot become a release.
CANNOT_BE_RELEASED = 3


def fetch(host: Host) -> Dict[str, Any]:
    remote = git.Remote(host)
    place = mirror.mirror_of(host.layout, remote.url)
    mirror.make(host.layout, place)
    done = remote.run(["BindPaths=" + place], "fetch", place, remote.url, remote.branch, remote.revision)
    if done.code == git.MISSING:
        raise Failure("BranchMissing", "commit %s does not exist in %s" % (remote.revision, remote.url))
    revision, _, subject = done.output.partition("\n")
    if not re.fullmatch("[0-9a-f]{40}", revision) or remote.revision not in ("", revision):
        raise Failure("StepFailed", "git brought no commit of " + remote.url)
    unused: List[str] = []
    release, subject = "%s-%s" % (host.request.text("Stamp"), revision[:7]), readable(host.redacted(subject))
    if not is_finished(host.layout, release):
        unused = check_out(host, place, revision, release)
        files.make_folder(os.path.join(host.layout.state, "releases"), 0o700)
        files.write(host.layout, host.layout.release_state(release) + ".commit",
                    "".join(line + "\n" for line in (revision, remote.branch, remote.url, subject)))
    return {"release": release, "revision": revision, "branch": remote.branch, "subject": subject, "unused": unused,
            "kept": kept_paths(host)}


def kept_paths(host: Host) -> List[str]:
    """What outlives the release: a folder with a slash at its end, or a file."""
    application, found = os.path.realpath(host.layout.application), []
    for path in paths_of(host):
        is_file = persistent_paths.kept(application, path) == persistent_paths.file_place(application, path)
        found.append(path if is_file else path + "/")
    return found


def check_out(host: Host, place: str, revision: str, release: str) -> List[str]:
    """The release appears in one piece. What of the commit it does not use, see kept_changes.py."""
    layout = host.layout
    staged = os.path.join(layout.releases, ".new-" + release)
    changes.remove_tree(staged)
    changes.make_folder(staged, 0o755)
    changes.set_owner(staged, *layout.account(FETCH_USER))
    done = git.run_offline(host, ["BindReadOnlyPaths=" + place, "BindPaths=" + staged], "check-out", place, revision, staged)
    if done.code == CANNOT_BE_RELEASED:
        raise Failure("StepFailed", host.redacted(done.errors).splitlines()[-1])
    if done.code:
        raise Failure("StepFailed", "commit %s cannot be checked out. git reports: %s" % (revision, last_words(host.redacted(done.errors))))
    accept(host, "StepFailed", staged, FETCH_USER)
    paths = paths_of(host)
    unused = kept_changes_of(host, place, revision, paths)
    keep_persistent_paths(host, staged, paths)
    refuse_secret_files(host, staged)
    changes.remove_tree(layout.release(release))
    changes.rename(staged, layout.release(release))
    return unused


def accept(host: Host, failure: str, folder: str, maker: str) -> None:
    """What a unit of this step has made becomes the build user's, and root's its top folder. A result that could harm is a failure by this
    name. The unit must have ended."""
    try:
        result.accept(folder, maker, BUILD_USER, isolated.prefix(host), host.layout.proc)
    except result.Refused as refusal:
        raise Failure(failure, str(refusal)) from None


def paths_of(host: Host) -> List[str]:
    try:
        return rules.checked(host.request.text("PersistentPaths"), rules.persistent_paths)
    except rules.Refused as problem:
        raise Failure("InvalidParameter", "PersistentPaths: %s" % problem) from None


def kept_changes_of(host: Host, place: str, revision: str, paths: List[str]) -> List[str]:
    """What the commit changes below persistent paths, which keep their files; nothing where it cannot be compared with what serves."""
    manifest, _ = what_serves(host.layout, current(host.layout))
    if not manifest or not paths:
        return []
    done = git.run_offline(host, ["BindReadOnlyPaths=" + place], "below", place, manifest["revision"], revision, *paths)
    if done.code:
        return []
    return [host.redacted(one) for one in kept_changes.sentences(host.layout.application, paths, done.output)]


def refuse_secret_files(host: Host, staged: str) -> None:
    """A file of a commit is readable for everyone who has the repository, and is never replaced by a secret."""
    from robothost import declared_secrets, secret_files

    try:
        for path in declared_secrets.files_of(declared_secrets.in_text(host.request.text("Secrets"))):
            secret_files.check(staged, path, None)
    except rules.Refused as problem:
        raise Failure("InvalidParameter", "Secrets: %s" % problem) from None
    except secret_files.Occupied as problem:
        raise secret_files.refusal(problem) from None


def keep_persistent_paths(host: Host, staged: str, paths: List[str]) -> None:
    """What the application keeps is put there as its own user, what is in the release is changed by root."""
    application = host.layout.application
    reason = host.system.act_as(*host.layout.account(USER), lambda: seed_paths.seed_all(application, staged, paths))
    if reason:
        raise Failure("InvalidParameter", "PersistentPaths: " + host.redacted(reason))
    try:
        persistent_paths.link_all(application, staged, paths)
    except rules.Refused as problem:
        raise Failure("InvalidParameter", "PersistentPaths: %s" % problem) from None
