"""release_json: prints the manifest of a finished release.

release_json <application> <release> <its new state> <environment hash> <interpreter> <its version>
<digest of what renders the units>; the rest comes as SSM_ variables. A
release that is finished again keeps the time and commit it had. Nothing of it is secret.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time

from robothost.layout import Layout
from robothost.manifest import read_manifest
from robothost.rules import Refused
from robothost.system import stamp


def sha256(*paths: str) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            digest.update(os.path.basename(path).encode() + b"\0" + file.read() + b"\0")
    return digest.hexdigest()


def units_sha256(folder: str) -> str:
    return sha256(*sorted(os.path.join(folder, name) for name in os.listdir(folder)))


def main(application: str, name: str, state: str, environment: str, python: str, python_full: str, units_digest: str) -> None:
    setting = {name[4:]: value for name, value in os.environ.items() if name.startswith("SSM_")}
    now = stamp(time.time())
    release = os.path.join(application, "releases", name)
    if os.path.lexists(os.path.join(release, "release.json")):
        try:
            former = read_manifest(Layout(application), name)
        except Refused as problem:
            sys.exit(str(problem))
    else:
        with open(Layout(application).release_state(name) + ".commit") as file:
            revision, branch, url, subject = (file.read() + "\n\n\n\n").split("\n")[:4]
        former = {"revision": revision, "branch": branch, "repository_url": url, "subject": subject, "created_at": now}
    manifest = {
        "release": name,
        "revision": former["revision"],
        "branch": former["branch"],
        "repository_url": former["repository_url"],
        "subject": former["subject"],
        "created_at": former["created_at"],
        "finished_at": now,
        # Where the request names none: what is built now is what this release comes back with.
        "python_version": setting["PythonVersion"] or ".".join(python_full.split(".")[:2]),
        "python": python,
        "python_full_version": python_full,
        "environment_hash": environment,
        "virtual_env_path": setting["VirtualEnvPath"],
        "requirements_sha256": sha256(os.path.join(release, "requirements.txt")),
        "env_base_sha256": sha256(os.path.join(release, ".deployer-env-base")),
        "units_sha256": units_sha256(os.path.join(state, "units")),
        "units_digest": units_digest,
        "services": json.loads(setting["Services"]),
        "port": int(setting["Port"]),
        "health_path": setting["HealthPath"],
        "persistent_paths": json.loads(setting["PersistentPaths"]),
        "mode": setting["Mode"],
        "simulate": setting["Simulate"] == "true",
        "when_keys_invalid": setting["WhenKeysInvalid"],
        "keys_version": setting.get("KeysVersion", ""),
        "protocol": setting["Protocol"],
        "requested_protocol": setting["RequestedProtocol"],
        "certificate_hostname": setting["CertificateHostname"],
        "certificate_version": setting.get("CertificateVersion", ""),
        "certificate_not_after": setting.get("CertificateNotAfter", ""),
        "keep_releases": int(setting["KeepReleases"]),
        "bake_seconds": int(setting["BakeSeconds"]),
        "execution": setting["Owner"],
    }
    json.dump(manifest, sys.stdout, separators=(",", ":"), ensure_ascii=False)
    print()
