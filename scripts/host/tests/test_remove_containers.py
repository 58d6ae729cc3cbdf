"""The end of a migration: what is archived, what is removed, and when it is refused."""

import json
import os
import tarfile
from typing import Any

from robothost.docker import held_file, inventory_file
from robothost.layout import UNIT_MARK
from tests.containers import ContainersTest
from tests.fixture import NEW


class RemoveContainersTest(ContainersTest):
    def setUp(self) -> None:
        super().setUp()
        self.compose = self.write(os.path.join(self.root, "srv/robot/docker-compose.yml"), "services:\n")
        self.unit = self.write(os.path.join(self.layout.units, "box.service"), "[Service]\nExecStart=/usr/bin/docker run robot\n")
        self.docker.containers[0]["NetworkSettings"]["Networks"] = {"own": {}}
        self.docker.answer("docker", "network", "ls", output="n1\nn2\n")
        self.docker.answer("docker", "network", "inspect", output='[{"Name": "own"}, {"Name": "other"}, {"Name": "host"}]')
        self.docker.answer("docker", "volume", output="v\n")
        self.take_inventory()
        held = {"containers": [], "units": [{"name": "box.service", "enabled": True, "active": True}], "health": []}
        self.write(held_file(self.layout), json.dumps(held))
        self.write(os.path.join(self.layout.migration, "carried"), "{}")
        self.serving(NEW)

    def remove(self) -> Any:
        return self.run_step("remove-containers", **self.fence(90)).answer

    def assert_refused(self, message: str) -> None:
        self.assertEqual({"failure": "HostUnfit", "message": message}, self.remove())
        self.assertEqual([], self.docker.changes)
        self.assertFalse(os.path.exists(self.layout.archive))

    def test_archives_the_files_and_removes_the_rest(self) -> None:
        answer = self.remove()
        tar = os.path.join(self.layout.archive, "containers.tar")
        self.assertEqual({"archive": tar, "files": 2, "kept_volumes": ["v"],
                          "removed": {"containers": ["robot"], "images": ["sha256:1"], "networks": ["own"]}}, answer)
        self.assertEqual(["rm --force robot", "image rm sha256:1", "network rm own"], self.docker.changes)
        self.assertIn(("systemctl", "daemon-reload"), self.docker.calls)
        self.assertFalse(os.path.exists(self.compose) or os.path.exists(self.unit), "an archived file is left")
        self.assertEqual(["cleaned-up"], os.listdir(self.layout.migration))
        self.assertEqual((0o600, 0o700), (os.stat(tar).st_mode & 0o777, os.stat(self.layout.archive).st_mode & 0o777))
        with tarfile.open(tar) as archive:
            names = [path.lstrip("/") for path in (self.compose, self.unit, inventory_file(self.layout), held_file(self.layout))]
            self.assertEqual([*names, "MANIFEST.json"], archive.getnames())
            manifest = archive.extractfile("MANIFEST.json")
            assert manifest is not None
            first = json.load(manifest)[0]
            self.assertEqual(("/" + names[0], 10), (first["path"], first["bytes"]))

    def test_says_again_what_it_did(self) -> None:
        answer = self.remove()
        self.docker.changes.clear()
        self.write(inventory_file(self.layout), "{}")
        self.assertEqual(answer, self.remove())
        self.assertEqual([], self.docker.changes)
        self.assertEqual(["cleaned-up"], os.listdir(self.layout.migration))

    def test_continues_where_it_was_ended(self) -> None:
        self.docker.answer("docker", "rm", errors="the engine is gone", code=1)
        self.assertEqual({"failure": "StepFailed", "message": "docker rm: the engine is gone"}, self.remove())
        self.write(self.compose, "changed since\n")
        self.docker.containers = []
        self.assertEqual(2, self.remove()["files"])
        self.assertEqual("changed since\n", self.read(self.compose))
        self.assertFalse(os.path.exists(self.unit))

    def test_is_refused_while_the_containers_serve(self) -> None:
        os.unlink(held_file(self.layout))
        self.assert_refused("the containers still serve; cut over first")
        os.unlink(inventory_file(self.layout))
        self.assert_refused("no migration is under way on this instance")

    def test_is_refused_until_the_takeover_is_confirmed(self) -> None:
        for name in ("armed", "confirming", "firing"):
            path = self.write(os.path.join(self.layout.state, name), "{}")
            self.assert_refused("the takeover is not confirmed yet")
            os.unlink(path)

    def test_is_refused_unless_a_good_release_serves(self) -> None:
        no_good = "no release that was confirmed healthy serves; undo the takeover or deploy a good one"
        history = self.read(self.layout.history)
        os.unlink(self.layout.history)
        self.assert_refused(no_good)
        self.write(self.layout.history, history)
        os.unlink(self.layout.current)
        self.assert_refused(no_good)

    def test_is_refused_unless_it_runs(self) -> None:
        self.states({"crypto-robot": {"ActiveState": "failed", "SubState": "failed", "ExecMainCode": "1", "ExecMainStatus": "3"}})
        self.assert_refused("crypto-robot exited with status 3, restarted 0 times; nothing was removed")
        self.states({"crypto-robot": {"MainPID": "100", "NRestarts": "1"}})
        self.assert_refused("crypto-robot ended, restarted 1 times; nothing was removed")

    def test_is_refused_when_its_manifest_was_changed(self) -> None:
        self.write(os.path.join(self.layout.release_state(NEW), "release.json"), "{}")
        self.assertIn("release %s is not usable" % NEW, self.remove()["message"])
        self.assertTrue(self.read(os.path.join(self.layout.units, "crypto-robot.service")).startswith(UNIT_MARK))
