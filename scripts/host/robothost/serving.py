"""serving: prints what serves, and the settings a health check of it needs.

serving <application> <id, or empty> [<id of a discarded release, or empty>]; with the last, that instead of the settings. Exits
with 1 and the reason when the settings are asked for and the release is not usable.
"""

from __future__ import annotations

import json
import sys

from robothost.layout import Layout
from robothost.manifest import read_manifest
from robothost.rules import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


def main(application: str, release: str, discarded: Optional[str] = None) -> None:
    serving, settings = None, {}
    if release:
        try:
            manifest = read_manifest(Layout(application), release)
            serving = {name: manifest[name] for name in ("release", "revision", "mode", "protocol")}
            settings = {
                "Services": json.dumps(manifest["services"], separators=(",", ":")),
                "Port": str(manifest["port"]),
                "HealthPath": manifest["health_path"],
                "Protocol": manifest["protocol"],
                "CertificateHostname": manifest["certificate_hostname"],
            }
        except Refused as problem:
            if discarded is None:
                sys.exit(str(problem))
            serving = {"release": release, "revision": "", "mode": "", "protocol": ""}
    print(json.dumps({"serving": serving, "settings": settings} if discarded is None else {"discarded": discarded, "serving": serving}))
