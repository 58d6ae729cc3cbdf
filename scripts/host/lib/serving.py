"""serving: prints what serves, and the settings a health check of it needs.

serving.py <releases> <id, or empty> [<id of a discarded release, or empty>]; with the last, that instead of the settings.
"""

import json
import os
import sys


def main(releases, release, discarded=None):
    serving, settings = None, {}
    if release:
        with open(os.path.join(releases, release, "release.json")) as file:
            manifest = json.load(file)
        serving = {name: manifest[name] for name in ("release", "revision", "mode", "protocol")}
        settings = {
            "Services": json.dumps(manifest["services"], separators=(",", ":")),
            "Port": str(manifest["port"]),
            "HealthPath": manifest["health_path"],
            "Protocol": manifest["protocol"],
            "CertificateHostname": manifest["certificate_hostname"],
        }
    if discarded is None:
        answer = {"serving": serving, "settings": settings}
    else:
        answer = {"discarded": discarded, "serving": serving}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
