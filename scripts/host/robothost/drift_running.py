"""drift_running: names what runs and was not deployed: processes, listening ports, a packet filter that is not loaded.

drift_running <application> <release> <environment name> <folder of installed units> <user>
<file with changed files> <file that names the environment when it is unsound>; prints the array of differences.
"""

import json
import os
import pwd
import re

from robothost.drift import (Deployed, check_certificate, check_env, check_environment, check_files, check_links, check_manifest,
                             check_units, read, said_by)

GUARD = "crypto-robot-metadata.service"


def unit_of(pid):
    """The system's unit a process belongs to, or nothing. Units of a user lie below the system's unit user@<uid>.service."""
    found = re.search(r"/([^/\n]+\.service)(?:/|$)", read("/proc/%s/cgroup" % pid) or "", re.MULTILINE)
    return found.group(1) if found else ""


def processes(deployed):
    """(pid, unit, program, whether its user is the application's) of each process that is the application's by what it runs."""
    uid = pwd.getpwnam(deployed.user).pw_uid
    application = deployed.application + "/"
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            owner = os.stat("/proc/" + pid).st_uid
            where = os.readlink("/proc/%s/cwd" % pid) + "/"
            words = (read("/proc/%s/cmdline" % pid, "rb") or b"").decode("utf-8", "replace").split("\0")
        except OSError:
            continue
        program = words[0]
        runs_ours = program.startswith(application)
        in_release = where.startswith(application + "releases/") and "python" in os.path.basename(program)
        if runs_ours or in_release:
            yield pid, unit_of(pid), program, owner == uid


def expected_units(deployed):
    return {service["name"] + ".service" for service in deployed.services}


def check_processes(deployed):
    for pid, unit, program, _ in processes(deployed):
        if unit in expected_units(deployed) or unit.startswith(("crypto-robot-step-", "crypto-robot-plan-")):
            continue
        said = "process %s (%s) runs outside the services" % (pid, os.path.basename(program))
        deployed.differs("processes", said, "on the instance: kill " + pid)


def check_ports(deployed):
    """A service may listen where it likes; what listens beside the services is named."""
    web = any(service["type"] == "web_application" for service in deployed.services)
    uid = pwd.getpwnam(deployed.user).pw_uid
    for line in said_by("ss", "-Hltnp").splitlines():
        address = line.split()[3]
        port = address.rsplit(":", 1)[1]
        for pid in sorted(set(re.findall(r"pid=(\d+)", line))):
            unit = unit_of(pid)
            if unit in expected_units(deployed):
                continue
            try:
                ours = os.stat("/proc/" + pid).st_uid == uid
            except OSError:
                continue
            if ours:
                said = "port %s is listened on by process %s%s" % (port, pid, " of " + unit if unit else "")
                deployed.differs("ports", said, "on the instance: kill " + pid)
            elif web and port == str(deployed.manifest["port"]):
                said = "port %s belongs to process %s, which is not the web application" % (port, pid)
                deployed.differs("ports", said, "on the instance: kill " + pid)


def check_packet_filter(deployed):
    if not os.path.exists(os.path.join(deployed.installed, GUARD)):
        return
    rules = said_by("nft", "list", "table", "inet", "crypto_robot")
    if "169.254.169.254" not in rules or "reject" not in rules:
        said = "the rule that keeps all users but root from the instance's credentials is not loaded"
        deployed.differs("firewall", said, "on the instance: systemctl restart " + GUARD)


def main(application, release, environment, units, user, changed, unsound):
    deployed = Deployed(application, release, environment, units, user)
    check_files(deployed, read(changed).splitlines())
    check_environment(deployed, read(unsound))
    check_manifest(deployed)
    check_links(deployed)
    check_env(deployed)
    check_units(deployed)
    check_certificate(deployed)
    check_processes(deployed)
    check_ports(deployed)
    check_packet_filter(deployed)
    print(json.dumps(deployed.found, ensure_ascii=False))
