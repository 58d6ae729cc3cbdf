"""inspect: compares what serves with what is wanted, and finds the release an operation means.

inspect <application> <current release> <wanted revision> <healthy> <sound environment> <interpreter version> <digest of what
renders units> <folder of installed units> <armed> <file of changed files>; the wanted settings come as SSM_ variables. Exits with 63 and one sentence when there is no such release.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time

from robothost import releases
from robothost.files import rights_problem
from robothost.layout import Layout
from robothost.manifest import read_manifest
from robothost.release_json import sha256
from robothost.rules import Refused
from robothost.system import stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional


def usable(application: str, release: str) -> Dict[str, Any]:
    """Its manifest; exits with 63 when that cannot be used."""
    try:
        return read_manifest(Layout(application), release)
    except Refused as problem:
        sys.stderr.write("%s; deploy, or roll back to another release\n" % problem)
        sys.exit(63)


def target(operation: str, asked: str, current: str, known: List[Dict[str, Any]]) -> str:
    """The release that rollback, restart or rotate-keys is about; exits with 63 when there is none."""
    if operation in ("deploy", "plan"):
        return ""
    good: List[str] = [release["release"] for release in known if release["good"]]
    choice = "; good releases: %s" % ", ".join(good) if good else "; this instance has no good release"
    problem = None
    if not current:
        problem = "nothing serves on this instance, so there is nothing to %s" % operation
    elif operation != "rollback":
        return current
    elif asked and asked not in good:
        unusable = [release["subject"] for release in known if release["release"] == asked and not release["revision"]]
        problem = unusable[0] if unusable else "release %s is not a good release of this instance" % asked
    elif asked:
        return asked
    else:
        earlier = [release for release in good if release != current]
        if earlier:
            return earlier[0]
        problem = "there is no good release before %s" % current
    sys.stderr.write(problem + choice + "\n")
    sys.exit(63)


def file_sha256(path: str) -> str:
    """As the manifest has it; empty when the file cannot be read."""
    try:
        return sha256(path)
    except OSError:
        return ""


def other_base(application: str, release: str) -> bool:
    """Whether a migration left a base of every .env that this release was not made with."""
    try:
        with open(Layout(application).env_base, "rb") as base:
            with open(os.path.join(release, ".deployer-env-base"), "rb") as own:
                return base.read() != own.read()
    except FileNotFoundError:
        return False


def unit_texts(folder: str, names: List[str]) -> Dict[str, Optional[bytes]]:
    texts: Dict[str, Optional[bytes]] = {}
    for name in names:
        try:
            with open(os.path.join(folder, name), "rb") as file:
                texts[name] = file.read()
        except OSError:
            texts[name] = None
    return texts


def differences(application: str, manifest: Dict[str, Any], revision: str, sound: str, python_full: str, units_digest: str,
                installed: str, armed: str, changed: str) -> List[str]:
    """Why a deployment would not be for nothing, in words of the plan."""
    wanted = {name[4:]: value for name, value in os.environ.items() if name.startswith("SSM_")}
    folder = os.path.join(application, "releases", manifest["release"])
    now = stamp(time.time())
    found = []

    def differs(name: str, condition: Any) -> None:
        if condition and name not in found:
            found.append(name)

    differs("commit", manifest["revision"] != revision)
    with open(changed) as lines:
        # What could not be compared is no reason to deploy.
        differs("files", any(not line.startswith("?") for line in lines))
    differs("requirements", manifest["requirements_sha256"] != file_sha256(os.path.join(folder, "requirements.txt")))
    differs("interpreter", manifest["python_full_version"] != python_full)
    differs("environment", manifest["environment_hash"] != sound
            or manifest["virtual_env_path"] != wanted["VirtualEnvPath"]
            or os.path.basename(os.path.realpath(wanted["VirtualEnvPath"])) != manifest["environment_hash"])
    differs("env", manifest["env_base_sha256"] != file_sha256(os.path.join(folder, ".deployer-env-base"))
            or not os.path.isfile(os.path.join(folder, ".env"))
            or other_base(application, folder))
    own = os.path.join(Layout(application).release_state(manifest["release"]), "units")
    names = os.listdir(own) if os.path.isdir(own) else []
    differs("units", not names or unit_texts(own, names) != unit_texts(installed, names)
            or manifest["units_digest"] != units_digest)
    differs("services", manifest["services"] != json.loads(wanted["Services"]))
    differs("port", str(manifest["port"]) != wanted["Port"])
    differs("health-path", manifest["health_path"] != wanted["HealthPath"])
    differs("persistent-paths", sorted(manifest["persistent_paths"]) != sorted(json.loads(wanted["PersistentPaths"])))
    differs("keys", manifest["keys_version"] != wanted.get("KeysVersion", "")
            or manifest.get("simulate", wanted["Simulate"] == "true") != (wanted["Simulate"] == "true"))
    if wanted["Protocol"] == "http":
        differs("protocol", manifest["protocol"] != "http")
    else:
        differs("protocol", wanted["Protocol"] == "https" and manifest["protocol"] != "https")
        differs("certificate", manifest["certificate_version"] != wanted.get("CertificateVersion", "")
                or manifest["certificate_hostname"] != wanted["CertificateHostname"])
        if manifest["protocol"] == "https":
            link = os.path.join(application, "certificates", manifest["certificate_hostname"])
            differs("certificate", manifest["certificate_not_after"] and manifest["certificate_not_after"] <= now)
            differs("certificate", not os.path.isfile(os.path.join(link, "key.pem")))
    differs("unconfirmed", bool(armed))
    return found


def certificate_serves(application: str, manifest: Dict[str, Any]) -> bool:
    """Whether the version asked for is the one that serves, with the content and the rights it was given."""
    version = os.environ.get("SSM_CertificateVersion", "")
    link = os.path.join(application, "certificates", manifest["certificate_hostname"])
    wanted = ".versions/%s-%s" % (manifest["certificate_hostname"], version)
    if manifest["certificate_version"] != version or not os.path.islink(link) or os.readlink(link) != wanted:
        return False
    digests = []
    try:
        for name, mode in (("cert.pem", 0o644), ("key.pem", 0o600)):
            if rights_problem(os.path.join(link, name), mode):
                return False
            with open(os.path.join(link, name), "rb") as file:
                digests.append(hashlib.sha256(file.read()).hexdigest())
        with open(os.path.join(Layout(application).release_state(manifest["release"]), "certificate.sha256")) as file:
            return file.read().split() == digests
    except OSError:
        return False


def recorded_protocol(manifest: Dict[str, Any], operation: str) -> str:
    """What to serve: for a restart what serves, else what was requested. A manifest of before has only what serves."""
    if operation == "rotate-certificate":
        return "https"
    if operation == "restart" or manifest["protocol"] == "http" and "requested_protocol" not in manifest:
        return str(manifest["protocol"])
    return str(manifest.get("requested_protocol", os.environ["SSM_Protocol"]))


def recorded_settings(manifest: Dict[str, Any], operation: str) -> Dict[str, str]:
    settings = {
        "Services": json.dumps(manifest["services"], separators=(",", ":")),
        "Port": str(manifest["port"]),
        "HealthPath": manifest["health_path"],
        "PersistentPaths": json.dumps(manifest["persistent_paths"], separators=(",", ":")),
        "PythonVersion": manifest["python_version"],
        "VirtualEnvPath": manifest["virtual_env_path"],
        "RepositoryUrl": manifest["repository_url"],
        "Branch": manifest["branch"],
        "Revision": manifest["revision"],
        "CertificateHostname": manifest["certificate_hostname"],
        "Protocol": recorded_protocol(manifest, operation),
    }
    if "simulate" in manifest:
        settings.update({
            "Simulate": "true" if manifest["simulate"] else "false",
            "WhenKeysInvalid": manifest["when_keys_invalid"],
            "KeepReleases": str(manifest["keep_releases"]),
            "BakeSeconds": str(manifest["bake_seconds"]),
        })
    return settings


def main(application: str, current: str, revision: str, healthy: str, sound: str, python_full: str, units_digest: str, installed: str,
         armed: str, changed: str) -> None:
    operation = os.environ["SSM_Operation"]
    layout = Layout(application)
    known = releases.known(layout, current)
    chosen = target(operation, os.environ.get("SSM_Release", ""), current, known)
    meant = usable(application, chosen) if chosen else {}
    manifest, serving = releases.what_serves(layout, current)
    found: List[str] = []
    settings: Dict[str, str] = {}
    if operation in ("deploy", "plan"):
        if serving and not manifest:
            found = ["manifest"]
        elif manifest:
            found = differences(application, manifest, revision, sound, python_full, units_digest, installed, armed, changed)
        else:
            found = ["release"]
        if serving and healthy != "true":
            found.append("health")
    else:
        revision = meant["revision"]
        settings = recorded_settings(meant, operation)
        if operation == "rotate-certificate":
            found = [] if certificate_serves(application, meant) else ["certificate"]
        # Asked for again, a rollback to this very release has come to its end.
        elif operation != "rollback" or chosen != current or healthy != "true" or armed:
            found = [operation]
    print(json.dumps({
        "nothing_to_do": not found,
        "differences": found,
        "revision": revision,
        "release": chosen,
        "serving": serving,
        "healthy": healthy == "true",
        "releases": known[:30],
        "settings": settings,
    }, ensure_ascii=False))
