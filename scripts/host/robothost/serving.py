"""serving: prints what serves, and the settings a health check of it needs.

serving <application> <id, or empty> [<id of a discarded release, or empty>]; with the last, that instead of the settings. Exits
with 1 and the reason when the settings are asked for and the release is not usable.
"""

import json
import sys

from robothost.layout import Layout
from robothost.manifest import read_manifest
from robothost.rules import Refused


def main(application, release, discarded=None):
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
    if discarded is None:
        answer = {"serving": serving, "settings": settings}
    else:
        answer = {"discarded": discarded, "serving": serving}
    print(json.dumps(answer))
