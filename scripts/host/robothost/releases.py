"""releases: the releases of this instance: which serves, which are finished, which are good by root's history."""

from __future__ import annotations

import os
import re

from robothost.history import confirmed, events
from robothost.layout import Layout
from robothost.manifest import content_of, path_of, read_manifest
from robothost.rules import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple


def linked(layout: Layout) -> str:
    """The release that current leads to, whether it is finished or not; or nothing."""
    try:
        return os.path.basename(os.readlink(layout.current))
    except OSError:
        return ""


def current(layout: Layout) -> str:
    """The finished release that serves, or nothing."""
    release = linked(layout)
    return release if is_finished(layout, release) else ""


def is_finished(layout: Layout, release: str) -> bool:
    """release.json is written last."""
    return bool(release) and os.path.isfile(os.path.join(layout.release(release), "release.json"))


def good(layout: Layout) -> List[str]:
    """Those that were confirmed and are finished, the newest first."""
    return [release for release in confirmed(layout) if is_finished(layout, release)]


def good_before(layout: Layout, release: str) -> str:
    """The newest good release other than this one, or nothing."""
    return next((one for one in good(layout) if one != release), "")


def revision(layout: Layout, release: str) -> str:
    """The commit of a finished release, also of one whose manifest is not usable otherwise; or nothing."""
    if not is_finished(layout, release):
        return ""
    try:
        found = re.search(r'"revision": ?"([0-9a-f]{40})"', content_of(path_of(layout, release)))
    except (OSError, ValueError, Refused):
        return ""
    return found.group(1) if found else ""


def known(layout: Layout, serving: str) -> List[Dict[str, Any]]:
    """The finished releases, newest first: by their last confirmation, then those never confirmed."""
    # It costs more than all else that a small step loads.
    from robothost.redact import Redaction

    confirmations: Dict[str, Tuple[int, str]] = {}
    for position, event in enumerate(events(layout)):
        if event.get("event") == "confirmed":
            confirmations[event.get("release", "")] = (position, event.get("at", ""))
    found, redacted = [], Redaction(layout.application, root=layout.root)
    for name in sorted(os.listdir(layout.releases) if os.path.isdir(layout.releases) else []):
        try:
            manifest = read_manifest(layout, name)
            position, at = confirmations.get(name, (-1, manifest["created_at"]))
            found.append((position, {"release": name, "revision": manifest["revision"], "at": at, "good": position >= 0,
                                     "current": name == serving, "subject": redacted(manifest["subject"])}))
        except Refused as problem:
            # Without any manifest it is not finished.
            if os.path.lexists(os.path.join(layout.release(name), "release.json")):
                at = confirmations.get(name, (0, ""))[1]
                found.append((-1, {"release": name, "revision": "", "at": at, "good": False, "current": name == serving,
                                   "subject": redacted(str(problem))}))
    found.sort(key=lambda pair: (pair[0], pair[1]["release"]), reverse=True)
    return [release for _, release in found]


def what_serves(layout: Layout, serving: str) -> Tuple[Optional[Dict[str, Any]], Optional[Dict[str, str]]]:
    """The manifest of what serves, or nothing, and its summary; of one that is not usable only the release is known."""
    if not serving:
        return None, None
    try:
        manifest = read_manifest(layout, serving)
    except Refused:
        return None, {"release": serving, "revision": "", "mode": "", "protocol": ""}
    return manifest, {name: manifest[name] for name in ("release", "revision", "mode", "protocol")}
