r"""take-inventory: report what runs in containers on this instance, and remember it.

Guarantee: no container, image, file or unit is changed. The inventory, root's own, has of every container (or of those named) the image,
mounts, ports, networks, restart policy, certificates and compose files, and the names, never the values, of its environment and its
ENV_CONTENT. While it exists, a migration is under way. Run again it is made again, unless the containers were taken over from: then it
stays as it was.
Changes: the inventory. Prints it, shortened to what fits. Fails as HostUnfit when docker is not here or does not answer.

Parameter ContainerNames ^\[.*\]$ JSON array of the containers meant; empty means all.
Parameter PersistentPaths ^\[.*\]$ JSON array of the paths that outlive a release.
Parameter Port ^[0-9]{1,5}$ The port the web application has, and had in its container.
Parameter HealthPath ^/[A-Za-z0-9._~/?=&%-]{0,200}$ What answers 200 when the web application is healthy.
Timeout 120
Uses fence.py
"""

from __future__ import annotations

import json

from robothost import changes
from robothost.containers import are_held, removed_file
from robothost.docker import NotDone, command, inventory_file
from robothost.failures import Failure
from robothost.inventory import shortened, take
from robothost.step import Host
from robothost.system import stamp


def run(host: Host) -> str:
    layout, request = host.layout, host.request
    if not host.system.which("docker"):
        raise Failure("HostUnfit", "there is no docker command on this instance, so there are no containers to migrate from")
    try:
        command(host, "docker", "ps", "--quiet")
    except NotDone as problem:
        raise Failure("HostUnfit", "docker does not answer: %s" % problem) from problem
    if are_held(layout):
        raise Failure("HostUnfit", "the containers were taken over from; undo that before they are looked at again")
    names, paths = (json.loads(request.text(name)) for name in ("ContainerNames", "PersistentPaths"))
    try:
        taken = take(host, names, paths, request.number("Port"), request.text("HealthPath"), stamp(host.system.now()))
    except NotDone as problem:
        raise Failure("HostUnfit", "the containers cannot be read: %s" % problem) from problem
    changes.unlink(removed_file(layout))
    return json.dumps(shortened(taken, inventory_file(layout)), ensure_ascii=False)
