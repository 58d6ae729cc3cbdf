"""drift: names what differs between what serves and what was deployed: files, links, .env, units and certificate.

drift_running calls it. Each difference is {"what", "said", "mend"}: its
kind, a sentence that is redacted, and the one command that mends it.
"""

import datetime
import hashlib
import os
import pwd
import stat
import subprocess

from robothost.layout import Layout
from robothost.manifest import read_manifest
from robothost.redact import Redaction

MARK = "# Installed by the crypto robot deployer; the next deployment overwrites changes."
SHOWN = 10


def said_by(*command):
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    return done.stdout


def read(path, mode="r"):
    try:
        with open(path, mode) as file:
            return file.read()
    except OSError:
        return None


class Deployed:
    """What was deployed, and the differences found so far."""

    def __init__(self, application, release, environment, units, user):
        self.application, self.release, self.environment = application, release, environment
        self.installed, self.user = units, user
        self.folder = os.path.join(application, "releases", release)
        self.own = Layout(application).release_state(release)
        self.manifest = read_manifest(application, release)
        self.services = [service for service in self.manifest["services"] if service["enabled"]]
        self.found = []
        self.redacted = Redaction(application)

    def differs(self, what, said, mend):
        self.found.append({"what": what, "said": self.redacted(said)[:300], "mend": mend})

    def operate(self, operation):
        return "operate %s %s" % (operation, self.environment)


def check_files(deployed, changed):
    """The lines of changed_files, see release-files.sh."""
    words = {"M": "was changed", "D": "is gone", "T": "is of another kind", "+": "was added"}
    changed = [line for line in changed if not line.startswith("?")]
    for line in changed[:SHOWN]:
        kind, path = line.split(" ", 1)
        deployed.differs("files", "%s %s" % (path, words.get(kind, "differs")), deployed.operate("deploy"))
    if len(changed) > SHOWN:
        deployed.differs("files", "%d more files" % (len(changed) - SHOWN), deployed.operate("deploy"))


def check_environment(deployed, unsound):
    if unsound:
        deployed.differs("environment", "the virtual environment is not what pip left", deployed.operate("deploy"))
    elif os.path.realpath(os.path.join(deployed.folder, "venv")) != os.path.realpath(
            os.path.join(deployed.application, "venvs", deployed.manifest["environment_hash"])):
        deployed.differs("environment", "the release's venv leads elsewhere", deployed.operate("deploy"))


def check_manifest(deployed):
    """Root goes by its own copy; what lies in the release is for people."""
    own = read(os.path.join(deployed.own, "release.json"))
    if own is not None and own != read(os.path.join(deployed.folder, "release.json")):
        deployed.differs("manifest", "release.json was changed", deployed.operate("rotate-keys"))


def check_links(deployed):
    for line in (read(os.path.join(deployed.own, "links")) or "").splitlines():
        link, target = line.split(" ", 1)
        path = os.path.join(deployed.application, link)
        if not os.path.islink(path) or os.readlink(path) != target:
            deployed.differs("links", "%s does not lead to %s" % (link, target), deployed.operate("start"))


def mode_and_owner(path, mode, user):
    """What is wrong with a file's rights, or nothing."""
    status = os.lstat(path)
    owner = pwd.getpwuid(status.st_uid).pw_name if status.st_uid else "root"
    if not stat.S_ISREG(status.st_mode):
        return "is not a plain file"
    if stat.S_IMODE(status.st_mode) != mode or owner != user:
        return "is %o and %s's instead of %o and %s's" % (stat.S_IMODE(status.st_mode), owner, mode, user)
    return ""


def check_env(deployed):
    path, mend = os.path.join(deployed.folder, ".env"), deployed.operate("rotate-keys")
    content = read(path, "rb")
    if content is None:
        return deployed.differs("env", ".env is gone", mend)
    rights = mode_and_owner(path, 0o600, deployed.user)
    if rights:
        deployed.differs("env", ".env " + rights, mend)
    digest = read(os.path.join(deployed.own, "env.sha256"))
    if digest is not None and digest.strip() != hashlib.sha256(content).hexdigest():
        deployed.differs("env", ".env has another content than it was given", mend)


def check_units(deployed):
    wanted = {service["name"] for service in deployed.services}
    mend = deployed.operate("start")
    for name in sorted(wanted):
        file = name + ".service"
        text = read(os.path.join(deployed.installed, file))
        if text is None or text != read(os.path.join(deployed.own, "units", file)):
            deployed.differs("units", "%s %s" % (file, "is gone" if text is None else "was changed"), mend)
        shown = said_by("systemctl", "show", "-p", "DropInPaths,UnitFileState,ActiveState,NeedDaemonReload", file)
        state = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
        if state.get("DropInPaths"):
            deployed.differs("units", "%s is overridden by %s" % (file, state["DropInPaths"]), "on the instance: systemctl revert " + file)
        if state.get("UnitFileState") != "enabled":
            deployed.differs("services", "%s is not enabled" % name, mend)
        if state.get("ActiveState") not in ("active", "activating", "reloading"):
            deployed.differs("services", "%s does not run" % name, mend)
    for file in sorted(os.listdir(deployed.installed)):
        path = os.path.join(deployed.installed, file)
        if file.endswith(".service") and os.path.isfile(path) and not os.path.islink(path):
            if (read(path) or "").split("\n", 1)[0] == MARK and file[:-8] not in wanted:
                deployed.differs("services", "%s is installed and was not deployed" % file[:-8], mend)


def check_certificate(deployed):
    manifest = deployed.manifest
    if manifest["protocol"] != "https":
        return
    mend = deployed.operate("rotate-certificate")
    folder = os.path.join(deployed.application, "certificates", manifest["certificate_hostname"])
    digests = []
    for name, mode in (("cert.pem", 0o644), ("key.pem", 0o600)):
        content = read(os.path.join(folder, name), "rb")
        if content is None:
            return deployed.differs("certificate", name + " is gone", mend)
        digests.append(hashlib.sha256(content).hexdigest())
        rights = mode_and_owner(os.path.join(folder, name), mode, deployed.user)
        if rights:
            deployed.differs("certificate", "%s %s" % (name, rights), mend)
    known = read(os.path.join(deployed.own, "certificate.sha256"))
    if known is not None and known.split() != digests:
        deployed.differs("certificate", "it is not version %s of its secret" % manifest["certificate_version"], mend)
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    if manifest["certificate_not_after"] <= now:
        deployed.differs("certificate", "it expired at " + manifest["certificate_not_after"], mend)
