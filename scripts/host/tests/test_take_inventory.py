"""What a migration knows of containers, and what it never reports."""

import json
import os

from robothost.docker import inventory_file
from robothost.step import as_json
from tests.containers import PORT, SECRET, ContainersTest, container


class TakeInventoryTest(ContainersTest):
    def test_has_names_of_settings_and_no_value(self) -> None:
        answer = self.take_inventory()
        robot = answer["containers"][0]
        self.assertEqual(["A", "KEY"], robot["environment"]["env_content"]["names"])
        self.assertEqual(["OTHER"], robot["environment"]["names"])
        self.assertEqual([PORT], robot["ports"])
        self.assertTrue(robot["mounts"][0]["carried"])
        self.assertEqual((inventory_file(self.layout), False), (answer["file"], answer["shortened"]))
        kept = self.read(inventory_file(self.layout))
        self.assertEqual({**json.loads(kept), "file": answer["file"], "shortened": False}, answer)
        self.assertNotIn(SECRET, kept + as_json(answer) + str(self.system.journal))
        self.assertEqual(0o600, os.stat(inventory_file(self.layout)).st_mode & 0o777)
        self.assertEqual(0o700, os.stat(self.layout.migration).st_mode & 0o777)
        self.assertIn("robot writes to /elsewhere, which is in no persistent path and is not carried over", answer["warnings"])
        self.assertEqual([], self.docker.changes)

    def test_fits_the_answer_of_systems_manager(self) -> None:
        self.docker.containers = [container("robot-%d" % number, self.data, content="A=1\n" * 50) for number in range(60)]
        answer = self.take_inventory()
        self.assertTrue(answer["shortened"])
        self.assertLess(len(json.dumps(answer)), 24_000)
        self.assertEqual((50, 60), (len(answer["containers"]), answer["counts"]["containers"]))

    def test_has_only_the_containers_that_are_named(self) -> None:
        self.docker.containers.append(container("page", self.data))
        self.assertEqual(["page"], [one["name"] for one in self.take_inventory(("page",))["containers"]])

    def test_has_the_units_files_and_certificates_of_containers(self) -> None:
        self.write(os.path.join(self.layout.units, "robot-box.service"), "[Service]\nExecStart=-/usr/bin/docker run robot\n")
        self.write(os.path.join(self.layout.units, "other.service"), "[Service]\nExecStart=/usr/bin/true docker\n")
        compose = self.write(os.path.join(self.root, "srv/robot/docker-compose.yml"), "services:\n")
        settings = self.write(os.path.join(self.root, "srv/robot/robot.env"), "A=1\n")
        self.write(os.path.join(self.root, "srv/alone/.env"), "A=1\n")
        certificate = self.write(os.path.join(self.data, "cert.pem"), "PEM")
        self.system.answer("openssl", certificate, output="subject=CN = x.local\nnotAfter=Jan  1 00:00:00 2027 GMT\n")
        answer = self.take_inventory()
        self.assertEqual((["robot-box.service"], [compose, settings]), (answer["units"], answer["files"]))
        self.assertEqual([{"file": certificate, "subject": "CN = x.local", "not_after": "Jan  1 00:00:00 2027 GMT"}],
                         answer["containers"][0]["certificates"])

    def test_forgets_that_an_earlier_migration_was_completed(self) -> None:
        done = self.write(os.path.join(self.layout.migration, "cleaned-up"), "{}")
        self.take_inventory()
        self.assertFalse(os.path.exists(done))

    def test_is_refused_without_what_it_needs(self) -> None:
        self.docker.answer("docker", errors="\nCannot connect\n", code=1)
        self.assertEqual({"failure": "HostUnfit", "message": "docker does not answer: docker ps: Cannot connect"}, self.take_inventory())
        self.docker.missing.add("docker")
        self.assertEqual({"failure": "HostUnfit", "message": "there is no docker command on this instance, so there are no containers to"
                                                             " migrate from"}, self.take_inventory())
        self.assertFalse(os.path.exists(inventory_file(self.layout)))

    def test_is_refused_without_the_containers_that_are_meant(self) -> None:
        self.assertEqual("the containers cannot be read: there is no container named a, b", self.take_inventory(("b", "robot", "a"))["message"])
        self.docker.containers = []
        self.assertEqual("the containers cannot be read: there is no container on this instance", self.take_inventory()["message"])

    def test_stays_as_it_was_once_the_containers_were_taken_over_from(self) -> None:
        self.take_inventory()
        before = self.read(inventory_file(self.layout))
        self.write(os.path.join(self.layout.migration, "held.json"), "{}")
        self.docker.containers = []
        self.assertEqual("the containers were taken over from; undo that before they are looked at again", self.take_inventory()["message"])
        self.assertEqual(before, self.read(inventory_file(self.layout)))
