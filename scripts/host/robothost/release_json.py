"""release_json: the manifest of a release that is finished. Nothing of it is secret.

A release that is finished again keeps the time and commit that it had.
"""

from __future__ import annotations

import hashlib
import json
import os

from robothost import environment_key, installation, installed
from robothost.declared_secrets import version_of
from robothost.layout import Layout
from robothost.manifest import read_manifest
from robothost.program import units_digest
from robothost.requirements import Invalid
from robothost.rules import Refused
from robothost.step import Host
from robothost.system import stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List

    from robothost.declared_secrets import Declaration
    from robothost.interpreter import Interpreter

ORIGIN = ("revision", "branch", "repository_url", "subject", "created_at")


def sha256(*paths: str) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            digest.update(os.path.basename(path).encode() + b"\0" + file.read() + b"\0")
    return digest.hexdigest()


def units_sha256(folder: str) -> str:
    return sha256(*sorted(os.path.join(folder, name) for name in os.listdir(folder)))


def origin_of(layout: Layout, release: str, now: str) -> Dict[str, Any]:
    """The commit, and when it was built. Refused when the manifest that it has cannot be used."""
    if os.path.lexists(os.path.join(layout.release(release), "release.json")):
        former = read_manifest(layout, release)
        return {name: former[name] for name in ORIGIN}
    with open(layout.release_state(release) + ".commit", encoding="utf-8") as file:
        lines = (file.read() + "\n" * len(ORIGIN)).split("\n")
    return dict(zip(ORIGIN, [*lines[:4], now]))


def chosen_of(folder: str, settings: installation.Installation) -> installation.Chosen:
    """Refused where the release has nothing that its environment was built from."""
    try:
        return installation.chosen(folder, settings)
    except Invalid as problem:
        raise Refused(str(problem)) from None


def requirements_sha256(folder: str, settings: installation.Installation, chosen: installation.Chosen) -> str:
    try:
        files = environment_key.files_of(folder, settings, chosen)
    except Invalid:
        # Of a release that an earlier version built.
        files = chosen.files
    return sha256(*(os.path.join(folder, name) for name in files))


def manifest_of(host: Host, state: str, environment: str, interpreter: Interpreter, mode: str, declared: List[Declaration]) -> Dict[str, Any]:
    """state is the new folder of root's for the release; the rest comes from the request."""
    request, layout, now = host.request, host.layout, stamp(host.system.now())
    release = request.text("Release")
    folder, settings = layout.release(release), installation.of(request.text("Installation"))
    chosen = chosen_of(folder, settings)
    return {
        "release": release,
        **origin_of(layout, release, now),
        "finished_at": now,
        # Where the request names none: what is built now is what this release comes back with.
        "python_version": request.text("PythonVersion") or ".".join(interpreter.version.split(".")[:2]),
        "python": interpreter.path,
        "python_full_version": interpreter.version,
        "environment_hash": environment,
        "environment_key": interpreter.environment_hash(environment_key.key(folder, settings, chosen)),
        "installation": settings.fields,
        "installed": installed.read(layout, environment),
        "virtual_env_path": request.text("VirtualEnvPath"),
        "requirements_sha256": requirements_sha256(folder, settings, chosen),
        "env_base_sha256": sha256(os.path.join(folder, ".deployer-env-base")),
        "units_sha256": units_sha256(os.path.join(state, "units")),
        "units_digest": units_digest(),
        "services": json.loads(request.text("Services")),
        "port": request.number("Port"),
        "health_path": request.text("HealthPath"),
        "persistent_paths": json.loads(request.text("PersistentPaths")),
        "mode": mode,
        "simulate": request.text("Simulate") == "true",
        "when_keys_invalid": request.text("WhenKeysInvalid"),
        "keys_version": version_of(declared, "keys"),
        "secrets": declared,
        "mode_variables": json.loads(request.text("ModeVariables")),
        "export_env": request.text("ExportEnv") == "true",
        "protocol": request.text("Protocol"),
        "requested_protocol": request.text("RequestedProtocol"),
        "certificate_hostname": request.text("CertificateHostname"),
        "certificate_version": request.text("CertificateVersion"),
        "certificate_not_after": request.text("CertificateNotAfter"),
        "keep_releases": request.number("KeepReleases"),
        "bake_seconds": request.number("BakeSeconds"),
        "execution": request.text("Owner"),
    }
