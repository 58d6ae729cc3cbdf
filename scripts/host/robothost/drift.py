"""drift: names what differs between what serves and what was deployed: files, links, .env, units and certificate.

Each difference is {"what", "said", "mend"}: its kind, a sentence that is redacted, and the one command that fixes it. drift_running
names what runs and was not deployed.
"""

from __future__ import annotations

import hashlib
import os

from robothost import commit_files
from robothost.environment_seal import has_earlier_seal, is_sound
from robothost.files import rights_problem
from robothost.manifest import read_manifest
from robothost.rules import Refused
from robothost.services import installed, states
from robothost.step import Host
from robothost.system import stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

SHOWN = 10
LONGEST_SENTENCE = 300


def read(path: str) -> Optional[bytes]:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


class Deployed:
    """What was deployed, and the differences found so far."""

    def __init__(self, host: Host, release: str, environment: str, manifest: Dict[str, Any]) -> None:
        self.host, self.release, self.environment, self.manifest = host, release, environment, manifest
        self.folder = host.layout.release(release)
        self.state = host.layout.release_state(release)
        self.services = [service for service in manifest["services"] if service["enabled"]]
        self.found: List[Dict[str, str]] = []

    def differs(self, what: str, said: str, mend: str) -> None:
        self.found.append({"what": what, "said": self.host.redacted(said)[:LONGEST_SENTENCE], "mend": mend})

    def operate(self, operation: str) -> str:
        return "operate %s %s" % (operation, self.environment)


def check_files(deployed: Deployed, changed: List[Tuple[str, str]]) -> None:
    words = {"M": "was changed", "D": "is gone", "T": "is of another kind", "+": "was added"}
    for kind, path in changed[:SHOWN]:
        deployed.differs("files", "%s %s" % (path, words.get(kind, "differs")), deployed.operate("deploy"))
    if len(changed) > SHOWN:
        deployed.differs("files", "%d more files" % (len(changed) - SHOWN), deployed.operate("deploy"))


def check_environment(deployed: Deployed) -> None:
    wanted = os.path.join(deployed.host.layout.environments, deployed.manifest["environment_hash"])
    if not is_sound(wanted) and not has_earlier_seal(wanted):
        deployed.differs("environment", "the virtual environment is not what pip left", deployed.operate("deploy"))
    elif os.path.realpath(os.path.join(deployed.folder, "venv")) != os.path.realpath(wanted):
        deployed.differs("environment", "the release's venv leads elsewhere", deployed.operate("deploy"))


def check_manifest(deployed: Deployed) -> None:
    """Root goes by its own copy; what lies in the release is for people."""
    own = read(os.path.join(deployed.state, "release.json"))
    if own is not None and own != read(os.path.join(deployed.folder, "release.json")):
        deployed.differs("manifest", "release.json was changed", deployed.operate("rotate-keys"))


def check_links(deployed: Deployed) -> None:
    for line in (read(os.path.join(deployed.state, "links")) or b"").decode().splitlines():
        link, target = line.split(" ", 1)
        path = os.path.join(deployed.host.layout.application, link)
        if not os.path.islink(path) or os.readlink(path) != target:
            deployed.differs("links", "%s does not lead to %s" % (link, target), deployed.operate("start"))


def check_env(deployed: Deployed) -> None:
    path, mend = os.path.join(deployed.folder, ".env"), deployed.operate("rotate-keys")
    env = read(path)
    if env is None:
        deployed.differs("env", ".env is gone", mend)
        return
    rights = rights_problem(path, 0o600)
    if rights:
        deployed.differs("env", ".env " + rights, mend)
    digest = read(os.path.join(deployed.state, "env.sha256"))
    if digest is not None and digest.decode().strip() != hashlib.sha256(env).hexdigest():
        deployed.differs("env", ".env has another content than it was given", mend)


def check_secret_files(deployed: Deployed) -> None:
    """Of a secret that was not given there is no file."""
    mend = deployed.operate("rotate-keys")
    for line in (read(os.path.join(deployed.state, "files.sha256")) or b"").decode().splitlines():
        digest, path = line.split(" ", 1)
        place = os.path.join(deployed.folder, path)
        found = read(place)
        if found is None:
            deployed.differs("env", path + " is gone", mend)
            continue
        rights = rights_problem(place, 0o600)
        if rights:
            deployed.differs("env", "%s %s" % (path, rights), mend)
        if hashlib.sha256(found).hexdigest() != digest:
            deployed.differs("env", path + " has another content than it was given", mend)


def check_units(deployed: Deployed) -> None:
    layout = deployed.host.layout
    mend = deployed.operate("start")
    found = states(deployed.host.system, sorted(service["name"] for service in deployed.services))
    for name, state in found.items():
        file = name + ".service"
        text = read(os.path.join(layout.units, file))
        if text is None or text != read(os.path.join(deployed.state, "units", file)):
            deployed.differs("units", "%s %s" % (file, "is gone" if text is None else "was changed"), mend)
        if state.drop_ins:
            deployed.differs("units", "%s is overridden by %s" % (file, state.drop_ins), "on the instance: systemctl revert " + file)
        if state.file_state != "enabled":
            deployed.differs("services", "%s is not enabled" % name, mend)
        if state.active not in ("active", "activating", "reloading"):
            deployed.differs("services", "%s does not run" % name, mend)
    for name in installed(layout):
        if name not in found:
            deployed.differs("services", "%s is installed and was not deployed" % name, mend)


def check_certificate(deployed: Deployed) -> None:
    manifest = deployed.manifest
    if manifest["protocol"] != "https":
        return
    mend = deployed.operate("rotate-certificate")
    folder = os.path.join(deployed.host.layout.certificates, manifest["certificate_hostname"])
    digests = []
    for name, mode in (("cert.pem", 0o644), ("key.pem", 0o600)):
        part = read(os.path.join(folder, name))
        if part is None:
            deployed.differs("certificate", name + " is gone", mend)
            return
        digests.append(hashlib.sha256(part).hexdigest())
        rights = rights_problem(os.path.join(folder, name), mode)
        if rights:
            deployed.differs("certificate", "%s %s" % (name, rights), mend)
    known = read(os.path.join(deployed.state, "certificate.sha256"))
    if known is not None and known.decode().split() != digests:
        deployed.differs("certificate", "it is not version %s of its secret" % manifest["certificate_version"], mend)
    if manifest["certificate_not_after"] <= stamp(deployed.host.system.now()):
        deployed.differs("certificate", "it expired at " + manifest["certificate_not_after"], mend)


class Comparison:
    """The differences, and why files were not compared, or nothing."""

    def __init__(self, found: List[Dict[str, str]], unknown: str = "") -> None:
        self.found, self.unknown = found, unknown


def compare(host: Host, release: str, environment: str) -> Comparison:
    from robothost import drift_running

    try:
        manifest = read_manifest(host.layout, release)
    except Refused as problem:
        return Comparison([{"what": "manifest", "said": host.redacted(str(problem)), "mend": "operate deploy " + environment}])
    files = commit_files.compare(host, release)
    deployed = Deployed(host, release, environment, manifest)
    check_files(deployed, files.changes)
    check_environment(deployed)
    check_manifest(deployed)
    check_links(deployed)
    check_env(deployed)
    check_secret_files(deployed)
    check_units(deployed)
    check_certificate(deployed)
    drift_running.check_processes(deployed)
    drift_running.check_ports(deployed)
    drift_running.check_packet_filter(deployed)
    return Comparison(deployed.found, host.redacted(files.unknown))
