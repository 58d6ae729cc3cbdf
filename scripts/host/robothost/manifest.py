"""manifest: what a release was finished with, judged before it is believed.

Root's own copy is release.json in the folder release_state of layout.py. Earlier versions wrote release.json only into the release's
folder, where the application's user can change it; 'The older layout' in docs/operations.md moves such releases to this version. So
each value has a type, a pattern and a range, and what does not fit makes the release not usable.
"""

from __future__ import annotations

import json
import os
import re
import stat

from robothost import installation, installed
from robothost.declared_secrets import declarations
from robothost.layout import Layout
from robothost.mode_variables import modes
from robothost.rules import Refused, persistent_paths, services

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Tuple

LARGEST = 128 * 1024
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"
PATH = r"(/[A-Za-z0-9_][A-Za-z0-9._+-]{0,63}){1,9}"
SHA256 = r"[0-9a-f]{64}"
TEXTS = {
    "release": r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}",
    "revision": r"[0-9a-f]{40}",
    "branch": r"[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}",
    "repository_url": r"[A-Za-z0-9][A-Za-z0-9@:._~/+-]{0,399}",
    "subject": r"(?s:.{0,4000})",
    "created_at": TIME,
    "finished_at": TIME,
    "python_version": r"3\.[0-9]{1,2}(\.[0-9]{1,2})?",
    "python": PATH,
    "python_full_version": r"3\.[0-9]{1,2}\.[0-9]{1,2}[A-Za-z0-9.+~-]{0,30}",
    "environment_hash": r"[A-Za-z0-9][A-Za-z0-9-]{0,63}",
    "virtual_env_path": PATH,
    "requirements_sha256": SHA256,
    "env_base_sha256": SHA256,
    "units_sha256": SHA256,
    "units_digest": r"[A-Za-z0-9-]{1,64}",
    "health_path": r"/[A-Za-z0-9._~/?=&%-]{0,200}",
    "mode": r"live|simulation",
    "keys_version": r"[A-Za-z0-9-]{0,64}",
    "protocol": r"https|http",
    "certificate_hostname": r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?",
    "certificate_version": r"[A-Za-z0-9-]{0,64}",
    "certificate_not_after": r"(%s)?" % TIME,
    "execution": r"arn:[A-Za-z0-9:_./-]{1,400}",
}
# What is recorded since manifests have all of the request: all of these or none.
LATER_TEXTS = {"when_keys_invalid": r"simulate|refuse", "requested_protocol": r"https|https-or-http|http"}
LATER_NUMBERS = {"keep_releases": (1, 999), "bake_seconds": (0, 300)}


def path_of(layout: Layout, release: str) -> str:
    own = os.path.join(layout.release_state(release), "release.json")
    return own if os.path.lexists(own) else os.path.join(layout.release(release), "release.json")


def content_of(path: str) -> str:
    """The text of a plain file that is not too long; no link is followed and nothing is waited for."""
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Refused("it is not a plain file")
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Refused("it has more than %d bytes" % LARGEST)
    return content.decode()


def once(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    """Two readers of a name that is there twice could take another value each."""
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise Refused("a name is there twice")
    return dict(pairs)


def judged(application: str, release: str, manifest: Any) -> Dict[str, Any]:
    if not isinstance(manifest, dict):
        raise Refused("it is not an object")
    later = {"simulate", *LATER_TEXTS, *LATER_NUMBERS} & set(manifest)
    for name, pattern in {**TEXTS, **(LATER_TEXTS if later else {})}.items():
        value = manifest.get(name)
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise Refused("%s is %s" % (name, shown(value)))
    for name, (least, most) in {"port": (1, 65535), **(LATER_NUMBERS if later else {})}.items():
        value = manifest.get(name)
        if type(value) is not int or not least <= value <= most:
            raise Refused("%s is %s" % (name, shown(value)))
    if later and not isinstance(manifest.get("simulate"), bool):
        raise Refused("simulate is %s" % shown(manifest.get("simulate")))
    if not isinstance(manifest.get("export_env", False), bool):
        raise Refused("export_env is %s" % shown(manifest["export_env"]))
    if manifest["release"] != release:
        raise Refused("release is %s" % shown(manifest["release"]))
    if os.path.dirname(manifest["virtual_env_path"]) != application:
        raise Refused("virtual_env_path is %s" % shown(manifest["virtual_env_path"]))
    check_environment(manifest)
    name = "secrets"
    try:
        if name in manifest:
            declarations(manifest[name])
        name = "mode_variables"
        if name in manifest:
            modes(manifest[name])
        name = "services"
        services(manifest.get(name))
        name = "installation"
        installation.checked(manifest.get(name, {}))
        name = "persistent_paths"
        persistent_paths(manifest.get(name))
    except Refused as problem:
        raise Refused("%s: %s" % (name, problem)) from None
    # A subject is only ever shown.
    manifest["subject"] = "".join(c if c.isprintable() else " " for c in manifest["subject"])[:200]
    found: Dict[str, Any] = manifest
    return found


def check_environment(manifest: Dict[str, Any]) -> None:
    """What is recorded since more than requirements.txt can be installed; a release of an earlier version has none of it."""
    key = manifest.get("environment_key", "none")
    if not isinstance(key, str) or not re.fullmatch(TEXTS["environment_hash"], key):
        raise Refused("environment_key is %s" % shown(key))
    if not installed.is_record(manifest.get("installed", [])):
        raise Refused("installed is not a list of packages")


def shown(value: Any) -> str:
    text = "missing" if value is None else json.dumps(value)
    return text if len(text) <= 60 else text[:60] + "..."


def read_manifest(layout: Layout, release: str) -> Dict[str, Any]:
    """The manifest of a release; Refused says why it cannot be used."""
    try:
        text = content_of(path_of(layout, release))
        return judged(layout.application, release, json.loads(text, object_pairs_hook=once))
    except Refused as problem:
        reason = str(problem)
    except OSError as error:
        reason = "it cannot be read: %s" % error.strerror
    except (ValueError, RecursionError):
        reason = "it is not JSON"
    reason = reason[:300].encode("ascii", "backslashreplace").decode()
    raise Refused("release %s is not usable: its release.json was changed: %s" % (release, reason))
