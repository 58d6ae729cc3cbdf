"""former_state: what a release that has served had before a step changes it in place. It is kept in one piece for a rollback.

A folder of root's for each release, there as a whole or not at all: env, release.json, files, which has the release's files that are
secrets as a JSON object, and state, which is the folder of layout's release_state.
"""

from __future__ import annotations

import hashlib
import json
import os

from robothost import changes, declared_secrets, durable, files, secret_files
from robothost.failures import Failure
from robothost.files import content
from robothost.history import confirmed
from robothost.layout import Layout
from robothost.releases import is_finished, linked
from robothost.serve import units_of
from robothost.services import states
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List

    from robothost.declared_secrets import Declaration


def save(host: Host, release: str) -> None:
    """Once, also when the step is run again. A release that was never confirmed has nothing to go back to."""
    layout = host.layout
    saved = layout.saved(release)
    if not is_finished(layout, release) or release not in confirmed(layout) or os.path.isdir(saved):
        return
    fresh = layout.saved(".new-" + release)
    changes.remove_tree(fresh)
    files.make_folder(os.path.dirname(fresh), 0o700)
    files.make_folder(fresh, 0o700)
    # The application's user can change both files.
    for name, mode in ((".env", 0o600), ("release.json", 0o644)):
        changes.write_part(os.path.join(fresh, name.lstrip(".")), text_of(os.path.join(layout.release(release), name)), mode)
    given = secret_files.contents(layout, release, secret_files_of(layout, release))
    if given:
        changes.write_part(os.path.join(fresh, "files"), json.dumps(given), 0o600)
    changes.copy_tree(layout.release_state(release), os.path.join(fresh, "state"))
    durable.sync(host)
    changes.rename(fresh, saved)
    changes.sync(layout.saved_states)


def text_of(path: str) -> str:
    """The text of a file of which write makes the same bytes."""
    return files.plain(path).decode("utf-8", "surrogateescape")


def restore(host: Host, release: str, restarts: bool = False) -> None:
    """With restarts, units of what serves that were started since, and so have read the newer keys, are started again."""
    layout, saved = host.layout, host.layout.saved(release)
    if not os.path.isdir(saved):
        return
    folder, state = layout.release(release), layout.release_state(release)
    if os.path.isdir(folder):
        files.write(layout, os.path.join(folder, ".env"), text_of(os.path.join(saved, "env")), 0o600, layout.owner())
        restore_files(host, release)
        changes.remove_tree(state + ".restored")
        changes.copy_tree(os.path.join(saved, "state"), state + ".restored")
        durable.sync(host)
        changes.remove_tree(state)
        changes.rename(state + ".restored", state)
        forget_note(layout, release)
        changes.sync(os.path.dirname(state))
        files.write(layout, os.path.join(folder, "release.json"), text_of(os.path.join(saved, "release.json")))
        changes.sync(folder)
        if restarts and linked(layout) == release:
            restart_started_since(host, int(os.stat(saved).st_mtime), release)
    drop(host, release)


def restore_files(host: Host, release: str) -> None:
    layout = host.layout
    given = json.loads(content(os.path.join(layout.saved(release), "files")) or "{}")
    try:
        secret_files.replace(layout, release, given, secret_files_of(layout, release))
    except Failure as problem:
        # What served before must serve again; its health check reports what it lacks.
        host.log.write("the secret files of %s are not restored: %s" % (release, problem.message))


def note_of(layout: Layout, release: str) -> str:
    return layout.release_state(release) + ".secrets"


def note_secrets(layout: Layout, release: str, declared: List[Declaration]) -> None:
    """Until its manifest has them: also a release that is never finished has values to redact and to remove."""
    if not declared_secrets.is_default(declared):
        files.write(layout, note_of(layout, release), json.dumps(declared) + "\n", 0o600)


def forget_note(layout: Layout, release: str) -> None:
    if os.path.lexists(note_of(layout, release)):
        changes.unlink(note_of(layout, release))


def secrets_of(layout: Layout, release: str) -> List[Declaration]:
    """Those that a release was given, or was about to be given."""
    texts = (content(os.path.join(layout.release_state(release), "release.json")), content(note_of(layout, release)))
    return [one for text in texts for one in declared_secrets.in_any_json(text)]


def secret_files_of(layout: Layout, release: str) -> List[str]:
    return list(dict.fromkeys(declared_secrets.files_of(secrets_of(layout, release))))


def restart_started_since(host: Host, since: int, release: str) -> None:
    units = []
    for unit, state in states(host.system, units_of(host.layout, release)).items():
        started = state.started_at(host.system)
        if started is not None and started >= since:
            units.append(unit + ".service")
    if units and host.system.run("systemctl", "restart", *units).code:
        host.log.write("not every unit started: " + " ".join(units))


def restore_all(host: Host) -> None:
    saved = host.layout.saved_states
    for release in sorted(os.listdir(saved)) if os.path.isdir(saved) else []:
        if not release.startswith("."):
            restore(host, release, restarts=True)


def drop(host: Host, release: str) -> None:
    """In two parts: half of a saved state must never look like a whole one."""
    saved = host.layout.saved(release)
    if not os.path.isdir(saved):
        return
    gone = host.layout.saved(".gone-" + release)
    changes.remove_tree(gone)
    changes.rename(saved, gone)
    changes.sync(host.layout.saved_states)
    changes.remove_tree(gone)


def digests(*paths: str) -> str:
    """The SHA-256 of each file, a line each."""
    found = []
    for path in paths:
        with open(path, "rb") as file:
            found.append(hashlib.sha256(file.read()).hexdigest() + "\n")
    return "".join(found)
