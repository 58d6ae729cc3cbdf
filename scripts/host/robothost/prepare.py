"""prepare: the part of deploy-release that makes sure the instance has what a deployment needs, before anything is changed.

Guarantee: afterwards git, jq, curl, openssl, the AWS CLI and the Python of the request are installed, with ec2-user,
crypto-robot-fetch and crypto-robot-build, and the application's folders; code, environments and mirrors are not ec2-user's; there is
room on the disk, made where it is short; the instance has a role, which the application's user cannot reach, its clock agrees with
AWS and its agent knows ENV_VAR parameters. What is missing is installed by dnf or apt-get; what cannot be fixed is HostUnfit or
PythonMissing.
Changes: packages, the users, folders, the rule and unit crypto-robot-metadata, the rule that takes sudo from the user, the program
that leaves crash bundles, the limits of the journal, the unit that ships logs; where room is short, old releases and caches.
The answer is {"python","python_version","free_megabytes","freed":[…],"installed":[…],"sudo"}; sudo is a sentence about where the
application's user has lost that right, or empty.
"""

from __future__ import annotations

import os
import sys

from robothost import (application_folder, fence, former_code, host_checks, install_python, interpreter, journal_limits, machine_files,
                       metadata_guard, room, shipping, step, sudo, users)
from robothost import layout as places
from robothost.failures import CODES, Failure
from robothost.layout import Layout
from robothost.log import StepLog
from robothost.packages import NEEDED, Packages
from robothost.parameters import Request, declared
from robothost.step import Host, as_json
from robothost.system import System

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

STEP, SECONDS = "deploy-release", 2100


def prepare(host: Host) -> Dict[str, Any]:
    packages = Packages(host)
    packages.installed += users.need_users(host)
    application_folder.make_folders(host.layout)
    former_code.take_over_code(host)
    space = room.Room(host)
    space.make()
    for name, dnf, apt in NEEDED:
        packages.need(name, dnf, apt)
    # The units run it after each end, as root and outside their sandbox, and continue without it when it is missing.
    machine_files.install_runner(host.layout, "crash")
    metadata_guard.install(host, packages)
    lost_right = sudo.take_away(host)
    journal_limits.install(host)
    python = install_python.need(host, packages)
    host_checks.check_role(host)
    metadata_guard.check(host)
    host_checks.check_clock(host)
    host_checks.check_agent(host)
    shipping.set_up(host, packages)
    return {"python": python.path, "python_version": python.version, "free_megabytes": space.megabytes, "freed": space.freed,
            "installed": packages.installed, "sudo": lost_right}


def main(failure: str) -> None:
    """For a step in bash: prints the answer. A failure goes into its file: the exit code and the line."""
    system, layout = System(), Layout(os.environ.get("SSM_ApplicationPath", ""))
    log = StepLog(STEP, system, sys.stderr.buffer)
    log.open(layout)
    host = None
    try:
        patterns = declared(places.__doc__, fence.__doc__, room.__doc__, interpreter.__doc__, shipping.__doc__)
        host = Host(STEP, Request(patterns, os.environ), layout, system, log, os.environ, SECONDS)
        print(as_json(prepare(host)))
    except Exception as problem:
        name, message = "StepFailed", step.unforeseen(problem, STEP, layout)
        if isinstance(problem, Failure):
            name, message = problem.name, problem.message
        line = as_json({"failure": name, "message": step.redacted(message, host, layout)[:step.LONGEST_MESSAGE]})
        with open(failure, "w", encoding="utf-8") as file:
            file.write("%d\n%s\n" % (CODES[name], line))
        sys.exit(1)
