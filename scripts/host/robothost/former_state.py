"""former_state: what a release that has served had before a step changes it in place. It is kept in one piece for a rollback."""

from __future__ import annotations

import hashlib
import os

from robothost import changes, files
from robothost.history import confirmed
from robothost.layout import Layout
from robothost.releases import is_finished


def save(layout: Layout, release: str) -> None:
    """Once, also when the step is run again. A release that was never confirmed has nothing to go back to."""
    saved = layout.saved(release)
    if not is_finished(layout, release) or release not in confirmed(layout) or os.path.isdir(saved):
        return
    fresh = layout.saved(".new-" + release)
    changes.remove_tree(fresh)
    files.make_folder(os.path.dirname(fresh), 0o700)
    files.make_folder(fresh, 0o700)
    # The application's user can change both files.
    for name, mode in ((".env", 0o600), ("release.json", 0o644)):
        text = files.plain(os.path.join(layout.release(release), name)).decode("utf-8", "surrogateescape")
        changes.write_new(os.path.join(fresh, name.lstrip(".")), text, mode)
    changes.copy_tree(layout.release_state(release), os.path.join(fresh, "state"))
    changes.rename(fresh, saved)


def digests(*paths: str) -> str:
    """The SHA-256 of each file, a line each."""
    found = []
    for path in paths:
        with open(path, "rb") as file:
            found.append(hashlib.sha256(file.read()).hexdigest() + "\n")
    return "".join(found)
