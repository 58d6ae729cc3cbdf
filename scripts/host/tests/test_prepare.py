"""All that prepare does, on an instance that has nothing and on one that is prepared."""

import json
import os
from typing import Any, Dict, List
from unittest import mock

from robothost import former_code, prepare, program, users
from robothost.failures import Failure
from robothost.layout import Layout
from tests.fixture import NOW, OWNER, FolderTest

TEMPLATES = {"crypto-robot-metadata.nft": "table inet crypto_robot", "crypto-robot-metadata.service": "[Unit]\n",
             "crypto-robot-journal.conf": "[Journal]\n", "crypto-robot-ship.service": "ExecStart=/x/ship /opt/crypto-robot /var/log/crypto-robot\n"}
REQUEST = {"KeepReleases": "5", "Release": "", "CertificateHostname": "x.local", "CertificateVersion": "", "PythonVersion": "", "Installation": "{}", "Owner": OWNER}


class PrepareTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.system.missing = {"sudo", "amazon-ssm-agent"}
        self.variables = {"AWS_REGION": "eu-west-1"}
        self.curl()
        self.system.answer("/usr/bin/python3", output="3.11.2\n")
        self.patch(program, "template", TEMPLATES.__getitem__)
        self.patch(users, "exists", lambda _: True)
        self.patch(Layout, "account", lambda *_: (os.getuid(), os.getgid()))
        self.patch(former_code, "take_over_code", lambda _: None)

    def patch(self, place: object, name: str, value: object) -> None:
        patch = mock.patch.object(place, name, value)
        patch.start()
        self.addCleanup(patch.stop)

    def curl(self) -> None:
        """Root gets answers, the users get none."""
        self.system.answer("curl", output="role")
        self.system.answer("curl", "-D", output="HTTP/1.1 302\r\ndate: Thu, 28 May 2026 20:26:40 GMT\r\n")
        self.system.as_user = {os.getuid(): "Connection refused", 100_001: "Connection refused"}

    def prepare(self, group: str = "") -> Dict[str, Any]:
        self.system.calls.clear()
        return prepare.prepare(self.host_with(LogGroup=group, **REQUEST))

    def refused(self) -> str:
        with self.assertRaises(Failure) as refusal:
            self.prepare()
        self.assertEqual("HostUnfit", refusal.exception.name)
        return refusal.exception.message

    def commands(self, *programs: str) -> List[str]:
        return [" ".join(call) for call in self.system.calls if call[0] in programs]

    def test_the_answer(self) -> None:
        answer = self.prepare()
        self.assertEqual(os.path.realpath("/usr/bin/python3"), answer.pop("python"))
        self.assertEqual("3.11.2", answer.pop("python_version"))
        self.assertEqual({"free_megabytes": 1 << 20, "freed": [], "installed": [], "sudo": ""}, answer)

    def test_files_of_the_machine_are_written(self) -> None:
        self.prepare()
        store = self.layout.store
        self.assertEqual("table inet crypto_robot", self.read(os.path.join(store, "metadata.nft")))
        self.assertEqual("[Unit]\n", self.read(os.path.join(self.layout.units, "crypto-robot-metadata.service")))
        self.assertEqual("[Journal]\n", self.read(self.layout.machine("etc/systemd/journald.conf.d/50-crypto-robot.conf")))
        crash = os.path.join(store, "crash")
        self.assertRegex(self.read(crash), r'^#!/bin/sh\nexec /usr/bin/python3 -IS /\S+ --module crash "\$@"\n$')
        self.assertTrue(os.access(crash, os.X_OK))

    def test_systemd_gets_what_is_new_and_nothing_else(self) -> None:
        self.prepare()
        self.assertEqual(["systemctl daemon-reload", "systemctl enable --quiet --no-reload crypto-robot-metadata.service",
                          "systemctl start crypto-robot-metadata.service", "systemctl restart systemd-journald"], self.commands("systemctl"))
        self.assertEqual(["journalctl --flush"], self.commands("journalctl"))
        wants = os.path.join(self.layout.units, "multi-user.target.wants")
        os.mkdir(wants)
        os.symlink("../x", os.path.join(wants, "crypto-robot-metadata.service"))
        self.prepare()
        self.assertEqual(["systemctl start crypto-robot-metadata.service"], self.commands("systemctl", "journalctl"))
        self.assertEqual(1, len(self.commands("nft")), "the rule is loaded again")

    def test_a_rule_that_nftables_refuses_is_a_failure(self) -> None:
        self.system.answer("nft", errors="syntax error\n", code=1)
        self.assertIn("credentials: syntax error", self.refused())

    def test_a_unit_that_does_not_start_is_a_failure(self) -> None:
        self.system.answer("systemctl", "start", errors="Job failed.\n", code=1)
        with self.assertRaises(Failure) as refusal:
            self.prepare()
        self.assertEqual("systemctl start crypto-robot-metadata.service ended with status 1: Job failed.", refusal.exception.message)

    def test_the_rule_is_tried_as_the_user_and_as_an_id_of_a_namespace(self) -> None:
        self.prepare()
        for user in (os.getuid(), 100_001):
            with mock.patch.dict(self.system.as_user, {user: ""}):
                self.assertIn("the instance metadata service answers user %d in spite of table inet crypto_robot" % user, self.refused())

    def test_logs_are_shipped_and_not_any_more(self) -> None:
        control = self.layout.machine("opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl")
        self.write(control, "")
        os.chmod(control, 0o755)
        self.prepare("/crypto-robot/x")
        unit = os.path.join(self.layout.units, "crypto-robot-ship.service")
        settings = self.layout.machine("etc/crypto-robot-deployer/cloudwatch-agent.json")
        self.assertEqual("ExecStart=/x/ship %s /var/log/crypto-robot\n" % self.layout.application, self.read(unit))
        self.assertIn("--module ship", self.read(os.path.join(self.layout.store, "ship")))
        entry = json.loads(self.read(settings))["logs"]["logs_collected"]["files"]["collect_list"][0]
        self.assertEqual(("/crypto-robot/x", "/var/log/crypto-robot/journal.log"), (entry["log_group_name"], entry["file_path"]))
        self.assertIn("systemctl restart crypto-robot-ship.service", self.commands("systemctl"))
        self.assertRegex(self.commands(control)[0], r" -a append-config -m ec2 -s -c file:\S+/agent\.json$")
        self.prepare("/crypto-robot/x")
        self.assertEqual([], self.commands(control))
        self.assertNotIn("systemctl restart crypto-robot-ship.service", self.commands("systemctl"))
        self.prepare()
        self.assertIn("systemctl disable --quiet --now crypto-robot-ship.service", self.commands("systemctl"))
        self.assertEqual((False, False), (os.path.exists(unit), os.path.exists(settings)))
        self.assertEqual([control + " -a stop"], self.commands(control))
        self.prepare()
        self.assertEqual([], self.commands(control))

    def test_settings_that_the_agent_refuses_are_not_taken_for_its_own(self) -> None:
        control = self.layout.machine("opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl")
        self.write(control, "")
        os.chmod(control, 0o755)
        self.system.answer("append-config", output="bad\nno such group\n", code=1)
        with self.assertRaises(Failure) as refusal:
            self.prepare("/crypto-robot/x")
        self.assertEqual("the CloudWatch agent refuses its settings: no such group", refusal.exception.message)
        self.assertFalse(os.path.exists(self.layout.machine("etc/crypto-robot-deployer/cloudwatch-agent.json")))

    def test_an_instance_without_the_agent_installs_it_or_is_unfit(self) -> None:
        with self.assertRaises(Failure) as refusal:
            self.prepare("/crypto-robot/x")
        self.assertIn("is still missing after installing amazon-cloudwatch-agent", refusal.exception.message)
        self.assertEqual(["dnf -y -q install amazon-cloudwatch-agent"], self.commands("dnf"))
        self.assertEqual(NOW, self.system.clock)
