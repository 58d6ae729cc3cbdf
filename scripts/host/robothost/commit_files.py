"""commit_files: whether a release still has the files of its commit."""

from __future__ import annotations

import os

from robothost import declared_secrets, git, own_changes
from robothost.layout import FETCH_USER
from robothost.manifest import read_manifest
from robothost.mirror import mirror_of
from robothost.rules import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Tuple

    from robothost.step import Host

# What is no other user's to read, see isolated.py.
PRIVATE = (".env", ".deployer-env-base")


class Comparison:
    """changes has a kind and a path of each file that is not as the commit has it: a letter of git (M changed, D gone, T of another kind),
    or + for one that the commit does not have. unknown is the reason that they cannot be compared, or nothing."""

    def __init__(self, changes: List[Tuple[str, str]], unknown: str = "") -> None:
        self.changes, self.unknown = changes, unknown


def compare(host: Host, release: str) -> Comparison:
    """Files that the deployer writes into a release are no change."""
    layout = host.layout
    try:
        manifest = read_manifest(layout, release)
    except Refused as problem:
        return Comparison([], str(problem))
    if layout.account(FETCH_USER)[0] < 0:
        return Comparison([], "user %s, which compares files, is missing; the next deployment creates it" % FETCH_USER)
    secrets = declared_secrets.files_of(declared_secrets.in_manifest(manifest))
    mirror, folder = mirror_of(layout, manifest["repository_url"]), layout.release(release)
    # -: there may be no mirror.
    done = git.run_offline(host, ["BindReadOnlyPaths=-%s %s" % (mirror, folder),
                                  "InaccessiblePaths=" + " ".join("-" + os.path.join(folder, name) for name in (*PRIVATE, *secrets))],
                           "changes", mirror, manifest["revision"], folder)
    if done.code == git.MISSING:
        return Comparison([], "commit %s is not in the mirror of this instance" % manifest["revision"])
    if done.code:
        words = host.redacted(done.errors).splitlines()
        return Comparison([], "git cannot compare them (%s)" % (words or [""])[-1])
    return Comparison(own_changes.changes(layout, release, manifest["persistent_paths"], done.output, secrets))
