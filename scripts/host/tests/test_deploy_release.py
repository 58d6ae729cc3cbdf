"""The parts of deploy-release: their order, their times, and how one that fails ends the step."""

from typing import Dict, List
from unittest import mock

from robothost.failures import Failure
from tests.fixture import NEW, FolderTest, Run

STEP = "robothost.steps.deploy_release."


class DeployReleaseTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.lock()
        self.ran: List[str] = []
        self.answers: Dict[str, object] = {
            "prepare": {"python": "/usr/bin/python3.11", "freed": []}, "fetch": {"release": NEW, "subject": "Trade"},
            "build": {"environment_hash": "0123", "reused": True, "requirements": 2}}

    def part(self, name: str, *arguments: object) -> object:
        self.ran.append(" ".join([name, *(one for one in arguments[1:] if isinstance(one, str))]))
        self.system.sleep(1.5)
        found = self.answers[name]
        if isinstance(found, Exception):
            raise found
        return found

    def deploy(self, operation: str = "deploy", release: str = "") -> Run:
        parameters = {**self.fence(), "Operation": operation, "Release": release, "KeepReleases": "5", "CertificateHostname": "x.local",
                      "CertificateVersion": "", "LogGroup": "", "PythonVersion": "", "Installation": "{}", "Services": "[]", "RepositoryUrl": "https://host/x", "Branch": "main", "Revision": "",
                      "RepositorySecret": "", "RepositorySecretVersion": "", "Stamp": "20260202T000000Z", "PersistentPaths": "[]", "Secrets": "[]",
                      "VirtualEnvPath": "/opt/crypto-robot/venv"}
        with mock.patch(STEP + "prepare", lambda *words: self.part("prepare", *words)), mock.patch(
                STEP + "fetch", lambda *words: self.part("fetch", *words)), mock.patch(STEP + "build", lambda *words: self.part("build", *words)):
            return self.run_step("deploy-release", **parameters)

    def test_a_deploy_brings_a_commit_and_builds_it(self) -> None:
        ended = self.deploy()
        self.assertEqual({"parts": [{"part": name, "seconds": 1.5} for name in ("prepare", "fetch", "build")] + [{"part": "sync", "seconds": 0.0}],
                          "python": "/usr/bin/python3.11",
                          "freed": [], "release": NEW, "subject": "Trade", "environment_hash": "0123", "reused": True, "requirements": 2}, ended.answer)
        self.assertEqual(["prepare", "fetch", "build " + NEW], self.ran)
        self.assertEqual(("sync", "--file-system"), self.system.calls[-1][:2])
        log = self.read(self.layout.step_log("deploy-release"))
        for line in ("prepare: begins", 'fetch: {"release":"%s","subject":"Trade"}' % NEW, "build: begins"):
            self.assertIn(" deploy-release: %s\n" % line, log)

    def test_another_operation_builds_the_release_that_it_names(self) -> None:
        self.assertEqual(["prepare", "build", "sync"], [part["part"] for part in self.deploy("rollback", NEW).answer["parts"]])
        self.assertEqual(["prepare", "build " + NEW], self.ran)

    def test_a_part_that_fails_ends_the_step_by_its_own_name(self) -> None:
        self.answers["fetch"] = Failure("BranchMissing", "no branch")
        ended = self.deploy()
        self.assertEqual((30, {"failure": "BranchMissing", "message": "no branch"}), (ended.code, ended.answer))
        self.assertEqual(["prepare", "fetch"], self.ran)

    def test_it_is_refused_without_the_lock(self) -> None:
        self.lock(generation=8)
        self.assertEqual((20, []), (self.deploy().code, self.ran))
