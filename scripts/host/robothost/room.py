r"""room: makes room on the disk before a deployment needs it.

Parameter Release ^([0-9]{8}T[0-9]{6}Z-[0-9a-f]{7})?$ The release this is about, where it is there already; it stays.
Parameter KeepReleases ^[1-9][0-9]{0,2}$ How many good releases to keep.
Parameter CertificateHostname ^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$ The host name served.
Parameter CertificateVersion ^[A-Za-z0-9-]{0,64}$ Version of the certificate that is being brought; empty when there is none.
"""

from __future__ import annotations

import os

from robothost import changes, decision, git, history, releases, retention, store
from robothost.failures import Failure
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List

NEEDED_MEGABYTES = 1024
# A rollback needs what serves and the good release before it.
LEAST_GOOD = 2


class Room:
    """What is free on the application's file system, and the good releases that were removed for it."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.keep, self.release = host.request.number("KeepReleases"), host.request.text("Release")
        self.megabytes = 0
        self.freed: List[str] = []

    def is_enough(self) -> bool:
        self.megabytes = self._host.system.free_bytes(self._host.layout.application) >> 20
        return self.megabytes >= NEEDED_MEGABYTES

    def make(self) -> None:
        """Removes only as much as is needed, in this order: what retention would remove anyway and what can be fetched again; then good
        releases, the oldest first, never what serves, the good one before it or the one this is about. HostUnfit when there is
        still too little."""
        if self.is_enough():
            return
        before, application = self.megabytes, self._host.layout.application
        # A release whose decision is open may need any of them.
        if not decision.is_open(self._host.layout):
            self.remove()
        removed = " ".join(self.freed)
        if not self.is_enough():
            raise Failure("HostUnfit", "%s has %d MB left, a deployment needs %d; %d MB were made free%s. What is left takes: %s. Enlarge the"
                                       " volume or clear what is yours" % (
                                           application, self.megabytes, NEEDED_MEGABYTES, self.megabytes - before,
                                           " by removing " + removed if removed else "", self.sizes()))
        self._host.log.write("made room on the disk: %d MB were free, now %d; removed: %s" % (before, self.megabytes, removed or "caches and logs"))

    def remove(self) -> None:
        serving = releases.linked(self._host.layout)
        retention.remove_unfinished_parts(self._host)
        self.freed += self.retain(serving, self.keep)
        self.remove_old_logs()
        # Each of them can be downloaded again.
        changes.remove_tree(store.folder(self._host.layout))
        self.clear_mirrors()
        keep = self.keep - 1
        while keep >= LEAST_GOOD and not self.is_enough():
            self.remove_good(serving, keep)
            keep -= 1

    def retain(self, serving: str, keep: int) -> List[str]:
        request = self._host.request
        brought = "%s-%s" % (request.text("CertificateHostname"), request.text("CertificateVersion"))
        return retention.retain(self._host, serving, keep, [self.release], brought)[1]

    def remove_good(self, serving: str, keep: int) -> None:
        """Good releases beyond keep, which are fewer than the request wants; the log and history have it."""
        for release in self.retain(serving, keep):
            self.freed.append(release)
            self._host.log.write("good release %s was removed: the disk has too little room for %d of them" % (release, self.keep))
            history.record(self._host.layout, self._host.system, self._host.request.text("Owner"), "discarded", release, serving,
                           reason="the disk had too little room for it")

    def remove_old_logs(self) -> None:
        logs = self._host.layout.logs
        for name in sorted(os.listdir(logs)):
            if ".log." in name:
                changes.unlink(os.path.join(logs, name))

    def clear_mirrors(self) -> None:
        """Mirrors are copies of repositories. The one that was used last saves most of its next fetch."""
        folder = self._host.layout.mirrors
        mirrors = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if os.path.isdir(os.path.join(folder, name))]
        newest = max(mirrors, key=os.path.getmtime, default="")
        for mirror in mirrors:
            if mirror != newest:
                changes.remove_tree(mirror)
            elif git.run_offline(self._host, ["BindPaths=" + mirror], "clean", mirror).code:
                self._host.log.write("%s cannot be cleaned" % mirror)

    def sizes(self) -> str:
        application, found = self._host.layout.application, []
        for name in ("releases", "venvs", "shared", "mirror"):
            if os.path.isdir(os.path.join(application, name)):
                size = self._host.system.run("du", "-sm", os.path.join(application, name)).output.split("\t")[0]
                found.append("%s %s MB" % (name, size))
        return ", ".join(found)
