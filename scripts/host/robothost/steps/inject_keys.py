r"""inject-keys: give a release its keys, certificate paths and units, and so finish it.

Guarantee: the release's .env is the repository's (after a migration what the containers had), byte for byte, but for the lines that the
deployer owns: ROBOT_MODE, in live mode BINANCE_API_KEY and BINANCE_SECRET_KEY (in simulation neither), over HTTPS SSL_CERT_PATH and
SSL_KEY_PATH (over HTTP neither). It is 0600 and ec2-user's. The keys go from Secrets Manager through a pipe into the memory of the step
and from there to the file. release.json is written last. A release that served before is given its new keys in place; what it had is kept
until it is confirmed.
Changes: .env, root's folder of the release, release.json. What serves is touched only if it is this very release, and its
processes not at all. The keys are judged here and nowhere else, see keys.py: without good ones the release gets none, or the step
fails as KeysRefused where the request requires keys. A Secrets Manager that fails or refuses is KeysUnreadable, never a simulation.
Prints {"mode","reason","protocol","keys_version"}.

Parameter Release ^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}$ The release to finish.
Parameter KeysSecret ^[A-Za-z0-9/_+=.@-]{1,512}$ Name of the secret with the keys.
Parameter KeysVersion ^[A-Za-z0-9-]{0,64}$ Version of the secret; empty when there is none.
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

from robothost import changes, containers, files, former_state, history, interpreter
from robothost.env_file import Unreadable, env_of
from robothost.failures import Failure
from robothost.keys import NoKeys, keys_in
from robothost.persistent_paths import kept
from robothost.release_state import write_state
from robothost.rules import Refused, checked, persistent_paths
from robothost.secrets_manager import Missing, read_secret
from robothost.step import Host, as_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Tuple

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
    keys, reason = judged_keys(host)
    mode = "live" if keys else "simulation"
    paths = persistent(host)
    containers.check(host, mode, request.text("Containers"))
    former_state.save(host, release)
    write_env(host, mode, keys)
    manifest = write_state(host, python, mode, paths)
    # Root goes by the copy in its own folder. This one shows that the release is finished.
    files.write(layout, os.path.join(layout.release(release), "release.json"), as_json(manifest) + "\n")
    changes.sync(layout.release(release))
    version = request.text("KeysVersion")
    history.record(layout, host.system, request.text("Owner"), "keys", release, "", manifest["revision"],
                   "%s, version %s" % (mode, version or "none"))
    return as_json({"mode": mode, "reason": reason, "protocol": protocol, "keys_version": version})


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


def judged_keys(host: Host) -> Tuple[Dict[str, str], str]:
    """The keys of a live release, none for a simulation, and the reason."""
    request = host.request
    if request.text("Simulate") == "true":
        return {}, "no keys given: the request requires a simulation"
    name, version = request.text("KeysSecret"), request.text("KeysVersion")
    try:
        if not version:
            raise NoKeys("there is no secret " + name)
        return keys_in(read_secret(host, name, version, "KeysUnreadable")), "keys given"
    except NoKeys as problem:
        reason = str(problem)
    except Missing as missing:
        reason = missing.reason
    if request.text("WhenKeysInvalid") == "refuse":
        raise Failure("KeysRefused", reason)
    return {}, "no keys given: " + reason


def persistent(host: Host) -> List[str]:
    """The paths of the request, if what is in shared/ can be served."""
    try:
        paths = checked(host.request.text("PersistentPaths"), persistent_paths)
        for path in paths:
            kept(os.path.realpath(host.layout.application), path)
    except Refused as problem:
        raise Failure("HostUnfit", "PersistentPaths: %s" % problem) from None
    return paths


def write_env(host: Host, mode: str, keys: Dict[str, str]) -> None:
    layout, request = host.layout, host.request
    folder = layout.release(request.text("Release"))
    env, base = os.path.join(folder, ".env"), os.path.join(folder, ".deployer-env-base")
    user = layout.user_id()
    if not os.path.isfile(base):
        if os.path.lexists(env) and (os.path.islink(env) or not os.path.isfile(env)):
            raise Failure("StepFailed", ".env in the repository is not a plain file")
        source = next((path for path in (layout.env_base, env) if os.path.isfile(path)), "")
        files.write(layout, base, as_text(files.plain(source)) if source else "", 0o600, user)
    certificate = os.path.join(layout.certificates, request.text("CertificateHostname")) if request.text("Protocol") == "https" else ""
    try:
        text = env_of(files.plain(base), mode, keys, certificate)
    except Unreadable as problem:
        raise Failure("StepFailed", str(problem)) from None
    except OSError as error:
        raise Failure("StepFailed", "%s cannot be read: %s" % (os.path.basename(base), error.strerror)) from error
    files.write(layout, env, as_text(text), 0o600, user)


def as_text(content: bytes) -> str:
    """Bytes that are no UTF-8 come and go unchanged."""
    return content.decode("utf-8", "surrogateescape")
