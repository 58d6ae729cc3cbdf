"""clean_up: archives what the containers were made from and removes them.

clean_up. First the archive, whole; only what is in it is removed. Each part may have been done before.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import time

from robothost.docker import FOLDER, HELD, INVENTORY, LAYOUT, attempt, command, containers, name_of, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, List


def archive(path: str, files: Iterable[str]) -> None:
    """A tar of the files under their own paths, with MANIFEST.json: path, sha256, bytes. Written once."""
    if os.path.exists(path):
        return
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    manifest = []
    descriptor = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            for name in files:
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
    os.replace(path + ".new", path)


def archived(path: str) -> List[Dict[str, Any]]:
    with tarfile.open(path) as tar:
        entry = tar.extractfile("MANIFEST.json")
        assert entry is not None, "the archive has a manifest"
        manifest = json.load(entry)
    return [entry for entry in manifest if not entry["path"].startswith(FOLDER + "/")]


def remove_unchanged(entries: List[Dict[str, Any]]) -> None:
    """What changed since it was archived stays."""
    for entry in entries:
        try:
            with open(entry["path"], "rb") as file:
                same = hashlib.sha256(file.read()).hexdigest() == entry["sha256"]
        except FileNotFoundError:
            continue
        if same:
            os.unlink(entry["path"])


def clean_up() -> Dict[str, Any]:
    known, held = read(INVENTORY), read(HELD)
    path = os.path.join(LAYOUT.archive, "containers.tar")
    units = [os.path.join("/etc/systemd/system", unit["name"]) for unit in held["units"]]
    archive(path, [name for name in known["files"] + units + [INVENTORY, HELD] if os.path.isfile(name)])
    names = [one["name"] for one in known["containers"]]
    there = [name_of(one) for one in containers(names)] if names else []
    if there:
        command("docker", "rm", "--force", *there)
    # An image or network that something else uses is not removed, and that is no failure.
    images = [image for image in known["images"] if attempt("docker", "image", "rm", image) is not None]
    used = {network for one in known["containers"] for network in one["networks"]}
    networks = [network for network in known["networks"] if network in used
                and attempt("docker", "network", "rm", network) is not None]
    entries = archived(path)
    remove_unchanged(entries)
    if units:
        command("systemctl", "daemon-reload")
    return {"archive": path, "files": len(entries),
            "removed": {"containers": names[:50], "images": images[:50], "networks": networks[:50]},
            "kept_volumes": known["volumes"][:50]}


def main() -> None:
    print(json.dumps(clean_up()))
