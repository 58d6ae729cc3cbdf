"""other_certificate: prints the manifest of a release with another certificate.

other_certificate <application> <release> <version> <not after> <execution>
"""

from __future__ import annotations

import json
import sys

from robothost.layout import Layout
from robothost.manifest import read_manifest
from robothost.rules import Refused


def main(application: str, release: str, version: str, not_after: str, execution: str) -> None:
    try:
        manifest = read_manifest(Layout(application), release)
    except Refused as problem:
        sys.exit(str(problem))
    manifest.update(certificate_version=version, certificate_not_after=not_after, execution=execution)
    print(json.dumps(manifest, separators=(",", ":"), ensure_ascii=False))
