"""What a takeover needs, checked before it begins, and the base of .env that it leaves."""

import json
import os
import shutil
from typing import Any

from tests.containers import SECRET, ContainersTest, container


class AdoptSettingsTest(ContainersTest):
    def adopt(self, phase: str = "cutover") -> Any:
        ended = self.run_step("adopt-settings", PersistentPaths='["data"]', MigrationPhase=phase, **self.fence())
        self.assertNotIn(SECRET, ended.errors + json.dumps(ended.answer) + str(self.system.journal))
        return ended.answer

    def assert_refused(self, message: str, phase: str = "cutover") -> None:
        self.assertEqual({"failure": "HostUnfit", "message": message}, self.adopt(phase))
        self.assertFalse(os.path.exists(self.layout.env_base), "a base was chosen all the same")

    def test_makes_the_content_of_the_containers_the_base_for_root_alone(self) -> None:
        self.take_inventory()
        self.assertEqual({"env_content": {"from": "robot", "names": ["A", "KEY"]}, "bytes": 2}, self.adopt())
        self.assertEqual("A=1\nKEY=%s\n" % SECRET, self.read(self.layout.env_base))
        self.assertEqual(0o600, os.stat(self.layout.env_base).st_mode & 0o777)
        self.assertEqual([], self.docker.changes)

    def test_an_instance_without_the_application_yet_is_fit_for_a_takeover(self) -> None:
        self.take_inventory()
        shutil.rmtree(self.layout.application)
        self.assertEqual(2, self.adopt().get("bytes"))

    def test_containers_without_content_leave_no_base(self) -> None:
        self.docker.containers[0]["Config"]["Env"] = ["A=1"]
        self.take_inventory()
        self.assertEqual({"from": "", "names": []}, self.adopt()["env_content"])
        self.assertFalse(os.path.exists(self.layout.env_base))

    def test_refuses_containers_of_different_content(self) -> None:
        self.docker.containers = [container("robot", self.data, content="A=1\n"), container("webapp", self.data, content="A=2\n")]
        self.take_inventory()
        self.assert_refused("robot and webapp have different ENV_CONTENT; name one of them in the request's containers")

    def test_refuses_content_that_is_no_text(self) -> None:
        self.docker.containers[0]["Config"]["Env"] = ["ENV_CONTENT=" + SECRET]
        self.take_inventory()
        self.assert_refused("ENV_CONTENT of robot is not base64 of a text")

    def test_refuses_two_containers_that_keep_different_data_under_one_path(self) -> None:
        other = os.path.join(self.root, "other")
        os.mkdir(other)
        self.docker.containers = [container("robot", self.data), container("webapp", other)]
        self.take_inventory()
        self.assert_refused("robot and webapp both keep data, in different places; name one of them in the request's containers")

    def test_refuses_a_container_that_could_not_come_back(self) -> None:
        self.docker.containers = [container("robot", self.data, auto_remove=True)]
        self.take_inventory()
        self.assert_refused("robot would be gone once stopped (--rm), and no unit starts it: it could not come back; start it without --rm,"
                            " then prepare again")
        self.assertEqual("robot", self.adopt("parallel")["env_content"]["from"])

    def test_a_container_that_a_unit_starts_can_come_back(self) -> None:
        self.docker.containers = [container("robot", self.data, auto_remove=True)]
        self.write(os.path.join(self.layout.units, "robot-box.service"), "[Service]\nExecStart=/usr/bin/docker run --rm robot\n")
        self.take_inventory()
        self.assertEqual("robot", self.adopt()["env_content"]["from"])

    def test_needs_an_inventory(self) -> None:
        self.assert_refused("no migration is prepared on this instance; run phase prepare first")

    def test_a_takeover_that_was_made_has_its_settings(self) -> None:
        self.take_inventory()
        self.write(os.path.join(self.layout.migration, "held.json"), "{}")
        self.assertEqual({"env_content": {"from": "", "names": []}, "bytes": 0}, self.adopt())
        self.assert_refused("the containers were taken over from already; undo that to have both side by side", "parallel")
