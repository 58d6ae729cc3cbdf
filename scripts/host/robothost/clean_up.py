"""clean_up: archives what the containers were made from and removes them.

First the archive, whole; only what is in it is removed. Each part may have been done before.
"""

from __future__ import annotations

import hashlib
import json
import os
import time

from robothost import changes, files
from robothost.docker import attempt, command, containers, held_file, inventory_file, name_of, names_of, read
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, List

MOST_NAMES = 50


def archive(path: str, names: Iterable[str]) -> None:
    """A tar of the files under their own paths, with MANIFEST.json: path, sha256, bytes. Written once."""
    import io
    import tarfile

    if os.path.exists(path):
        return
    files.make_folders(os.path.dirname(path), 0o700)
    manifest = []
    descriptor = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            for name in names:
                with open(name, "rb") as one:
                    content = one.read()
                manifest.append({"path": name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)})
                tar.add(name)
            text = json.dumps(manifest, indent=1).encode()
            entry = tarfile.TarInfo("MANIFEST.json")
            entry.size, entry.mode, entry.mtime = len(text), 0o600, int(time.time())
            tar.addfile(entry, io.BytesIO(text))
        file.flush()
        os.fsync(descriptor)
    changes.rename(path + ".new", path)
    changes.sync(os.path.dirname(path))


def archived(path: str) -> List[Dict[str, Any]]:
    import tarfile

    with tarfile.open(path) as tar:
        entry = tar.extractfile("MANIFEST.json")
        assert entry is not None, "the archive has a manifest"
        manifest: List[Dict[str, Any]] = json.load(entry)
    return manifest


def remove_unchanged(entries: List[Dict[str, Any]]) -> None:
    """What changed since it was archived stays."""
    for entry in entries:
        try:
            with open(entry["path"], "rb") as file:
                same = hashlib.sha256(file.read()).hexdigest() == entry["sha256"]
        except FileNotFoundError:
            continue
        if same:
            changes.unlink(entry["path"])


def clean_up(host: Host) -> Dict[str, Any]:
    """NotDone when a container cannot be removed."""
    layout = host.layout
    own = [inventory_file(layout), held_file(layout)]
    known, held = (read(path) for path in own)
    path = os.path.join(layout.archive, "containers.tar")
    units = [os.path.join(layout.units, unit["name"]) for unit in held["units"]]
    archive(path, [name for name in known["files"] + units + own if os.path.isfile(name)])
    names = names_of(known)
    there = [name_of(one) for one in containers(host, names)] if names else []
    if there:
        command(host, "docker", "rm", "--force", *there)
    # An image or network that something else uses is not removed, and that is no failure.
    images = [image for image in known["images"] if attempt(host, "docker", "image", "rm", image) is not None]
    used = {network for one in known["containers"] for network in one["networks"]}
    networks = [network for network in known["networks"] if network in used
                and attempt(host, "docker", "network", "rm", network) is not None]
    entries = [entry for entry in archived(path) if not entry["path"].startswith(layout.migration + "/")]
    remove_unchanged(entries)
    if units:
        command(host, "systemctl", "daemon-reload")
    return {"archive": path, "files": len(entries),
            "removed": {"containers": names[:MOST_NAMES], "images": images[:MOST_NAMES], "networks": networks[:MOST_NAMES]},
            "kept_volumes": known["volumes"][:MOST_NAMES]}
