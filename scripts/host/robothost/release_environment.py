"""release_environment: which environment the requirements of a release have already."""

from __future__ import annotations

from robothost.layout import Layout
from robothost.manifest import read_manifest
from robothost.releases import current
from robothost.rules import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict


def manifest_of(layout: Layout, release: str) -> Dict[str, Any]:
    """Empty where there is none that can be used."""
    try:
        return read_manifest(layout, release)
    except Refused:
        return {}


def serving(layout: Layout) -> Dict[str, Any]:
    release = current(layout)
    return manifest_of(layout, release) if release else {}


def environment_of(layout: Layout, release: str, key: str) -> str:
    """The environment that these requirements have already: of this very release, else of what serves. Its name is not the key where it
    was resolved again."""
    for manifest in (manifest_of(layout, release), serving(layout)):
        if manifest and manifest.get("environment_key", manifest["environment_hash"]) == key:
            return str(manifest["environment_hash"])
    return key
