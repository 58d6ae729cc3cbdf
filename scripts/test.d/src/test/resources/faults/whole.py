"""whole: reads the state of the instance it runs on and prints as JSON what serves, its inconsistencies, and what is left over.

Runs as an argument of python3 -c. Waits until no step and no switch runs.
"""

import glob
import hashlib
import json
import os
import pwd
import re
import subprocess
import time

APP = "/opt/crypto-robot"
STATE = "/var/lib/crypto-robot-deployer"
UNITS = "/etc/systemd/system"
MARK = "# Installed by the crypto robot deployer; the next deployment overwrites changes.\n"
PROPERTIES = "Id,ActiveState,SubState,MainPID,NeedDaemonReload"


def output(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def text(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def shown(unit):
    lines = output("systemctl", "show", "--property=" + PROPERTIES, unit + ".service").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def await_stillness(limit=120):
    end = time.monotonic() + limit
    while time.monotonic() < end:
        busy = output("systemctl", "list-units", "--plain", "--no-legend", "--state=active,activating,deactivating",
                    "crypto-robot-step-*", "crypto-robot-dead-man.service", "crypto-robot-settle.service")
        jobs = output("systemctl", "list-jobs", "--no-legend", "crypto-*")
        if not busy.strip() and not jobs.strip():
            return []
        time.sleep(0.05)
    return ["still running after %d s: %s %s" % (limit, busy, jobs)]


def installed():
    found = {}
    for path in glob.glob(UNITS + "/*.service"):
        content = text(path)
        if content.startswith(MARK):
            found[os.path.basename(path)[:-len(".service")]] = content
    return found


def robots():
    count = 0
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        words = text(path).split("\0")
        count += "main.py" in words and "robot" in words
    return count


def units(release, manifest):
    """The inconsistencies between the units, their processes and the release."""
    problems = []
    state = STATE + "/releases/" + release + "/units"
    wanted = {os.path.basename(path)[:-len(".service")]: text(path) for path in glob.glob(state + "/*.service")}
    found = installed()
    if not wanted:
        problems.append("release %s has no units" % release)
    if sorted(wanted) != sorted(found):
        problems.append("units %s are installed instead of %s" % (sorted(found), sorted(wanted)))
    program = APP + "/venvs/" + manifest["environment_hash"] + "/bin/"
    for name in wanted:
        if found.get(name) != wanted[name]:
            problems.append("the content of %s is not that of the release" % name)
        if "ExecStart=" + program not in wanted[name]:
            problems.append("%s does not start from environment %s" % (name, manifest["environment_hash"]))
        if not os.path.islink(UNITS + "/multi-user.target.wants/" + name + ".service"):
            problems.append(name + " does not start at boot")
        now = shown(name)
        if (now["ActiveState"], now["SubState"], now["NeedDaemonReload"]) != ("active", "running", "no"):
            problems.append("unit %s" % now)
            continue
        folder = os.readlink("/proc/%s/cwd" % now["MainPID"])
        if folder != APP + "/releases/" + release:
            problems.append("%s works in %s" % (name, folder))
        if not text("/proc/%s/cmdline" % now["MainPID"]).startswith(program):
            problems.append("%s runs %s" % (name, text("/proc/%s/cmdline" % now["MainPID"]).replace("\0", " ")))
    return problems


def links(release):
    problems = []
    for line in text(STATE + "/releases/" + release + "/links").splitlines():
        link, target = line.split(" ", 1)
        if not os.path.islink(APP + "/" + link) or os.readlink(APP + "/" + link) != target:
            problems.append("%s does not lead to %s" % (link, target))
        elif not os.path.exists(APP + "/" + link):
            problems.append("%s leads nowhere" % link)
    return problems


def env(release, manifest):
    path = APP + "/releases/" + release + "/.env"
    status = os.stat(path)
    lines = text(path).splitlines()
    problems = []
    user = pwd.getpwnam("ec2-user")
    if (status.st_mode & 0o777, status.st_uid, status.st_gid) != (0o600, user.pw_uid, user.pw_gid):
        problems.append(".env has mode %o of user %d and group %d" % (status.st_mode & 0o777, status.st_uid, status.st_gid))
    if "ROBOT_MODE=" + manifest["mode"] not in lines:
        problems.append(".env is not of mode " + manifest["mode"])
    if (manifest["mode"] == "live") != any(line.startswith("BINANCE_API_KEY=") for line in lines):
        problems.append(".env and its keys do not fit mode " + manifest["mode"])
    if (manifest["protocol"] == "https") != any(line.startswith("SSL_CERT_PATH=") for line in lines):
        problems.append(".env and its certificate do not fit " + manifest["protocol"])
    return problems


def started(release):
    """Whether the running robot was started with the mode and key that its .env has now."""
    given = ""
    lines = text(APP + "/releases/" + release + "/.env").splitlines()
    for name in ("ROBOT_MODE", "BINANCE_API_KEY"):
        given += next((line.split("=", 1)[1] for line in lines if line.startswith(name + "=")), "")
    wanted = shown("crypto-robot")["MainPID"] + " " + hashlib.sha256(given.encode()).hexdigest()
    end = time.monotonic() + 10
    while text(APP + "/shared/data/started").strip() != wanted:
        if time.monotonic() > end:
            return ["the robot was started with another mode or key than it has now, or has not started"]
        time.sleep(0.05)
    return []


def with_other_packages(manifest):
    """The good releases with another virtual environment, the newest first."""
    good = re.findall(r'"event":"confirmed","release":"([^"]+)"', text(STATE + "/history.jsonl"))
    found = []
    for release in reversed(good):
        path = APP + "/releases/" + release + "/release.json"
        if release not in found and os.path.exists(path):
            if json.loads(text(path))["environment_hash"] != manifest.get("environment_hash"):
                found.append(release)
    return found


def leftovers():
    """Files that a completed operation must not leave behind."""
    found = [path for path in glob.glob(APP + "/releases/*") if not os.path.exists(path + "/release.json")]
    for pattern in (
        "/venvs/.[!.]*", "/releases/.new-*", "/certificates/.versions/.new-*", "/mirror/*.new", "/mirror/*/*.lock", "/mirror/*/index.*",
        "/*.new", "/.new/*.new", "/.new/.*.new", "/certificates/*.new", "/releases/*/*.new", "/releases/*/.env.*",
        "/releases/*/.*.new",
    ):
        found += glob.glob(APP + pattern)
    for pattern in (
        "/armed", "/firing", "/confirming", "/saved/*", "/saved/.[!.]*", "/releases/.new-*", "/releases/*.restored", "/*.new",
        "/releases/*.new",
    ):
        found += glob.glob(STATE + pattern)
    found += glob.glob(UNITS + "/*.new") + glob.glob(UNITS + "/crypto-robot-dead-man.timer")
    found += glob.glob("/usr/local/lib/crypto-robot-deployer/*.new") + glob.glob("/run/crypto-robot-unsettled")
    return sorted(found)


def main():
    problems = await_stillness()
    target = os.readlink(APP + "/current") if os.path.islink(APP + "/current") else ""
    release = os.path.basename(target)
    manifest = {}
    if not release:
        problems.append("nothing serves: current is missing")
    elif target != "releases/" + release:
        problems.append("current leads to " + target)
    else:
        try:
            manifest = json.loads(text(APP + "/releases/" + release + "/release.json"))
        except ValueError as error:
            problems.append("release %s is not finished: %s" % (release, error))
    if manifest:
        if manifest["release"] != release:
            problems.append("release.json of %s names %s" % (release, manifest["release"]))
        problems += units(release, manifest) + links(release) + env(release, manifest)
        problems += started(release)
    if robots() != 1:
        problems.append("%d robots run" % robots())
    lock = text(STATE + "/lock")
    print(json.dumps({
        "release": release,
        "revision": manifest.get("revision", ""),
        "mode": manifest.get("mode", ""),
        "processes": " ".join(shown(name).get("MainPID", "") for name in sorted(installed())),
        "problems": problems,
        "left_over": leftovers(),
        "lock": json.loads(lock) if lock else None,
        "decision": [name for name in ("armed", "firing", "confirming") if os.path.exists(STATE + "/" + name)],
        "with_other_packages": with_other_packages(manifest),
        "counter": int(text(APP + "/shared/data/counter") or 0),
        "kept": text(APP + "/shared/data/kept"),
        "second_robots": text(APP + "/shared/data/twice"),
    }))


main()
