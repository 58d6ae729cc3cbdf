r"""inspect: compares what is requested with what this instance serves; it only reads.

For deploy and plan the wanted commit is looked up at the repository and compared, with everything a release is made of, to what serves:
"nothing to do" means the same commit and its files, requirements, interpreter, environment, base .env, units, services, keys and
certificate, and healthy now. For the other operations it names the release they mean and the settings recorded for it, or fails as
ReleaseNotFound; to roll back to what serves and is healthy is nothing to do, and so is to rotate to the certificate that serves.
"built" is true when that release is on the instance with a sound environment.

Parameter Operation ^[a-z-]{1,20}$ The operation requested.
Parameter Release ^([0-9]{8}T[0-9]{6}Z-[0-9a-f]{7})?$ The release to roll back to; empty for the good one before.
Parameter Services ^\[.*\]$ JSON array of the services as the request schema has them.
Parameter Port ^[0-9]{1,5}$ The web application's port.
Parameter HealthPath ^/[A-Za-z0-9._~/?=&%-]{0,200}$ What answers 200 when the web application is healthy.
Parameter PersistentPaths ^\[.*\]$ JSON array of the paths that outlive a release.
Parameter Secrets ^\[.*\]$ JSON array of the secrets wanted, with the versions that they have now, see declared_secrets.py.
Parameter ModeVariables ^\{.*\}$ JSON object of the variables of each mode, see mode_variables.py.
Parameter ExportEnv ^(true|false)$ Whether .env also becomes the environment of the services.
Parameter CertificateVersion ^[A-Za-z0-9-]{0,64}$ Version of the certificate's secret now; empty when there is none.
Parameter CertificateHostname ^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$ The host name wanted.
Parameter Protocol ^(https|https-or-http|http)$ The protocol wanted.
Parameter Simulate ^(true|false)$ Whether no keys are wanted, whatever the secret holds.
Parameter VirtualEnvPath ^(/[A-Za-z0-9_][A-Za-z0-9._-]{0,63}){2,9}$ Where the serving environment is.
"""

from __future__ import annotations

import hashlib
import json
import os
import re

from robothost import (commit_files, declared_secrets, environment_key, git, installation, interpreter, mode_variables, program,
                       releases)
from robothost.environment_seal import is_sound
from robothost.failures import Failure
from robothost.files import rights_problem
from robothost.health import first_problem, serving
from robothost.layout import Layout
from robothost.manifest import read_manifest
from robothost.release_environment import environment_of
from robothost.release_json import requirements_sha256, sha256
from robothost.requirements import Invalid
from robothost.rules import Refused, persistent_paths
from robothost.step import Host
from robothost.system import stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional

    from robothost.declared_secrets import Declaration

COMPARE = ("deploy", "plan")
MOST_RELEASES, MOST_CHANGES = 30, 20


def usable(layout: Layout, release: str) -> Dict[str, Any]:
    """Its manifest; ReleaseNotFound when that cannot be used."""
    try:
        return read_manifest(layout, release)
    except Refused as problem:
        raise Failure("ReleaseNotFound", "%s; deploy, or roll back to another release" % problem) from None


def target(operation: str, asked: str, current: str, known: List[Dict[str, Any]]) -> str:
    """The release that rollback, restart or rotate-keys is about; ReleaseNotFound when there is none."""
    if operation in COMPARE:
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
    raise Failure("ReleaseNotFound", problem + choice)


def file_sha256(path: str) -> str:
    """As the manifest has it; empty when the file cannot be read."""
    try:
        return sha256(path)
    except OSError:
        return ""


def requirements_of(folder: str, settings: installation.Installation) -> str:
    """The digest of the files that the environment would be built from; empty where there are none."""
    try:
        return requirements_sha256(folder, settings, installation.chosen(folder, settings))
    except (Invalid, OSError):
        return ""


def other_base(layout: Layout, release: str) -> bool:
    """Whether a migration left a base of every .env that this release was not made with."""
    try:
        with open(layout.env_base, "rb") as base:
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


class Look:
    """What was found about the release that serves."""

    def __init__(self) -> None:
        self.is_healthy = False
        # The version of the interpreter that is wanted, and the hash of the environment if a deployment need not build it.
        self.python, self.environment = "", ""
        # Whether a file is not as the commit has it. What could not be compared is no reason to deploy.
        self.is_changed = False


def looked(host: Host, current: str) -> Look:
    look = Look()
    look.is_healthy = bool(current) and is_healthy(host, current)
    if current and host.request.text("Operation") in COMPARE:
        python = interpreter.find(host)
        if python:
            look.python, look.environment = python.version, sound_environment(host, python, current)
        look.is_changed = bool(commit_files.compare(host, current).changes)
    return look


def is_healthy(host: Host, release: str) -> bool:
    """At one look."""
    try:
        subject = serving(read_manifest(host.layout, release))
    except Refused as problem:
        host.log.write(host.redacted(str(problem)))
        return False
    return first_problem(host, subject) is None


def sound_environment(host: Host, python: interpreter.Interpreter, release: str) -> str:
    layout, settings = host.layout, installation.of(host.request.text("Installation"))
    folder = layout.release(release)
    try:
        key = python.environment_hash(environment_key.key(folder, settings, installation.chosen(folder, settings)))
    except (Invalid, OSError):
        return ""
    name = environment_of(layout, release, key)
    return name if is_sound(os.path.join(layout.environments, name)) else ""


def is_built(layout: Layout, release: str) -> bool:
    """Whether a release needs no build."""
    try:
        name = os.path.basename(os.readlink(os.path.join(layout.release(release), "venv")))
    except OSError:
        return False
    # The link may be another user's.
    return bool(re.fullmatch("[A-Za-z0-9-]{1,64}", name)) and is_sound(os.path.join(layout.environments, name))


def is_open(layout: Layout) -> bool:
    """Whether the instance may still roll back."""
    return os.path.isfile(layout.armed) or os.path.isfile(layout.firing)


def differences(host: Host, manifest: Dict[str, Any], revision: str, look: Look) -> List[str]:
    """Why a deployment would change something, in words of the plan."""
    layout, wanted = host.layout, host.request.text
    folder = layout.release(manifest["release"])
    found: List[str] = []

    def differs(name: str, condition: Any) -> None:
        if condition and name not in found:
            found.append(name)

    differs("commit", manifest["revision"] != revision)
    differs("files", look.is_changed)
    settings = installation.of(wanted("Installation"))
    differs("requirements", settings.is_fresh or manifest.get("installation", {}) != settings.fields
            or manifest["requirements_sha256"] != requirements_of(folder, settings))
    differs("interpreter", manifest["python_full_version"] != look.python)
    differs("environment", manifest["environment_hash"] != look.environment
            or manifest["virtual_env_path"] != wanted("VirtualEnvPath")
            or os.path.basename(os.path.realpath(wanted("VirtualEnvPath"))) != manifest["environment_hash"])
    differs("env", manifest["env_base_sha256"] != file_sha256(os.path.join(folder, ".deployer-env-base"))
            or not os.path.isfile(os.path.join(folder, ".env"))
            or other_base(layout, folder))
    own = os.path.join(layout.release_state(manifest["release"]), "units")
    names = os.listdir(own) if os.path.isdir(own) else []
    differs("units", not names or unit_texts(own, names) != unit_texts(layout.units, names)
            or manifest["units_digest"] != program.units_digest())
    differs("services", manifest["services"] != json.loads(wanted("Services")))
    differs("port", str(manifest["port"]) != wanted("Port"))
    differs("health-path", manifest["health_path"] != wanted("HealthPath"))
    differs("persistent-paths", sorted(manifest["persistent_paths"]) != sorted(json.loads(wanted("PersistentPaths"))))
    for name in secret_differences(declared_secrets.in_manifest(manifest), wanted_secrets(host)):
        differs(name, True)
    differs("mode-variables", mode_variables.in_manifest(manifest) != json.loads(wanted("ModeVariables")))
    differs("export-env", manifest.get("export_env", False) != (wanted("ExportEnv") == "true"))
    differs("keys", manifest.get("simulate", wanted("Simulate") == "true") != (wanted("Simulate") == "true"))
    if wanted("Protocol") == "http":
        differs("protocol", manifest["protocol"] != "http")
    else:
        differs("protocol", wanted("Protocol") == "https" and manifest["protocol"] != "https")
        differs("certificate", manifest["certificate_version"] != wanted("CertificateVersion")
                or manifest["certificate_hostname"] != wanted("CertificateHostname"))
        if manifest["protocol"] == "https":
            link = os.path.join(layout.certificates, manifest["certificate_hostname"])
            differs("certificate", manifest["certificate_not_after"] and manifest["certificate_not_after"] <= stamp(host.system.now()))
            differs("certificate", not os.path.isfile(os.path.join(link, "key.pem")))
    differs("unconfirmed", is_open(layout))
    return found


def wanted_secrets(host: Host) -> List[Declaration]:
    try:
        return declared_secrets.in_text(host.request.text("Secrets"))
    except Refused as problem:
        raise Failure("InvalidParameter", "Secrets: %s" % problem) from None


def secret_differences(served: List[Declaration], wanted: List[Declaration]) -> List[str]:
    """The secrets that another declaration or version has; of the secret keys only "keys"."""
    one, other = declared_secrets.by_name(served), declared_secrets.by_name(wanted)
    names = [name for name in sorted({*one, *other}) if one.get(name) != other.get(name)]
    return ["keys" if name == "keys" else "secret " + name for name in names]


def certificate_serves(layout: Layout, manifest: Dict[str, Any], version: str) -> bool:
    """Whether this version is the one that serves, with the content and the rights it was given."""
    link = os.path.join(layout.certificates, manifest["certificate_hostname"])
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
        with open(os.path.join(layout.release_state(manifest["release"]), "certificate.sha256")) as file:
            return file.read().split() == digests
    except OSError:
        return False


def recorded_protocol(manifest: Dict[str, Any], operation: str, wanted: str) -> str:
    """What to serve: for a restart what serves, else what was requested. A manifest of an earlier version has only what serves."""
    if operation == "rotate-certificate":
        return "https"
    if operation == "restart" or manifest["protocol"] == "http" and "requested_protocol" not in manifest:
        return str(manifest["protocol"])
    return str(manifest.get("requested_protocol", wanted))


def recorded_secrets(manifest: Dict[str, Any], wanted: List[Declaration]) -> str:
    """The declarations of a release with the versions that the request knows. The others get theirs from the function InjectKeys."""
    known = declared_secrets.by_name(wanted)
    found = []
    for one in map(declared_secrets.unversioned, declared_secrets.in_manifest(manifest)):
        if "version" in known.get(one["name"], {}):
            one["version"] = known[one["name"]]["version"]
        found.append(one)
    return json.dumps(found, separators=(",", ":"))


def recorded_settings(manifest: Dict[str, Any], operation: str, protocol: str, wanted: List[Declaration]) -> Dict[str, str]:
    settings = {
        "Secrets": recorded_secrets(manifest, wanted),
        "ExportEnv": "true" if manifest.get("export_env", False) else "false",
        "ModeVariables": json.dumps(mode_variables.in_manifest(manifest), separators=(",", ":")),
        "Services": json.dumps(manifest["services"], separators=(",", ":")),
        "Port": str(manifest["port"]),
        "HealthPath": manifest["health_path"],
        "PersistentPaths": json.dumps(manifest["persistent_paths"], separators=(",", ":")),
        "PythonVersion": manifest["python_version"],
        "Installation": json.dumps(manifest.get("installation", {}), separators=(",", ":")),
        "VirtualEnvPath": manifest["virtual_env_path"],
        "RepositoryUrl": manifest["repository_url"],
        "Branch": manifest["branch"],
        "Revision": manifest["revision"],
        "CertificateHostname": manifest["certificate_hostname"],
        "Protocol": recorded_protocol(manifest, operation, protocol),
    }
    if "simulate" in manifest:
        settings.update({
            "Simulate": "true" if manifest["simulate"] else "false",
            "WhenKeysInvalid": manifest["when_keys_invalid"],
            "KeepReleases": str(manifest["keep_releases"]),
            "BakeSeconds": str(manifest["bake_seconds"]),
        })
    return settings


def wanted_revision(host: Host, remote: Optional[git.Remote]) -> str:
    """The commit that is to serve; nothing for an operation on a release, and before the first deployment of a branch."""
    if remote is None:
        return ""
    if remote.revision or not git.is_possible(host):
        return remote.revision
    return remote.newest()


def kept_changes_of(host: Host, remote: git.Remote, manifest: Dict[str, Any], revision: str) -> List[str]:
    """For a plan: what the commit changes below persistent paths. A plan is made without it when the repository does not answer."""
    from robothost.kept_changes import sentences
    from robothost.mirror import mirror_of

    paths = persistent_paths(json.loads(host.request.text("PersistentPaths")))
    if manifest["revision"] == revision or manifest["repository_url"] != remote.url or not paths:
        return []
    mirror = mirror_of(host.layout, remote.url)
    try:
        done = remote.run(["BindReadOnlyPaths=-" + mirror], "below-remote", mirror, manifest["revision"], revision, remote.url, remote.branch, *paths)
    except Failure as failure:
        host.log.write(failure.message)
        return []
    return [host.redacted(one) for one in sentences(host.layout.application, paths, done.output)] if done.code == 0 else []


def service_changes_of(host: Host, manifest: Dict[str, Any]) -> List[str]:
    """For a plan: which fields of the services would change."""
    from robothost.service_changes import sentences

    found = sentences(manifest["services"], json.loads(host.request.text("Services")))
    return [host.redacted(one) for one in found[:MOST_CHANGES]] + ["and %d more" % (len(found) - MOST_CHANGES)] * (len(found) > MOST_CHANGES)


def inspect(host: Host) -> Dict[str, Any]:
    """nothing_to_do, differences, revision, release, serving, healthy, releases, settings, built, and changes and warnings of a plan."""
    layout, request = host.layout, host.request
    operation, current = request.text("Operation"), releases.current(layout)
    remote = git.Remote(host) if operation in COMPARE else None
    revision = wanted_revision(host, remote)
    look = looked(host, current)
    known = releases.known(layout, current)
    chosen = target(operation, request.text("Release"), current, known)
    meant = usable(layout, chosen) if chosen else {}
    manifest, summary = releases.what_serves(layout, current)
    settings: Dict[str, str] = {}
    if operation in COMPARE:
        if summary and not manifest:
            found = ["manifest"]
        else:
            found = differences(host, manifest, revision, look) if manifest else ["release"]
        if summary and not look.is_healthy:
            found.append("health")
    else:
        revision = meant["revision"]
        settings = recorded_settings(meant, operation, request.text("Protocol"), wanted_secrets(host))
        found = operation_differences(host, operation, meant, current, look)
    return {
        "nothing_to_do": not found,
        "differences": found,
        "revision": revision,
        "release": chosen,
        "serving": summary,
        "healthy": look.is_healthy,
        "releases": known[:MOST_RELEASES],
        "settings": settings,
        "built": bool(chosen) and is_built(layout, chosen),
        "changes": service_changes_of(host, manifest) if manifest and operation == "plan" else [],
        "warnings": kept_changes_of(host, remote, manifest, revision) if remote and manifest and operation == "plan" else [],
    }


def operation_differences(host: Host, operation: str, meant: Dict[str, Any], current: str, look: Look) -> List[str]:
    if operation == "rotate-certificate":
        return [] if certificate_serves(host.layout, meant, host.request.text("CertificateVersion")) else ["certificate"]
    # Requested again, a rollback to this very release has come to its end.
    is_done = operation == "rollback" and meant["release"] == current and look.is_healthy and not is_open(host.layout)
    return [] if is_done else [operation]
