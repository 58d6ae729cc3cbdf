"""What a step has reported is on the disk: the steps run on a file system in an image, and a copy of the image has what a power cut
leaves, without the pages in memory and without the journal that is not yet on the disk."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import unittest
from typing import Dict, Iterator
from unittest import mock

from tests import test_inject_keys
from tests.fixture import NEW, OLD, FolderTest, Run

MEGABYTES = 400
# Lost without harm: logs, and the files that only hold a flock.
SPARE = ("log/", ".flock")


def run(*command: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def content(root: str) -> Dict[str, str]:
    """Of everything of the deployer's: the content of a file, or where a link leads."""
    found = {}
    for place in ("var/lib/crypto-robot-deployer", "opt/crypto-robot", "etc/systemd/system", "usr/local/lib"):
        for folder, folders, names in os.walk(os.path.join(root, place)):
            for path in (os.path.join(folder, name) for name in folders + names):
                inside = os.path.relpath(path, root)
                if os.path.islink(path):
                    found[inside] = "to " + os.readlink(path)
                elif os.path.isfile(path) and not any(one in inside for one in SPARE):
                    with open(path, encoding="utf-8", errors="replace") as file:
                        found[inside] = file.read()
    return found


class Disk:
    """A file system of its own for the folder of a test."""

    def __init__(self, test: unittest.TestCase, kind: str, place: str = "") -> None:
        folder = place + "-" + kind if place else tempfile.mkdtemp(prefix="disk-")
        os.makedirs(folder, exist_ok=True)
        test.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        self._folder, self._copies = folder, 0
        self._image, self._look, own = (os.path.join(folder, name) for name in ("image", "look", "place"))
        # It may cover a folder.
        self.place = place or own
        # Copies of one XFS have one UUID. The journal of ext4 is written only for a sync.
        self._options = "loop,nouuid" if kind == "xfs" else "loop,commit=600"
        os.makedirs(self.place, exist_ok=True)
        os.mkdir(self._look)
        run("truncate", "--size=%dM" % MEGABYTES, self._image)
        for command in (("mkfs." + kind, "-q", self._image), ("mount", "-o", self._options, self._image, self.place)):
            try:
                done = run(*command)
            except OSError as problem:
                test.skipTest(str(problem))
            if done.returncode:
                test.skipTest("%s: %s" % (" ".join(command), done.stdout.decode(errors="replace").strip()))
        test.addCleanup(run, "umount", self.place)

    def copy(self) -> str:
        """What a power cut leaves now."""
        self._copies += 1
        copy = os.path.join(self._folder, "copy-%d" % self._copies)
        run("cp", "--sparse=always", self._image, copy)
        return copy

    @contextlib.contextmanager
    def booted(self, copy: str) -> Iterator[str]:
        """Where a copy is mounted."""
        done = run("mount", "-o", self._options, copy, self._look)
        if done.returncode:
            raise AssertionError(done)
        try:
            yield self._look
        finally:
            run("umount", self._look)
            os.unlink(copy)

    def after_a_power_cut(self, root: str) -> Dict[str, str]:
        with self.booted(self.copy()) as place:
            return content(os.path.join(place, os.path.relpath(root, self.place)))


@unittest.skipIf(os.geteuid(), "only root makes a file system")
class LostPagesTest(unittest.TestCase):
    def instance(self) -> test_inject_keys.InjectKeysTest:
        """On which one release serves and another has no keys yet."""
        found = test_inject_keys.InjectKeysTest("setUp")
        found.setUp()
        self.addCleanup(found.doCleanups)
        with mock.patch.object(found, "good", lambda release: FolderTest.good(found, release)):
            found.serving(OLD)
        for folder in (found.layout.store, found.layout.units):
            os.makedirs(folder, exist_ok=True)
        found.write(os.path.join(found.layout.release_state(OLD), "links"), "venv venvs/hash-of-%s\n" % OLD)
        found.states({"crypto-robot": {"ActiveState": "inactive", "MainPID": "0"}, "crypto-webapp": {"ActiveState": "inactive", "MainPID": "0"}})
        found.system.real.add("sync")
        run("sync")
        return found

    def step(self, on: FolderTest, name: str, phase: int) -> None:
        ended: Run = on.run_step(name, **{**on.fence(phase), "KeepUntilReboot": "false", "KeepReleases": "2", "Release": NEW, "DeadManSeconds": "1200",
                                          "Operation": "deploy", "Containers": "keep", "PersistentPaths": '["data"]'})
        self.assertEqual(0, ended.code, ended)

    def check(self, kind: str, *later: str) -> None:
        disk = Disk(self, kind)
        with mock.patch.object(tempfile, "tempdir", disk.place):
            one = self.instance()
            one.good()
            self.assertEqual(content(one.root), disk.after_a_power_cut(one.root))
            one.installed_program()
            for phase, step in enumerate(later, 60):
                self.step(one, step, phase)
            self.assertEqual(content(one.root), disk.after_a_power_cut(one.root))

    def test_a_confirmed_release_is_whole_on_ext4(self) -> None:
        self.check("ext4", "activate-release", "confirm-release")

    def test_a_confirmed_release_is_whole_on_xfs(self) -> None:
        self.check("xfs", "activate-release", "confirm-release")

    def test_what_was_rolled_back_to_is_whole_on_ext4(self) -> None:
        self.check("ext4", "activate-release", "roll-back")

    def test_what_was_rolled_back_to_is_whole_on_xfs(self) -> None:
        self.check("xfs", "activate-release", "roll-back")
