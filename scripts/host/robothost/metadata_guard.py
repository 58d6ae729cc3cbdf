"""metadata_guard: the instance's metadata service answers root only, so that the application never gets the instance's role.

A rule of nftables refuses the addresses to every other user; a unit loads it at every boot before the application's units. Those deny
the addresses too, which takes control groups of version 2. Nothing that a step runs as another user needs them.
"""

from __future__ import annotations

import os
import socket

from robothost import machine_files, program
from robothost.failures import Failure
from robothost.layout import USER
from robothost.packages import Packages
from robothost.serve import required
from robothost.step import Host

UNIT = "crypto-robot-metadata.service"
# In the range of the ids that useradd gives a user for its own user namespaces. No account has it.
SUBORDINATE_ID = 100_001


def install(host: Host, packages: Packages) -> None:
    packages.need("nft", "nftables", "nftables")
    rules = os.path.join(host.layout.store, "metadata.nft")
    machine_files.install(host.layout, rules, program.template("crypto-robot-metadata.nft"))
    loaded = host.system.run("nft", "-f", rules)
    if loaded.code:
        raise Failure("HostUnfit", "nftables refuses the rule that keeps all users but root from the instance's credentials: %s"
                      % (loaded.output + loaded.errors).strip()[:500])
    if machine_files.install(host.layout, os.path.join(host.layout.units, UNIT), program.template(UNIT)):
        required(host, "systemctl", "daemon-reload")
    if not os.path.islink(os.path.join(host.layout.units, "multi-user.target.wants", UNIT)):
        required(host, "systemctl", "enable", "--quiet", "--no-reload", UNIT)
    required(host, "systemctl", "start", UNIT)


def check(host: Host) -> None:
    """Tries it. The caller has received an answer of the metadata service as root."""
    for user in (host.layout.account(USER)[0], SUBORDINATE_ID):
        if not host.system.act_as(user, user, connect):
            raise Failure("HostUnfit", "the instance metadata service answers user %d in spite of table inet crypto_robot; see nft list ruleset"
                          % user)


def connect() -> None:
    socket.create_connection(("169.254.169.254", 80), timeout=3).close()
