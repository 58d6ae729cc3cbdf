"""What is requested, compared with what serves; and the settings of a release that an operation is about."""

import hashlib
import json
import os
from typing import Any, Dict, List
from unittest import mock

from robothost import program
from robothost.environment_seal import seal
from robothost.manifest import read_manifest
from tests.fixture import MODES, NEW, OLD, OWNER, PAGE, ROBOT, FolderTest, Run, keys_of_version

HEAD = "0" * 40
LATER: Dict[str, Any] = {"requested_protocol": "https-or-http", "simulate": True, "when_keys_invalid": "refuse", "keep_releases": 9, "bake_seconds": 4}


def digest(name: str, text: str) -> str:
    return hashlib.sha256(name.encode() + b"\0" + text.encode() + b"\0").hexdigest()


class InspectTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.replace("robothost.files.owner_of", lambda status: "ec2-user")
        self.replace("robothost.layout.Layout.account", lambda *_: (990, 990))
        python = "/usr/bin/python3"
        self.system.answer(python, "-ISc", output="3.11.2\n")
        self.system.answer("revision", output="%s\trefs/heads/main\n" % HEAD)
        text = "%s\n3.11.2\nflask\n" % os.path.realpath(python)
        self.environment = hashlib.sha256(text.encode()).hexdigest()[:16]
        self.request = {**self.fence(), "Generation": "0", "Operation": "deploy", "Release": "", "Services": json.dumps([ROBOT, PAGE]), "Port": "5000",
                        "HealthPath": "/health", "PersistentPaths": '["data"]', "Secrets": keys_of_version("v1"), "ModeVariables": MODES, "ExportEnv": "false", "CertificateVersion": "c1",
                        "CertificateHostname": "x.local", "Protocol": "https", "Simulate": "false", "PythonVersion": "", "Installation": "{}",
                        "VirtualEnvPath": os.path.join(self.layout.application, "venv"), "RepositoryUrl": "https://git.local/robot", "Branch": "main",
                        "Revision": "", "RepositorySecret": "", "RepositorySecretVersion": ""}

    def replace(self, name: str, function: Any) -> None:
        patch = mock.patch(name, function)
        patch.start()
        self.addCleanup(patch.stop)

    def inspected(self, **request: str) -> Run:
        return self.run_step("inspect-host", **{**self.request, **request})

    def answer(self, **request: str) -> Any:
        ended = self.inspected(**request)
        self.assertEqual(0, ended.code, ended)
        return ended.answer


class DeployedTest(InspectTest):
    """Exactly what is requested serves, and is healthy."""

    def setUp(self) -> None:
        super().setUp()
        self.serving(NEW, environment_hash=self.environment, requirements_sha256=digest("requirements.txt", "flask\n"),
                     env_base_sha256=digest(".deployer-env-base", "A=1\n"), units_digest=program.units_digest(), simulate=False, **{
                         name: value for name, value in LATER.items() if name != "simulate"})
        release = self.layout.release(NEW)
        for name, text in (("requirements.txt", "flask\n"), (".deployer-env-base", "A=1\n"), (".env", "A=1\n")):
            self.write(os.path.join(release, name), text)
        folder = os.path.join(self.layout.environments, self.environment)
        self.write(os.path.join(folder, "bin/python"), "x")
        self.write(os.path.join(folder, ".complete"), seal(folder) + "\n")
        os.symlink("../../venvs/" + self.environment, os.path.join(release, "venv"))
        os.symlink("venvs/" + self.environment, os.path.join(self.layout.application, "venv"))
        os.symlink(os.path.relpath(os.path.join(self.layout.shared, "data"), release), os.path.join(release, "data"))
        self.write("certificates/.versions/x.local-c1/key.pem", "key")
        os.chmod(self.write("certificates/.versions/x.local-c1/cert.pem", "cert"), 0o644)
        os.chmod(os.path.join(self.layout.certificates, ".versions/x.local-c1/key.pem"), 0o600)
        os.symlink(".versions/x.local-c1", os.path.join(self.layout.certificates, "x.local"))

    def differs(self, **request: str) -> List[str]:
        found: List[str] = self.answer(**request)["differences"]
        return found

    def test_a_plan_names_each_field_of_a_service_that_would_change(self) -> None:
        robot = {**ROBOT, "command": "python main.py --fast", "stop_seconds": 45, "env": {"TZ": "Asia/Tokyo"}}
        wanted = json.dumps([robot, {"name": "other", "type": "web_application", "command": "python app.py", "enabled": True}])
        self.assertEqual(["other: new", "crypto-webapp: removed", "crypto-robot: command python main.py --fast instead of python main.py",
                          "crypto-robot: stop_seconds 45, which was not set", "crypto-robot: env: TZ new"],
                         self.answer(Operation="plan", Services=wanted)["changes"])
        self.assertEqual(["services"], self.differs(Operation="plan", Services=wanted))
        self.assertEqual([], self.answer(Operation="plan")["changes"])

    def test_is_nothing_to_do(self) -> None:
        found = self.answer()
        self.assertEqual(["nothing_to_do", "differences", "revision", "release", "serving", "healthy", "releases", "settings", "built", "changes", "warnings"],
                         list(found))
        self.assertEqual((True, [], HEAD, "", True, False), tuple(
            found[name] for name in ("nothing_to_do", "differences", "revision", "release", "healthy", "built")))
        self.assertEqual({"release": NEW, "revision": HEAD, "mode": "live", "protocol": "https"}, found["serving"])

    def test_a_commit_that_the_request_names_is_not_looked_up(self) -> None:
        self.assertEqual(["commit"], self.differs(Revision="f" * 40))
        self.assertFalse([call for call in self.system.calls if "revision" in call])

    def test_a_plan_names_what_the_commit_changes_below_a_persistent_path(self) -> None:
        self.write("shared/data/pairs.json", "BTC")
        self.system.answer("below-remote", output=":100644 100644 %s %s M\0data/pairs.json\0" % ("1" * 40, "2" * 40))
        self.assertEqual([], self.answer(Operation="plan")["warnings"], "the commit that serves")
        found = self.answer(Operation="plan", Revision="f" * 40)
        self.assertIn("the robot does not get data/pairs.json (changed) of this commit", found["warnings"][0])
        self.assertEqual([], self.answer(Revision="f" * 40)["warnings"], "a deploy compares what it has fetched")

    def test_a_plan_is_made_although_the_repository_does_not_bring_the_commit(self) -> None:
        self.system.answer("below-remote", code=4)
        self.assertEqual((["commit"], []), tuple(self.answer(Operation="plan", Revision="f" * 40)[name] for name in ("differences", "warnings")))
        self.system.answer("below-remote", code=1, errors="fatal: the remote end hung up\n")
        self.assertEqual((["commit"], []), tuple(self.answer(Operation="plan", Revision="f" * 40)[name] for name in ("differences", "warnings")))

    def test_a_value_of_the_request_is_a_difference(self) -> None:
        for request, names in (({"Services": json.dumps([ROBOT])}, ["services"]), ({"Port": "80"}, ["port"]), ({"HealthPath": "/"}, ["health-path"]),
                               ({"PersistentPaths": '["data","x"]'}, ["persistent-paths"]), ({"Secrets": keys_of_version("v2")}, ["keys"]),
                               ({"ModeVariables": '{"live":{},"simulation":{}}'}, ["mode-variables"]), ({"ExportEnv": "true"}, ["export-env"]),
                               ({"Simulate": "true"}, ["keys"]), ({"Protocol": "http"}, ["protocol"]), ({"CertificateVersion": "c2"}, ["certificate"]),
                               ({"CertificateHostname": "y.local"}, ["certificate"]), ({"PythonVersion": "3.12"}, ["interpreter", "environment"]),
                               ({"VirtualEnvPath": os.path.join(self.layout.application, "other")}, ["environment"])):
            with self.subTest(request):
                self.assertEqual(names, self.differs(**request))

    def test_another_version_or_use_of_a_declared_secret_is_a_difference(self) -> None:
        telegram = {"name": "telegram", "version": "t1", "variables": {"TOKEN": "token"}, "required_for_live": False, "in_simulation": False}
        both = json.loads(keys_of_version("v1")) + [telegram]
        manifest = read_manifest(self.layout, NEW)
        for place in (self.layout.release(NEW), self.layout.release_state(NEW)):
            self.write(os.path.join(place, "release.json"), json.dumps({**manifest, "secrets": both}))
        self.assertEqual([], self.differs(Secrets=json.dumps(both)))
        self.assertEqual(["secret telegram"], self.differs())
        changes: List[Dict[str, Any]] = [{"version": "t2"}, {"variables": {"TOKEN": "other"}}, {"in_simulation": True}]
        for change in changes:
            self.assertEqual(["secret telegram"], self.differs(Secrets=json.dumps([both[0], {**telegram, **change}])))
        self.assertEqual("Secrets: a secret has other fields than name, required_for_live, in_simulation, and variables or file with field",
                         self.inspected(Secrets='[{"name":"x"}]').answer["message"])

    def test_a_file_that_was_changed_is_a_difference(self) -> None:
        self.system.answer("changes", output="M\0main.py\0")
        self.assertEqual(["files"], self.differs())
        self.system.answer("changes", code=4)
        self.assertEqual([], self.differs(), "it could not be compared")

    def test_what_is_on_the_disk_is_a_difference(self) -> None:
        release = self.layout.release(NEW)
        for path, names in (("requirements.txt", ["requirements", "environment"]), (".env", ["env"]), (".deployer-env-base", ["env"]),
                            (os.path.join(self.layout.units, "crypto-robot.service"), ["units"]),
                            (os.path.join(self.layout.environments, self.environment, "bin/python"), ["environment"]),
                            (os.path.join(self.layout.certificates, "x.local/key.pem"), ["certificate"])):
            with self.subTest(path):
                whole, kept = os.path.join(release, path), os.path.join(self.root, "kept")
                os.rename(whole, kept)
                self.assertEqual(names, self.differs())
                os.rename(kept, whole)
        self.write(self.layout.env_base, "B=2\n")
        self.assertEqual(["env"], self.differs(), "a migration left another base")

    def test_other_templates_of_units_are_a_difference(self) -> None:
        with mock.patch.object(program, "units_digest", lambda: "fedcba987654"):
            self.assertEqual(["units"], self.differs())

    def test_an_expired_certificate_and_a_release_that_is_not_confirmed_are_differences(self) -> None:
        self.write(self.layout.armed, "{}")
        self.assertEqual(["unconfirmed"], self.differs())
        self.system.clock += 400 * 86400
        self.assertEqual(["certificate", "unconfirmed"], self.differs())

    def test_one_that_is_not_healthy_is_a_difference(self) -> None:
        self.system.answer("curl", output="500")
        found = self.answer()
        self.assertEqual((["health"], False), (found["differences"], found["healthy"]))

    def test_a_manifest_that_was_changed_is_the_difference(self) -> None:
        self.write(os.path.join(self.layout.release_state(NEW), "release.json"), "{}")
        found = self.answer()
        self.assertEqual((["manifest", "health"], {"release": NEW, "revision": "", "mode": "", "protocol": ""}), (found["differences"], found["serving"]))

    def test_a_rotation_to_the_certificate_that_serves_is_nothing_to_do(self) -> None:
        digests = [hashlib.sha256(text).hexdigest() for text in (b"cert", b"key")]
        state = self.write(os.path.join(self.layout.release_state(NEW), "certificate.sha256"), "\n".join(digests))
        self.assertEqual([], self.differs(Operation="rotate-certificate"))
        self.assertEqual(["certificate"], self.differs(Operation="rotate-certificate", CertificateVersion="c2"))
        os.chmod(os.path.join(self.layout.certificates, "x.local/key.pem"), 0o644)
        self.assertEqual(["certificate"], self.differs(Operation="rotate-certificate"), "others can read the key")
        os.chmod(os.path.join(self.layout.certificates, "x.local/key.pem"), 0o600)
        self.write(state, digests[0])
        self.assertEqual(["certificate"], self.differs(Operation="rotate-certificate"), "another content")

    def test_to_roll_back_to_what_serves_is_nothing_to_do(self) -> None:
        found = self.answer(Operation="rollback", Release=NEW)
        self.assertEqual((True, NEW, True, HEAD), (found["nothing_to_do"], found["release"], found["built"], found["revision"]))
        self.assertFalse([call for call in self.system.calls if "repository" in call], "git ran for a rollback")
        self.write(self.layout.armed, "{}")
        self.assertEqual(["rollback"], self.differs(Operation="rollback", Release=NEW))


class TargetTest(InspectTest):
    def refusal(self, **request: str) -> str:
        ended = self.inspected(**request)
        self.assertEqual((63, "ReleaseNotFound"), (ended.code, ended.answer["failure"]))
        return str(ended.answer["message"])

    def test_nothing_serves_before_the_first_deployment(self) -> None:
        found = self.answer()
        self.assertEqual((["release"], None, False, HEAD), tuple(found[name] for name in ("differences", "serving", "healthy", "revision")))
        self.assertEqual("nothing serves on this instance, so there is nothing to restart; this instance has no good release",
                         self.refusal(Operation="restart"))

    def test_an_instance_without_git_does_not_know_the_commit(self) -> None:
        self.system.missing.add("git")
        self.assertEqual("", self.answer()["revision"])

    def test_a_branch_that_is_missing_is_a_failure(self) -> None:
        self.system.answer("revision", output="")
        ended = self.inspected()
        self.assertEqual((30, "BranchMissing"), (ended.code, ended.answer["failure"]))

    def test_a_rollback_is_to_the_good_release_before_or_to_one_that_is_good(self) -> None:
        self.good(OLD)
        self.serving(NEW)
        found = self.answer(Operation="rollback")
        self.assertEqual((OLD, ["rollback"], False), (found["release"], found["differences"], found["built"]))
        bad = "20260303T000000Z-ccccccc"
        self.assertEqual("release %s is not a good release of this instance; good releases: %s, %s" % (bad, NEW, OLD),
                         self.refusal(Operation="rollback", Release=bad))
        self.write(os.path.join(self.layout.release_state(OLD), "release.json"), "{}")
        self.assertIn("is not usable: its release.json was changed", self.refusal(Operation="rollback", Release=OLD))

    def test_without_a_good_release_before_there_is_no_rollback(self) -> None:
        self.serving(NEW)
        self.assertEqual("there is no good release before %s; good releases: %s" % (NEW, NEW), self.refusal(Operation="rollback"))


class RecordedSettingsTest(InspectTest):
    def settings(self, operation: str, protocol: str, requested: str) -> Dict[str, str]:
        later = dict(LATER, requested_protocol=requested) if requested else {}
        self.serving(NEW, services=[ROBOT], port=8080, health_path="/api/v1/ping", persistent_paths=["user_data"], branch="trunk",
                     repository_url="https://example.org/robot.git", certificate_hostname="robot.example.org", protocol=protocol,
                     virtual_env_path=os.path.join(self.layout.application, "environment"), execution=OWNER, **later)
        found: Dict[str, str] = self.answer(Operation=operation, Release=NEW if operation == "rollback" else "")["settings"]
        return found

    def test_are_all_that_the_manifest_has(self) -> None:
        self.assertEqual(
            {"ModeVariables": MODES, "ExportEnv": "false", "Services": json.dumps([ROBOT], separators=(",", ":")), "Port": "8080", "HealthPath": "/api/v1/ping",
             "PersistentPaths": '["user_data"]', "PythonVersion": "3.11", "Installation": "{}",
             "VirtualEnvPath": os.path.join(self.layout.application, "environment"), "RepositoryUrl": "https://example.org/robot.git", "Branch": "trunk", "Revision": HEAD,
             "CertificateHostname": "robot.example.org", "Protocol": "https-or-http", "Simulate": "true", "WhenKeysInvalid": "refuse", "KeepReleases": "9", "BakeSeconds": "4"},
            {name: value for name, value in self.settings("rollback", "http", "https-or-http").items() if name != "Secrets"})

    def test_have_the_declared_secrets_with_the_versions_that_the_request_knows(self) -> None:
        self.assertEqual(json.loads(keys_of_version("v1")), json.loads(self.settings("rollback", "http", "https-or-http")["Secrets"]))
        telegram = {"name": "telegram", "variables": {"TOKEN": "token"}, "required_for_live": False, "in_simulation": False}
        self.serving(NEW, secrets=[dict(telegram, version="t1")], **LATER)
        found = json.loads(self.answer(Operation="rotate-keys")["settings"]["Secrets"])
        self.assertEqual([telegram], found, "it is rotated to the version that the secret has later")

    def test_have_the_protocol_that_the_release_is_to_serve(self) -> None:
        for serves, requested, operation, wanted in (
                ("http", "http", "rollback", "http"), ("https", "https", "rotate-keys", "https"),
                ("https", "https-or-http", "rotate-keys", "https-or-http"), ("http", "https-or-http", "restart", "http"),
                ("https", "https-or-http", "restart", "https"), ("https", "https-or-http", "rotate-certificate", "https"),
                # A manifest of an earlier version has no requested protocol; the request's own default is https.
                ("http", "", "rollback", "http"), ("https", "", "rollback", "https"), ("https", "", "restart", "https")):
            with self.subTest((serves, requested, operation)):
                self.assertEqual(wanted, self.settings(operation, serves, requested)["Protocol"])

    def test_leave_to_the_request_what_an_earlier_manifest_lacks(self) -> None:
        found = self.settings("rollback", "http", "")
        self.assertNotIn("WhenKeysInvalid", found)
        self.assertEqual("8080", found["Port"])
