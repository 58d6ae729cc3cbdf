"""forget_keys: takes the secrets out of releases that do not serve: out of their .env, and their files that are secrets.

A release that is rolled back to is given the current keys. Without keys a robot must not read that it is live.
"""

from __future__ import annotations

import os

from robothost import declared_secrets, files, secret_files
from robothost.env_file import edited
from robothost.former_state import secret_files_of, secrets_of
from robothost.keys import KEYS
from robothost.layout import Layout
from robothost.manifest import read_manifest
from robothost.mode_variables import DEFAULT, in_manifest, names_of
from robothost.rules import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Sequence

    from robothost.mode_variables import Modes


def modes_of(layout: Layout, release: str) -> Modes:
    """The default of a release that has no manifest that can be used."""
    try:
        return in_manifest(read_manifest(layout, release))
    except Refused:
        return DEFAULT


def forget(layout: Layout, path: str) -> None:
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
        owner, text = os.fstat(file.fileno()), file.read()
    release = os.path.basename(os.path.dirname(path))
    names = dict.fromkeys([*KEYS, *declared_secrets.variables_of(secrets_of(layout, release))])
    if edited(text, names) != text:
        modes = modes_of(layout, release)
        fresh = edited(text, {**names, **names_of(modes), **modes["simulation"]})
        files.write(layout, path, fresh.decode("utf-8", "surrogateescape"), 0o600, (owner.st_uid, owner.st_gid))
    for secret in secret_files_of(layout, release):
        secret_files.remove(layout, release, secret)


def problems_of(layout: Layout, paths: Sequence[str]) -> List[str]:
    """What is wrong with the files that still have their keys."""
    problems = []
    for path in paths:
        try:
            forget(layout, path)
        except OSError as error:
            problems.append("%s: %s" % (path, error.strerror))
    return problems
