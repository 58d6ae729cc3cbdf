"""release_state: everything that root will do to serve a release, decided when the release is finished, see serve.py."""

from __future__ import annotations

import hashlib
import os
import re

from robothost import changes, declared_secrets, durable, files, former_state, installation, secret_files
from robothost.failures import Failure
from robothost.release_json import manifest_of
from robothost.rules import Refused
from robothost.step import Host, as_json
from robothost.units import render, with_env

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List

    from robothost.declared_secrets import Declaration
    from robothost.interpreter import Interpreter


def write_state(host: Host, python: Interpreter, mode: str, paths: List[str], declared: List[Declaration]) -> Dict[str, Any]:
    """Everything that root will do to serve this release, see serve.py. The manifest."""
    layout, request = host.layout, host.request
    release, hostname, version = (request.text(name) for name in ("Release", "CertificateHostname", "CertificateVersion"))
    environment = environment_of(host, release)
    state, state_folder = layout.release_state(".new-" + release), layout.release_state(release)
    files.make_folder(os.path.dirname(state), 0o700)
    changes.remove_tree(state)
    for folder in (state, os.path.join(state, "units")):
        changes.make_folder(folder, 0o755)
    try:
        units = render(layout, os.path.join(layout.environments, environment), request.text("Services"), request.number("Port"), paths,
                       installation.of(request.text("Installation")).directory, with_env(layout) if request.text("ExportEnv") == "true" else "")
    except Refused as problem:
        raise Failure("InvalidParameter", str(problem)) from None
    links = {request.text("VirtualEnvPath")[len(layout.application) + 1:]: "venvs/" + environment}
    texts = {os.path.join("units", name + ".service"): text for name, text in units.items()}
    # By the digests of files a difference from what was deployed is seen; they never have the content.
    private = {"env.sha256": former_state.digests(os.path.join(layout.release(release), ".env"))}
    given = [path for path in declared_secrets.files_of(declared) if os.path.lexists(os.path.join(layout.release(release), path))]
    if given:
        private["files.sha256"] = "".join("%s %s\n" % (hashlib.sha256(secret_files.content(layout, release, path)).hexdigest(), path)
                                          for path in given)
    if request.text("Protocol") == "https":
        links["certificates/" + hostname] = ".versions/%s-%s" % (hostname, version)
        certificate = layout.certificate(hostname, version)
        private["certificate.sha256"] = former_state.digests(*(os.path.join(certificate, name) for name in ("cert.pem", "key.pem")))
    texts["links"] = "".join("%s %s\n" % link for link in links.items())
    for name, text in {**texts, **private}.items():
        changes.write_part(os.path.join(state, name), text, 0o600 if name in private else 0o644)
    try:
        manifest = manifest_of(host, state, environment, python, mode, declared)
    except Refused as problem:
        raise Failure("StepFailed", str(problem)) from None
    changes.write_part(os.path.join(state, "release.json"), as_json(manifest) + "\n", 0o644)
    # Half a state under the final name is replaced by the next attempt: nothing serves it before release.json is there.
    durable.sync(host)
    changes.remove_tree(state_folder)
    changes.rename(state, state_folder)
    former_state.forget_note(layout, release)
    changes.sync(os.path.dirname(state_folder))
    return manifest


def environment_of(host: Host, release: str) -> str:
    """The link is in a folder of another user's, and the name becomes part of units."""
    name = os.path.basename(os.readlink(os.path.join(host.layout.release(release), "venv")))
    if not re.fullmatch(r"[A-Za-z0-9-]{1,64}", name):
        raise Failure("ReleaseNotFound", "the venv of release %s leads to no environment" % release)
    return name
