"""retention: removes releases, environments and certificates that nothing refers to."""

from __future__ import annotations

import glob
import os
import re

from robothost import changes, durable, releases
from robothost.layout import Layout
from robothost.lock import UnderLock
from robothost.serve import links_in, target_of
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, List, Sequence, Set, Tuple

HALF_WRITTEN = re.compile(r"\.[0-9]+\.new$")


def kept(layout: Layout, serving: str, keep: int, spared: Iterable[str] = ()) -> List[str]:
    """What serves, the good release before it, what is spared, and of the good ones the newest, keep in all. What failed takes the place
    of none."""
    found = [release for release in dict.fromkeys([serving, releases.good_before(layout, serving), *spared]) if release]
    for release in releases.good(layout):
        if len(found) >= keep:
            break
        if release not in found:
            found.append(release)
    return found


def retain(host: Host, serving: str, keep: int, spared: Iterable[str] = (), brought: str = "") -> Tuple[List[str], List[str]]:
    """Removes every other release and what only those referred to; (kept, removed). The certificate that is being brought beside this
    step stays."""
    stay = kept(host.layout, serving, keep, spared)
    removed = remove_releases(host, [release for release in present(host.layout) if release not in stay])
    remove_unreferenced(host, brought)
    return stay, removed


def present(layout: Layout) -> List[str]:
    """The releases that have a folder, finished or not."""
    names = sorted(os.listdir(layout.releases)) if os.path.isdir(layout.releases) else []
    return [name for name in names if not name.startswith(".") and os.path.isdir(layout.release(name))]


def remove_releases(host: Host, names: Sequence[str]) -> List[str]:
    """Those that were removed. One that cannot be removed is no failure: what serves is healthy, and the next deployment tries again."""
    removed, unfinished = [], [release for release in names if loses_manifest(host.layout, release)]
    if unfinished:
        durable.sync(host)
    for release in names:
        if release in unfinished and is_removed(host.layout, release):
            removed.append(release)
        else:
            host.log.write("release %s cannot be removed" % release)
    return removed


def loses_manifest(layout: Layout, release: str) -> bool:
    """First: half a release must not look like a whole one, also after a power cut."""
    try:
        changes.unlink(os.path.join(layout.release(release), "release.json"))
    except OSError:
        return False
    return True


def is_removed(layout: Layout, release: str) -> bool:
    state = layout.release_state(release)
    return removes(layout.release(release), state, state + ".commit", state + ".secrets", layout.saved(release))


def removes(*places: str) -> bool:
    """Whether all of these are gone."""
    done = True
    for place in places:
        try:
            if os.path.lexists(place):
                changes.remove_tree(place)
        except OSError:
            done = False
    return done


def remove_unreferenced(host: Host, brought: str = "") -> None:
    """Environments and certificates that no release refers to."""
    used = referenced(host.layout)
    for folder in (host.layout.environments, os.path.join(host.layout.certificates, ".versions")):
        for place in sorted(glob.glob(os.path.join(glob.escape(folder), "*"))):
            name = os.path.basename(place)
            if os.path.isdir(place) and name != brought and name not in used and not removes(place):
                host.log.write("%s cannot be removed" % place)
    for record in sorted(glob.glob(os.path.join(glob.escape(host.layout.state), "environments", "*.json"))):
        if os.path.basename(record)[:-len(".json")] not in used:
            removes(record)


def referenced(layout: Layout) -> Set[str]:
    """The names of the environments and certificates that the releases lead to."""
    states = [layout.release_state(name) for name in folders(os.path.join(layout.state, "releases"))]
    states += [os.path.join(layout.saved(name), "state") for name in folders(layout.saved_states)]
    targets = [target for state in states for _, target in links_in(state)]
    targets += [target_of(os.path.join(layout.release(name), "venv")) for name in present(layout)]
    return {os.path.basename(target) for target in targets}


def folders(place: str) -> List[str]:
    return [name for name in os.listdir(place) if not name.startswith(".")] if os.path.isdir(place) else []


def remove_unfinished_parts(host: Host) -> None:
    """What steps that were ended left beside the things that they were making."""
    layout = host.layout
    versions = os.path.join(layout.certificates, ".versions")
    places = [(layout.cache, ".new-*"), (layout.environments, ".new-*"), (layout.releases, ".new-*"), (layout.environments, ".broken-*"), (versions, ".new-*"),
              (os.path.join(layout.state, "releases"), ".new-*"), (layout.saved_states, ".new-*"), (layout.saved_states, ".gone-*"),
              (layout.releases, "*/.env.new"), (layout.shared, ".carried-*")]
    found = [path for folder, pattern in places for path in sorted(glob.glob(os.path.join(glob.escape(folder), pattern)))]
    if not removes(*found):
        host.log.write("not everything unfinished can be removed")
    # While no process writes the lock, which is written the same way.
    with UnderLock(layout):
        remove_half_written(host)


def remove_half_written(host: Host) -> None:
    """What files.write and publish_link had not put in its place."""
    layout = host.layout
    states = os.path.join(layout.state, "releases")
    places = [layout.state, states, *(layout.release_state(name) for name in folders(states)), layout.migration, layout.fresh, layout.units,
              os.path.dirname(layout.settle)]
    for folder in places:
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            path = os.path.join(folder, name)
            if HALF_WRITTEN.search(name) and not removes(path):
                host.log.write("%s cannot be removed" % path)
