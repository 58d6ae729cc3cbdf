r"""deploy-release: make sure the instance has what a deployment needs, bring the commit, and build its environment.

Guarantee: everything that takes time or can fail is done while the old release serves, which is not touched. It runs three parts in
order: prepare, fetch (only a deploy brings a commit) and build. Each is described in its module, has its own log lines, and fails by
its own name. In the end all of it is on the disk. Running it again gives the same.
Changes: see the parts. Prints {"parts":[{"part","seconds"},…]} with the fields of all parts.

Parameter Operation ^[a-z-]{1,20}$ The operation; deploy brings a commit, the others use the release that Release names.
Timeout 2100
Uses fence.py interpreter.py installation.py room.py shipping.py git.py fetch.py build.py imports.py
"""

from __future__ import annotations

from robothost import durable
from robothost.build import build
from robothost.fetch import fetch
from robothost.prepare import prepare
from robothost.step import Host, as_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict


class Parts:
    """The parts that have run, with what each has answered."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.answer: Dict[str, Any] = {"parts": []}

    def run(self, name: str, part: Callable[[], Dict[str, Any]]) -> Dict[str, Any]:
        begun = self._host.system.uptime()
        self._host.log.write("%s: begins" % name)
        answered: Dict[str, Any] = part()
        seconds = round(self._host.system.uptime() - begun, 3)
        self._host.log.write("%s: %s" % (name, as_json(answered)))
        self.answer["parts"].append({"part": name, "seconds": seconds})
        self.answer.update(answered)
        return answered


def synced(host: Host) -> Dict[str, Any]:
    """The later steps rely on all of it."""
    durable.sync(host)
    return {}


def run(host: Host) -> str:
    parts, release = Parts(host), host.request.text("Release")
    parts.run("prepare", lambda: prepare(host))
    if host.request.text("Operation") == "deploy":
        release = parts.run("fetch", lambda: fetch(host))["release"]
    parts.run("build", lambda: build(host, release))
    parts.run("sync", lambda: synced(host))
    return as_json(parts.answer)
