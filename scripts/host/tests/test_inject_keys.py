"""What a release gets last, where its keys do not go, and when it gets none."""

import hashlib
import json
import os
from typing import Any, Dict, List, Tuple

from unittest import mock

from robothost import forget_keys, former_state
from robothost.changes import remove_tree
from robothost.docker import inventory_file
from robothost.redact import Redaction
from tests.fixture import MODES, NEW, OWNER, PAGE, ROBOT, FolderTest, Run, keys_of_version

KEY, SECRET_KEY = "a-key-that-nobody-may-see", "s3cret-that-nobody-may-see"
TOKEN = "t0ken-that-nobody-may-see"
SECRET = "crypto-robot/x.local/keys"


class InjectKeysTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.lock()
        self.folder, self.state = self.layout.release(NEW), self.layout.release_state(NEW)
        self.env = self.write(os.path.join(self.folder, ".env"), "LEVEL=info\n")
        self.write(os.path.join(self.folder, "requirements.txt"), "flask==3.1.0\n")
        os.chmod(self.write("venvs/0123/bin/python", ""), 0o755)
        os.symlink("../../venvs/0123", os.path.join(self.folder, "venv"))
        self.write(self.state + ".commit", "%s\nmain\nhttps://git.local/robot\nTrade\n" % ("0" * 40))
        self.system.answer("/usr/bin/python3.11", output="3.11.2\n")
        self.system.answer("curl", output="eu-west-1")
        self.secret(json.dumps({"BINANCE_API_KEY": KEY, "BINANCE_SECRET_KEY": SECRET_KEY}))
        self.parameters: Dict[str, str] = {
            "Release": NEW, "SecretPrefix": "crypto-robot/x.local/", "Secrets": keys_of_version("v1"), "ModeVariables": MODES, "ExportEnv": "false", "CertificateHostname": "x.local", "CertificateVersion": "",
            "CertificateNotAfter": "", "Protocol": "http", "RequestedProtocol": "https-or-http", "Simulate": "false",
            "WhenKeysInvalid": "refuse", "KeepReleases": "7", "BakeSeconds": "3",
            "VirtualEnvPath": self.layout.application + "/venv", "Services": json.dumps([ROBOT]), "Port": "5000", "HealthPath": "/health",
            "PersistentPaths": '["data"]', "RepositoryUrl": "https://git.local/robot", "Branch": "main", "Containers": "keep",
            "PythonVersion": "3.11", "Installation": "{}"}

    def secret(self, value: str) -> None:
        self.system.answer("aws", output=value + "\n")

    def aws_fails(self, error: str) -> None:
        self.system.answer("aws", errors="An error occurred (%s) when calling GetSecretValue" % error, code=254)

    def inject(self, **changes: str) -> Run:
        self.parameters.update(changes)
        ended = self.run_step("inject-keys", **self.parameters, **self.fence(50))
        for key in (KEY, SECRET_KEY, TOKEN):
            self.assertNotIn(key, ended.errors + json.dumps(ended.answer) + str(self.system.journal) + str(self.system.calls))
        return ended

    def good(self, *_: Any, **changes: str) -> Dict[str, Any]:  # type: ignore[override]
        ended = self.inject(**changes)
        self.assertEqual(0, ended.code, ended)
        answer: Dict[str, Any] = ended.answer
        return answer

    def assert_fails(self, name: str, message: str, **changes: str) -> None:
        self.assertEqual({"failure": name, "message": message}, self.inject(**changes).answer)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "release.json")), "it passes for finished")

    def assert_no_keys(self, reason: str, **changes: str) -> None:
        answer = self.good(**{"WhenKeysInvalid": "simulate", **changes})
        self.assertEqual(("simulation", "no keys given: " + reason), (answer["mode"], answer["reason"]))
        self.assertEqual("LEVEL=info\nROBOT_MODE=simulation\n", self.read(self.env))

    def with_content(self, text: str) -> List[str]:
        """The files below the root of the test that contain it."""
        found = []
        for folder, _, names in os.walk(self.root):
            for name in names:
                path = os.path.join(folder, name)
                if not os.path.islink(path):
                    with open(path, "rb") as file:
                        found += [path] if text.encode() in file.read() else []
        return found

    def certificate(self, version: str = "c1") -> None:
        for name in ("cert.pem", "key.pem"):
            self.write("certificates/.versions/x.local-%s/%s" % (version, name), name)

    def test_a_release_with_good_keys_is_live(self) -> None:
        self.assertEqual({"mode": "live", "reason": "keys given", "protocol": "http", "keys_version": "v1", "warnings": [], "sets_mode": True},
                         self.good())
        self.assertEqual("LEVEL=info\nBINANCE_API_KEY=%s\nBINANCE_SECRET_KEY=%s\nROBOT_MODE=live\n" % (KEY, SECRET_KEY), self.read(self.env))
        for name in (".env", ".deployer-env-base"):
            self.assertEqual(0o600, os.stat(os.path.join(self.folder, name)).st_mode & 0o777)
        self.assertEqual("LEVEL=info\n", self.read(os.path.join(self.folder, ".deployer-env-base")))
        event = json.loads(self.read(self.layout.history))
        self.assertEqual(("keys", NEW, "0" * 40, OWNER, "live, version v1"),
                         tuple(event[name] for name in ("event", "release", "revision", "execution", "reason")))

    def test_its_keys_are_nowhere_else(self) -> None:
        self.good()
        self.assertEqual([self.env], self.with_content(KEY))
        self.assertEqual([self.env], self.with_content(SECRET_KEY))

    def test_root_keeps_what_it_serves_the_release_by(self) -> None:
        self.certificate()
        self.good(Protocol="https", CertificateVersion="c1", CertificateNotAfter="2027-01-01T00:00:00Z", Services=json.dumps([ROBOT, PAGE]))
        self.assertEqual(["certificate.sha256", "env.sha256", "links", "release.json", "units"], sorted(os.listdir(self.state)))
        self.assertEqual("venv venvs/0123\ncertificates/x.local .versions/x.local-c1\n", self.read(os.path.join(self.state, "links")))
        self.assertEqual(["crypto-robot.service", "crypto-webapp.service"], sorted(os.listdir(os.path.join(self.state, "units"))))
        unit = self.read(os.path.join(self.state, "units/crypto-robot.service"))
        self.assertIn("ExecStart=%s/venvs/0123/bin/python main.py\n" % self.layout.application, unit)
        with open(self.env, "rb") as file:
            self.assertEqual(hashlib.sha256(file.read()).hexdigest() + "\n", self.read(os.path.join(self.state, "env.sha256")))
        self.assertEqual(["%s\n" % hashlib.sha256(name.encode()).hexdigest() for name in ("cert.pem", "key.pem")],
                         self.read(os.path.join(self.state, "certificate.sha256")).splitlines(True))
        modes = {name: os.stat(os.path.join(self.state, name)).st_mode & 0o777 for name in os.listdir(self.state)}
        self.assertEqual({"certificate.sha256": 0o600, "env.sha256": 0o600, "links": 0o644, "release.json": 0o644, "units": 0o755}, modes)
        certificates = self.layout.certificates + "/x.local"
        self.assertIn("SSL_CERT_PATH=%s/cert.pem\nSSL_KEY_PATH=%s/key.pem\n" % (certificates, certificates), self.read(self.env))
        self.assertEqual([], [name for name in os.listdir(os.path.dirname(self.state)) if name.startswith(".new")])

    def test_records_what_a_later_operation_on_the_release_needs(self) -> None:
        self.good()
        manifest = json.loads(self.read(os.path.join(self.folder, "release.json")))
        self.assertEqual(manifest, json.loads(self.read(os.path.join(self.state, "release.json"))))
        for name, value in {
                "protocol": "http", "requested_protocol": "https-or-http", "simulate": False, "when_keys_invalid": "refuse", "keep_releases": 7,
                "bake_seconds": 3, "revision": "0" * 40, "branch": "main", "repository_url": "https://git.local/robot", "subject": "Trade",
                "python_version": "3.11", "python_full_version": "3.11.2", "environment_hash": "0123", "services": [ROBOT], "port": 5000,
                "mode": "live", "keys_version": "v1", "execution": OWNER, "created_at": manifest["finished_at"]}.items():
            self.assertEqual(value, manifest[name], name)

    def test_a_release_that_is_finished_again_keeps_its_commit_and_time(self) -> None:
        self.good()
        before = json.loads(self.read(os.path.join(self.folder, "release.json")))
        os.unlink(self.state + ".commit")
        self.system.sleep(60)
        self.good(Simulate="true")
        after = json.loads(self.read(os.path.join(self.folder, "release.json")))
        self.assertNotEqual(before["finished_at"], after["finished_at"])
        self.assertEqual([before[name] for name in ("created_at", "revision", "subject")],
                         [after[name] for name in ("created_at", "revision", "subject")])
        self.assertEqual("simulation", after["mode"])

    def test_what_a_good_release_had_is_kept(self) -> None:
        self.good()
        self.append(self.layout.history, json.dumps({"event": "confirmed", "release": NEW}) + "\n")
        live = self.read(self.env)
        self.good(Simulate="true")
        self.assertEqual(live, self.read(os.path.join(self.layout.saved(NEW), "env")))
        self.assertEqual("LEVEL=info\nROBOT_MODE=simulation\n", self.read(self.env))

    def test_a_release_without_a_version_of_python_has_the_instances_own(self) -> None:
        self.system.answer("/usr/bin/python3", output="3.13.5\n")
        self.good(PythonVersion="")
        self.assertEqual("3.13", json.loads(self.read(os.path.join(self.folder, "release.json")))["python_version"])

    def test_the_base_of_a_migration_replaces_the_repositorys(self) -> None:
        self.write(self.layout.env_base, "FROM=containers\n")
        self.good(Simulate="true")
        self.assertEqual("FROM=containers\nROBOT_MODE=simulation\n", self.read(self.env))

    def test_a_repository_without_env_gets_one(self) -> None:
        os.unlink(self.env)
        self.good(Simulate="true")
        self.assertEqual("ROBOT_MODE=simulation\n", self.read(self.env))

    def test_bytes_that_are_no_text_stay(self) -> None:
        with open(self.env, "wb") as file:
            file.write(b"A=\xe9\r\n")
        self.good(Simulate="true")
        with open(self.env, "rb") as file:
            self.assertEqual(b"A=\xe9\r\nROBOT_MODE=simulation\r\n", file.read())

    def test_env_in_the_repository_must_be_a_plain_file(self) -> None:
        os.unlink(self.env)
        other = self.write("elsewhere", "of another user\n")
        os.symlink(other, self.env)
        self.assert_fails("StepFailed", ".env in the repository is not a plain file")
        os.unlink(self.env)
        os.mkdir(self.env)
        self.assert_fails("StepFailed", ".env in the repository is not a plain file")

    def test_a_link_in_the_place_of_the_base_is_not_followed(self) -> None:
        os.symlink(self.write("elsewhere", "of another user\n"), os.path.join(self.folder, ".deployer-env-base"))
        self.assertEqual("StepFailed", self.inject().answer["failure"])
        self.assertEqual("LEVEL=info\n", self.read(self.env))

    def test_a_base_with_an_open_quote_is_refused(self) -> None:
        self.write(self.env, "X='open\n")
        self.secret('{"BINANCE_API_KEY": "%s#", "BINANCE_SECRET_KEY": "%s#"}' % (KEY, SECRET_KEY))
        self.assert_fails("StepFailed", "the repository's .env opens a quote that nothing closes")
        self.assertEqual("X='open\n", self.read(self.env))

    def test_is_finished_only_when_all_of_it_is_there(self) -> None:
        services = json.dumps([{**ROBOT, "command": "no-such-program main.py"}])
        self.assert_fails("InvalidParameter", "the command of crypto-robot starts with 'no-such-program', which its environment does not have",
                          Services=services)

    def declare(self, *declared: Dict[str, Any]) -> str:
        return json.dumps([{"required_for_live": False, "in_simulation": False, "version": "n1", **one} for one in declared])

    def named(self, name: str, value: str) -> None:
        """The value of a secret with this name."""
        self.system.answer("crypto-robot/x.local/" + name, output=value + "\n")

    def test_declared_secrets_become_variables_and_a_file(self) -> None:
        self.named("telegram", '{"token": "%s", "chat": "1234567"}' % TOKEN)
        self.named("config", json.dumps({"exchange": {"name": "binance", "key": TOKEN + "-in-a-file"}}))
        self.named("keys", json.dumps({"BINANCE_API_KEY": KEY}))
        declared = self.declare({"name": "keys", "variables": {"EXCHANGE__KEY": "BINANCE_API_KEY"}, "required_for_live": True},
                                {"name": "telegram", "variables": {"TELEGRAM_TOKEN": "token", "CHAT": "chat"}},
                                {"name": "config", "file": "user/config-private.json", "required_for_live": True})
        answer = self.good(Secrets=declared)
        self.assertEqual({"mode": "live", "reason": "keys given", "protocol": "http", "keys_version": "n1", "warnings": [],
                          "sets_mode": True}, answer)
        self.assertEqual("LEVEL=info\nEXCHANGE__KEY=%s\nTELEGRAM_TOKEN=%s\nCHAT=1234567\nROBOT_MODE=live\n" % (KEY, TOKEN), self.read(self.env))
        path = os.path.join(self.folder, "user/config-private.json")
        self.assertEqual({"exchange": {"name": "binance", "key": TOKEN + "-in-a-file"}}, json.loads(self.read(path)))
        self.assertEqual(0o600, os.stat(path).st_mode & 0o777)
        self.assertEqual([self.env, path], sorted(self.with_content(TOKEN)))
        manifest = json.loads(self.read(os.path.join(self.state, "release.json")))
        self.assertEqual(json.loads(declared), manifest["secrets"])
        self.assertEqual("live, keys version n1, telegram version n1, config version n1", json.loads(self.read(self.layout.history))["reason"])
        self.assertFalse(os.path.exists(self.state + ".secrets"))
        redacted = Redaction(self.layout.application, root=self.root)
        self.assertEqual("[redacted] [redacted] [redacted] binance", redacted(" ".join((TOKEN, "1234567", TOKEN + "-in-a-file", "binance"))))

    def test_a_secret_that_is_not_required_is_a_warning(self) -> None:
        keys = {"name": "keys", "variables": {"KEY": "BINANCE_API_KEY"}, "required_for_live": True}
        telegram = {"name": "telegram", "variables": {"TELEGRAM_TOKEN": "token"}}
        answer = self.good(Secrets=self.declare(keys, {**telegram, "version": ""}))
        self.assertEqual(("live", ["secret telegram is not given: there is no secret crypto-robot/x.local/telegram"]),
                         (answer["mode"], answer["warnings"]))
        for value, problem in (("{}", "token is missing from the secret"), ('{"token": "***"}', "token is a placeholder that nothing replaced"),
                               ("x", "the secret is not valid JSON, or has a duplicate field")):
            self.named("telegram", value)
            self.assertEqual(["secret telegram is not given: " + problem], self.good(Secrets=self.declare(keys, telegram))["warnings"])
        self.assertEqual("LEVEL=info\nKEY=%s\nROBOT_MODE=live\n" % KEY, self.read(self.env))

    def test_without_a_required_secret_a_release_gets_only_what_a_simulation_may_have(self) -> None:
        self.named("page", '{"password": "%s"}' % TOKEN)
        self.named("config", "${{ secrets.CONFIG }}")
        others = ({"name": "keys", "variables": {"KEY": "BINANCE_API_KEY"}, "required_for_live": True},
                  {"name": "page", "variables": {"PASSWORD": "password"}, "in_simulation": True},
                  {"name": "telegram", "variables": {"TELEGRAM_TOKEN": "BINANCE_API_KEY"}})
        config = {"name": "config", "file": "config-private.json", "required_for_live": True}
        self.append(self.env, "KEY=of-the-commit\n")
        answer = self.good(Secrets=self.declare(*others, config), WhenKeysInvalid="simulate")
        self.assertEqual(("simulation", "no keys given: secret config: the secret is a placeholder that nothing replaced"),
                         (answer["mode"], answer["reason"]))
        self.assertEqual("LEVEL=info\nPASSWORD=%s\nROBOT_MODE=simulation\n" % TOKEN, self.read(self.env))
        self.assertEqual([], self.with_content(KEY))
        self.assertFalse(os.path.exists(os.path.join(self.folder, "config-private.json")))
        self.assertEqual("KeysRefused", self.inject(Secrets=self.declare(*others, config), WhenKeysInvalid="refuse").answer["failure"])
        answer = self.good(Secrets=self.declare(*others[1:]))
        self.assertEqual("no keys given: the request declares no secret that is required_for_live", answer["reason"])
        requested = self.good(Secrets=self.declare(*others), Simulate="true")
        self.assertEqual("no keys given: the request requires a simulation", requested["reason"])
        self.assertEqual("LEVEL=info\nPASSWORD=%s\nROBOT_MODE=simulation\n" % TOKEN, self.read(self.env))
        versions = {one["name"]: one["version"] for one in json.loads(self.read(os.path.join(self.state, "release.json")))["secrets"]}
        self.assertEqual({"keys": "", "page": "n1", "telegram": ""}, versions)

    def test_a_named_secret_that_cannot_be_read_is_a_failure(self) -> None:
        self.system.answer("crypto-robot/x.local/telegram", errors="An error occurred (ThrottlingException)", code=254)
        declared = self.declare({"name": "keys", "variables": {"KEY": "BINANCE_API_KEY"}, "required_for_live": True},
                                {"name": "telegram", "variables": {"TELEGRAM_TOKEN": "token"}})
        self.assertEqual("KeysUnreadable", self.inject(Secrets=declared).answer["failure"])

    def test_what_the_release_has_at_the_place_of_a_secret_file_is_never_replaced(self) -> None:
        self.named("config", '{"key": "%s"}' % TOKEN)
        declared = self.declare({"name": "config", "file": "user/config.json", "required_for_live": True})
        other = self.write(os.path.join(self.root, "elsewhere/config.json"), "of another\n")
        place = os.path.join(self.folder, "user/config.json")
        has, leads = "the release has 'user/config.json' already", "'user/config.json' leads through 'user', which is no folder"
        for planted, target, named in ((place, "", has), (place + "/", "", has), (place, other, has), (os.path.dirname(place), "", leads),
                                       (os.path.dirname(place), os.path.dirname(other), leads)):
            os.makedirs(os.path.dirname(planted), exist_ok=True)
            if target:
                os.symlink(target, planted)
            elif not planted.endswith("/"):
                self.write(planted, "of the commit\n")
            self.assert_fails("InvalidParameter", "Secrets: %s, and the file of a secret must not be in the repository; remove it from the commit,"
                              " or name another file" % named, Secrets=declared)
            self.assertEqual("of another\n", self.read(other))
            self.assertEqual([], self.with_content(TOKEN))
            remove_tree(os.path.dirname(place))
        self.good(Secrets=declared)

    def test_a_secret_file_is_rotated_kept_for_a_rollback_and_removed(self) -> None:
        declared = self.declare({"name": "config", "file": "config.yml", "field": "text", "required_for_live": True})
        place = os.path.join(self.folder, "config.yml")
        self.named("config", json.dumps({"text": "api_key: %s-old\n" % TOKEN}))
        self.good(Secrets=declared)
        self.append(self.layout.history, json.dumps({"event": "confirmed", "release": NEW}) + "\n")
        self.named("config", json.dumps({"text": "api_key: %s-new\n" % TOKEN}))
        self.good(Secrets=declared)
        self.assertEqual("api_key: %s-new\n" % TOKEN, self.read(place))
        redacted = Redaction(self.layout.application, root=self.root)
        self.assertEqual("[redacted] [redacted]", redacted("%s-old %s-new" % (TOKEN, TOKEN)), "a rollback needs the old one")
        host = self.host_with()
        former_state.restore(host, NEW)
        self.assertEqual("api_key: %s-old\n" % TOKEN, self.read(place))
        self.assertEqual(0o600, os.stat(place).st_mode & 0o777)
        self.good(Secrets=keys_of_version("v1"))
        self.assertFalse(os.path.exists(place), "the release declares it no more")
        former_state.restore(host, NEW)
        self.assertEqual([], forget_keys.problems_of(self.layout, [self.env]))
        self.assertFalse(os.path.exists(place))
        self.assertEqual([], self.with_content(TOKEN))

    def test_the_secrets_of_a_release_that_is_not_finished_are_redacted_and_forgotten(self) -> None:
        self.named("telegram", '{"token": "%s"}' % TOKEN)
        declared = self.declare({"name": "telegram", "variables": {"CHANNEL": "token"}, "required_for_live": True})
        with mock.patch("robothost.steps.inject_keys.write_state", side_effect=OSError(5, "I/O")):
            self.assertEqual("StepFailed", self.inject(Secrets=declared).answer["failure"])
        self.assertIn(TOKEN, self.read(self.env))
        self.assertEqual("[redacted]", Redaction(self.layout.application, root=self.root)(TOKEN))
        self.assertEqual([], forget_keys.problems_of(self.layout, [self.env]))
        self.assertNotIn(TOKEN, self.read(self.env))

    def test_the_variables_of_the_mode_are_the_robots_own(self) -> None:
        modes = {"live": {"DRY_RUN": "false", "NET": "main net"}, "simulation": {"DRY_RUN": "true"}}
        self.append(self.env, "DRY_RUN=of-the-commit\nROBOT_MODE=live\nNET=x\n")
        self.assertTrue(self.good(ModeVariables=json.dumps(modes))["sets_mode"])
        self.assertEqual("LEVEL=info\nDRY_RUN=false\nNET='main net'\nBINANCE_API_KEY=%s\nBINANCE_SECRET_KEY=%s\n" % (KEY, SECRET_KEY),
                         self.read(self.env))
        self.assertEqual(modes, json.loads(self.read(os.path.join(self.state, "release.json")))["mode_variables"])
        self.assertEqual([], forget_keys.problems_of(self.layout, [self.env]))
        self.assertEqual("LEVEL=info\nDRY_RUN=true\n", self.read(self.env))
        self.good(Simulate="true")
        self.assertEqual("LEVEL=info\nDRY_RUN=true\n", self.read(self.env))

    def test_a_robot_without_a_mode_is_told_nothing(self) -> None:
        self.assertFalse(self.good(ModeVariables='{"live":{},"simulation":{}}', Simulate="true")["sets_mode"])
        self.assertEqual("LEVEL=info\n", self.read(self.env))

    def test_the_services_may_get_env_as_their_environment(self) -> None:
        self.good(ExportEnv="true")
        start = os.path.join(self.layout.store, "export_env")
        self.assertIn("ExecStart=%s %s/current/.env %s/venvs/0123/bin/python main.py\n" % (start, self.layout.application, self.layout.application),
                      self.read(os.path.join(self.state, "units/crypto-robot.service")))
        self.assertIn(' --module export_env "$@"', self.read(start))
        self.assertEqual(0o755, os.stat(start).st_mode & 0o777)
        self.assertTrue(json.loads(self.read(os.path.join(self.state, "release.json")))["export_env"])
        self.good(ExportEnv="false")
        self.assertNotIn("export_env", self.read(os.path.join(self.state, "units/crypto-robot.service")))

    def test_variables_of_a_mode_that_cannot_be_set_are_refused(self) -> None:
        for modes, problem in (({"live": {}}, "not an object with live and simulation"),
                               ({"live": {"SSL_KEY_PATH": "x"}, "simulation": {}}, "live: 'SSL_KEY_PATH' is not a variable that a mode may have"),
                               ({"live": {"BINANCE_API_KEY": "x"}, "simulation": {}}, "the variable BINANCE_API_KEY is one of a secret"),
                               ({"live": {"A": "a\nb"}, "simulation": {}},
                                "live: the value of A is not printable ASCII of at most 200 characters")):
            self.assert_fails("InvalidParameter", "ModeVariables: " + problem, ModeVariables=json.dumps(modes))

    def test_declarations_that_cannot_be_given_are_refused(self) -> None:
        refusals: List[Tuple[Dict[str, Any], str]] = [
                ({"name": "a", "file": "../x"}, "secret a: file is not a relative path such as config-private.json"),
                ({"name": "a", "file": ".env"}, "secret a: '.env' belongs to the deployer"),
                ({"name": "a", "variables": {"SSL_KEY_PATH": "x"}}, "secret a: the variable SSL_KEY_PATH belongs to the deployer"),
                ({"name": "a", "variables": {"A": "x"}, "file": "x"},
                 "a secret has other fields than name, required_for_live, in_simulation, and variables or file with field")]
        for declared, problem in refusals:
            self.assert_fails("InvalidParameter", "Secrets: " + problem, Secrets=self.declare(declared))
        twice = self.declare({"name": "a", "variables": {"A": "x"}}, {"name": "b", "variables": {"A": "x"}})
        self.assert_fails("InvalidParameter", "Secrets: the variable A is declared twice", Secrets=twice)

    def test_gets_no_keys_if_the_request_requires_a_simulation(self) -> None:
        self.assert_no_keys("the request requires a simulation", Simulate="true")
        self.assertEqual([], [call for call in self.system.calls if call[0] == "aws"])

    def test_gets_no_keys_without_a_secret(self) -> None:
        self.assert_no_keys("there is no secret " + SECRET, Secrets=keys_of_version(""))
        self.assertEqual([], [call for call in self.system.calls if call[0] == "aws"])
        self.assertEqual("simulation, version none", json.loads(self.read(self.layout.history))["reason"])

    def test_gets_no_keys_if_the_secret_is_gone(self) -> None:
        self.aws_fails("ResourceNotFoundException")
        self.assert_no_keys("the secret %s has no version v1" % SECRET)

    def test_gets_no_keys_that_cannot_be_keys(self) -> None:
        self.secret('{"BINANCE_API_KEY": "***", "BINANCE_SECRET_KEY": "x"}')
        self.assert_no_keys("BINANCE_API_KEY is a placeholder that nothing replaced")

    def test_bad_keys_are_refused_if_the_request_requires_keys(self) -> None:
        self.secret("{}")
        self.assert_fails("KeysRefused", "BINANCE_API_KEY is missing from the secret")
        self.assertEqual("LEVEL=info\n", self.read(self.env), "nothing was changed")
        self.aws_fails("ResourceNotFoundException")
        self.assert_fails("KeysRefused", "the secret %s has no version v1" % SECRET)
        self.assert_fails("KeysRefused", "there is no secret " + SECRET, Secrets=keys_of_version(""))

    def test_a_secret_that_cannot_be_read_is_a_failure(self) -> None:
        """It is never a simulation: an outage must not take the keys from a robot."""
        for error in ("AccessDeniedException", "ThrottlingException", "InternalServiceError"):
            self.aws_fails(error)
            ended = self.inject(WhenKeysInvalid="simulate")
            self.assertEqual((50, "KeysUnreadable"), (ended.code, ended.answer["failure"]))
            self.assertIn(error, ended.answer["message"])
        self.assertEqual("LEVEL=info\n", self.read(self.env), "nothing was changed")

    def test_a_key_in_an_unforeseen_failure_is_redacted(self) -> None:
        os.unlink(os.path.join(self.folder, "requirements.txt"))
        os.mkdir(os.path.join(self.folder, "requirements.txt"))
        self.write(os.path.join(self.folder, "requirements.txt/" + KEY), "")
        self.assertEqual("StepFailed", self.inject().answer["failure"])

    def test_a_release_that_is_not_built_is_not_found(self) -> None:
        os.unlink(os.path.join(self.folder, "venv"))
        self.assert_fails("ReleaseNotFound", "release %s is not built on this instance" % NEW)
        os.symlink("../../venvs/..", os.path.join(self.folder, "venv"))
        self.assert_fails("ReleaseNotFound", "the venv of release %s leads to no environment" % NEW)

    def test_the_place_of_the_environment_is_in_the_application_and_free(self) -> None:
        for place in ("/opt/other/venv", self.layout.application + "/a/venv"):
            self.assert_fails("InvalidParameter", "VirtualEnvPath is %s; it must lie directly in %s" % (place, self.layout.application),
                              VirtualEnvPath=place)
        for name in ("current", "releases", "venvs", "shared", "certificates", "mirror", "before-migration"):
            place = os.path.join(self.layout.application, name)
            self.assert_fails("InvalidParameter", "VirtualEnvPath %s is taken by the deployer" % place, VirtualEnvPath=place)

    def test_the_certificate_must_be_on_the_instance(self) -> None:
        self.assert_fails("CertificateUnreadable", "version 'c1' of the certificate for x.local is not on this instance", Protocol="https",
                          CertificateVersion="c1")

    def test_the_interpreter_must_be_on_the_instance(self) -> None:
        self.assert_fails("PythonMissing", "Python 3.12 is not on this instance", PythonVersion="3.12")

    def test_persistent_paths_must_be_served_safely(self) -> None:
        os.symlink(self.root, os.path.join(self.layout.shared, "data"))
        self.assert_fails("HostUnfit", "PersistentPaths: 'data' in %s is a symbolic link or leads through one; remove it" % self.layout.shared)
        self.assert_fails("HostUnfit", "PersistentPaths: '../x' is not a relative path inside the application", PersistentPaths='["../x"]')

    def test_a_changed_manifest_is_not_believed(self) -> None:
        self.write(os.path.join(self.folder, "release.json"), "{}")
        answer = self.inject().answer
        self.assertEqual("StepFailed", answer["failure"])
        self.assertIn("release %s is not usable: its release.json was changed" % NEW, answer["message"])

    def test_a_second_robot_gets_no_keys_beside_the_containers(self) -> None:
        self.write(inventory_file(self.layout), json.dumps({"containers": [{"name": "robot"}, {"name": "page"}]}))
        found = [{"Name": "/" + name, "State": {"Running": True}, "Config": {"Env": []}} for name in ("robot", "page", "other")]
        self.system.answer("docker", "ps", output="a\nb\nc\n")
        self.system.answer("docker", "inspect", output=json.dumps(found))
        self.assert_fails("HostUnfit", "containers run on this instance (robot page), and a second robot would have keys beside theirs;"
                                       " migrate with phase cutover, or deploy with simulate")
        self.good(Simulate="true")
        self.good(Simulate="false", Containers="replace")
        self.system.missing.add("docker")
        self.good(Containers="keep")

    def test_only_what_was_prepared_is_replaced(self) -> None:
        self.assert_fails("HostUnfit", "no migration is prepared on this instance; run phase prepare first", Containers="replace")

    def test_containers_that_cannot_be_seen_are_a_failure(self) -> None:
        self.write(inventory_file(self.layout), json.dumps({"containers": [{"name": "robot"}]}))
        self.system.answer("docker", errors="no daemon", code=1)
        self.assert_fails("HostUnfit", "whether containers run on this instance cannot be seen: docker ps: no daemon")

    def test_new_keys_need_each_sync(self) -> None:
        self.assert_needs_each_sync(self.good)

    def test_keys_in_place_need_each_sync(self) -> None:
        def in_place() -> None:
            self.finished(NEW, mode="simulation")
            self.happened("confirmed", NEW)
            self.good()

        self.assert_needs_each_sync(in_place)
