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

from robothost import (application_folder, former_code, host_checks, install_python, journal_limits, machine_files, metadata_guard, room, shipping,
                       sudo, system_packages, users)
from robothost.packages import NEEDED, Packages
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict


def prepare(host: Host) -> Dict[str, Any]:
    packages = Packages(host)
    packages.installed += users.need_users(host)
    application_folder.make_folders(host.layout)
    former_code.take_over_code(host)
    space = room.Room(host)
    space.make()
    for name, dnf, apt in NEEDED:
        packages.need(name, dnf, apt)
    system_packages.need(host, packages)
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
