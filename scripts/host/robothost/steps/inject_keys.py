r"""inject-keys: give a release its keys, certificate paths and units, and so finish it.

Guarantee: the release's .env is the repository's (after a migration what the containers had), byte for byte, but for the lines that the
deployer owns: those of the mode, which is ROBOT_MODE by default, the variables of the declared secrets, which are BINANCE_API_KEY and BINANCE_SECRET_KEY of the secret keys by
default, and over HTTPS SSL_CERT_PATH and SSL_KEY_PATH (over HTTP neither). A declared secret may become a file of the release instead. A
simulation gets only the secrets that are in_simulation. .env and these files are 0600 and ec2-user's. Values go from Secrets Manager
through a pipe into the memory of the step and from there to the file. release.json is written last. A release that served before is given
its new keys in place; what it had is kept until it is confirmed.
Changes: .env, the files of secrets, root's folder of the release, release.json. What serves is touched only if it is this very release, and its
processes not at all. The secrets are judged here and nowhere else, see keys.py: without good ones the release gets none, or the step
fails as KeysRefused where the request requires keys. A Secrets Manager that fails or refuses is KeysUnreadable, never a simulation.
Prints {"mode","reason","protocol","keys_version","warnings":[…],"sets_mode":bool}: whether .env has a variable that names the mode.

Parameter Release ^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}$ The release to finish.
Parameter SecretPrefix ^[A-Za-z0-9/_+=.@-]{1,512}$ How the names of the environment's secrets begin.
Parameter Secrets ^\[.*\]$ JSON array of the secrets, see declared_secrets.py; a version is empty when there is no such secret.
Parameter ModeVariables ^\{.*\}$ JSON object of the variables of each mode, see mode_variables.py.
Parameter ExportEnv ^(true|false)$ Whether .env also becomes the environment of the services, see export_env.py.
Parameter CertificateHostname ^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$ The host name served.
Parameter CertificateVersion ^[A-Za-z0-9-]{0,64}$ Version of the certificate; empty when there is none.
Parameter CertificateNotAfter ^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z)?$ When the certificate ends; empty without one.
Parameter Protocol ^(https|http)$ What the application is to speak.
Parameter RequestedProtocol ^(https|https-or-http|http)$ What was requested; recorded for later operations on the release.
Parameter Simulate ^(true|false)$ Whether the release gets no keys, whatever the secret holds; recorded.
Parameter WhenKeysInvalid ^(simulate|refuse)$ Whether a release without good keys is a simulation or refused; recorded.
Parameter KeepReleases ^[1-9][0-9]{0,2}$ How many good releases are kept; recorded.
Parameter BakeSeconds ^([0-9]{1,2}|[12][0-9]{2}|300)$ How long a release must stay healthy before it is confirmed; recorded.
Parameter VirtualEnvPath ^(/[A-Za-z0-9_][A-Za-z0-9._-]{0,63}){2,9}$ Where the serving environment is to be found.
Parameter Services ^\[.*\]$ JSON array of the services as the request schema has them.
Parameter Port ^[0-9]{1,5}$ The web application's port.
Parameter HealthPath ^/[A-Za-z0-9._~/?=&%-]{0,200}$ What answers 200 when the web application is healthy.
Parameter PersistentPaths ^\[.*\]$ JSON array of the paths that outlive a release.
Parameter RepositoryUrl ^[A-Za-z0-9@:._~/+-]{1,400}$ The repository the release came from.
Parameter Branch ^[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}$ The branch the release came from.
Parameter Containers ^(keep|replace)$ Whether the containers of a migration stay, or this takes over from them.
Timeout 120
Uses fence.py interpreter.py installation.py
"""

from __future__ import annotations

import os

from robothost import (changes, containers, declared_secrets, files, former_state, given_secrets, history, interpreter, machine_files,
                       mode_variables, secret_files)
from robothost.env_file import Unreadable, env_of
from robothost.failures import Failure
from robothost.persistent_paths import kept
from robothost.release_state import write_state
from robothost.rules import Refused, checked, persistent_paths
from robothost.step import Host, as_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List

    from robothost.declared_secrets import Declaration
    from robothost.given_secrets import Given
    from robothost.mode_variables import Modes

OF_THE_DEPLOYER = {"current", "releases", "venvs", "shared", "certificates", "mirror", "before-migration"}


def run(host: Host) -> str:
    layout, request = host.layout, host.request
    release, protocol = request.text("Release"), request.text("Protocol")
    check_release(host)
    if protocol == "https":
        check_certificate(host)
    python = interpreter.find(host)
    if python is None:
        raise Failure("PythonMissing", "Python %s is not on this instance" % (request.text("PythonVersion") or "3"))
    declared, paths = declared_in(host), persistent(host)
    modes = modes_in(host, declared)
    given = given_secrets.read(host, declared)
    containers.check(host, given.mode, request.text("Containers"))
    former_state.save(host, release)
    former_state.note_secrets(layout, release, declared)
    write_files(host, given)
    write_env(host, given, declared_secrets.variables_of(declared), modes)
    if request.text("ExportEnv") == "true":
        machine_files.install_runner(layout, "export_env")
    manifest = write_state(host, python, given.mode, paths, declared)
    # Root goes by the copy in its own folder. This one shows that the release is finished.
    files.write(layout, os.path.join(layout.release(release), "release.json"), as_json(manifest) + "\n")
    changes.sync(layout.release(release))
    history.record(layout, host.system, request.text("Owner"), "keys", release, "", manifest["revision"],
                   "%s, %s" % (given.mode, versions_in_words(declared)))
    return as_json({"mode": given.mode, "reason": given.reason, "protocol": protocol, "keys_version": manifest["keys_version"],
                    "warnings": [host.redacted(one) for one in given.warnings], "sets_mode": bool(mode_variables.names_of(modes))})


def check_release(host: Host) -> None:
    layout, release, environment = host.layout, host.request.text("Release"), host.request.text("VirtualEnvPath")
    folder = layout.release(release)
    if not os.path.isdir(folder) or not os.path.islink(os.path.join(folder, "venv")):
        raise Failure("ReleaseNotFound", "release %s is not built on this instance" % release)
    parent, name = os.path.split(environment)
    if parent != layout.application:
        raise Failure("InvalidParameter", "VirtualEnvPath is %s; it must lie directly in %s" % (environment, layout.application))
    if name in OF_THE_DEPLOYER or name.startswith("."):
        raise Failure("InvalidParameter", "VirtualEnvPath %s is taken by the deployer" % environment)


def check_certificate(host: Host) -> None:
    hostname, version = host.request.text("CertificateHostname"), host.request.text("CertificateVersion")
    try:
        size = os.path.getsize(os.path.join(host.layout.certificate(hostname, version), "key.pem"))
    except OSError:
        size = 0
    if not size:
        raise Failure("CertificateUnreadable", "version '%s' of the certificate for %s is not on this instance" % (version, hostname))


def declared_in(host: Host) -> List[Declaration]:
    """The secrets of the request. What a simulation does not get has no version."""
    try:
        declared = declared_secrets.in_text(host.request.text("Secrets"))
    except Refused as problem:
        raise Failure("InvalidParameter", "Secrets: %s" % problem) from None
    is_simulation = host.request.text("Simulate") == "true"
    return [dict(one, version="" if is_simulation and not one["in_simulation"] else one.get("version", "")) for one in declared]


def modes_in(host: Host, declared: List[Declaration]) -> Modes:
    try:
        return mode_variables.in_text(host.request.text("ModeVariables"), declared_secrets.variables_of(declared))
    except Refused as problem:
        raise Failure("InvalidParameter", "ModeVariables: %s" % problem) from None


def versions_in_words(declared: List[Declaration]) -> str:
    if [one["name"] for one in declared] == ["keys"]:
        return "version " + (declared[0]["version"] or "none")
    return ", ".join("%s version %s" % (one["name"], one["version"] or "none") for one in declared) or "no secrets"


def write_files(host: Host, given: Given) -> None:
    layout, release = host.layout, host.request.text("Release")
    secret_files.replace(layout, release, given.files, former_state.secret_files_of(layout, release))


def persistent(host: Host) -> List[str]:
    """The paths of the request, if what is in shared/ can be served."""
    try:
        paths = checked(host.request.text("PersistentPaths"), persistent_paths)
        for path in paths:
            kept(os.path.realpath(host.layout.application), path)
    except Refused as problem:
        raise Failure("HostUnfit", "PersistentPaths: %s" % problem) from None
    return paths


def write_env(host: Host, given: Given, names: List[str], modes: Modes) -> None:
    layout, request = host.layout, host.request
    folder = layout.release(request.text("Release"))
    env, base = os.path.join(folder, ".env"), os.path.join(folder, ".deployer-env-base")
    owner = layout.owner()
    if not os.path.isfile(base):
        if os.path.lexists(env) and (os.path.islink(env) or not os.path.isfile(env)):
            raise Failure("StepFailed", ".env in the repository is not a plain file")
        source = next((path for path in (layout.env_base, env) if os.path.isfile(path)), "")
        files.write(layout, base, as_text(files.plain(source)) if source else "", 0o600, owner)
    certificate = os.path.join(layout.certificates, request.text("CertificateHostname")) if request.text("Protocol") == "https" else ""
    try:
        text = env_of(files.plain(base), given.mode, given.variables, certificate, names, modes)
    except Unreadable as problem:
        raise Failure("StepFailed", str(problem)) from None
    except OSError as error:
        raise Failure("StepFailed", "%s cannot be read: %s" % (os.path.basename(base), error.strerror)) from error
    files.write(layout, env, as_text(text), 0o600, owner)


def as_text(content: bytes) -> str:
    """Bytes that are no UTF-8 come and go unchanged."""
    return content.decode("utf-8", "surrogateescape")
