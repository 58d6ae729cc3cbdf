"""serving: what serves, and the settings that a health check of it needs."""

from __future__ import annotations

import json

from robothost.layout import Layout
from robothost.manifest import read_manifest
from robothost.rules import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict


def to_check(layout: Layout, release: str) -> Dict[str, Any]:
    """What serves and the parameters of check-health. Refused when the release is not usable."""
    if not release:
        return {"serving": None, "settings": {}}
    manifest: Dict[str, Any] = read_manifest(layout, release)
    return {
        "serving": {name: manifest[name] for name in ("release", "revision", "mode", "protocol")},
        "settings": {
            "Services": json.dumps(manifest["services"], separators=(",", ":")),
            "Port": str(manifest["port"]),
            "HealthPath": manifest["health_path"],
            "Protocol": manifest["protocol"],
            "CertificateHostname": manifest["certificate_hostname"],
        },
    }


def after_discard(layout: Layout, release: str, discarded: str) -> Dict[str, Any]:
    try:
        serving = to_check(layout, release)["serving"]
    except Refused:
        serving = {"release": release, "revision": "", "mode": "", "protocol": ""}
    return {"discarded": discarded, "serving": serving}
