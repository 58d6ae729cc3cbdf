"""A manifest is judged before it is believed."""

import json
import os
from typing import Any, Dict

from robothost.manifest import read_manifest
from robothost.rules import Refused
from tests.fixture import NEW, PAGE, ROBOT, FolderTest

HEARTBEAT: Dict[str, Any] = {**ROBOT, "heartbeat_file": "data/heartbeat", "max_age_seconds": 60}
# What a deploy writes | what none writes.
REFUSED = (
    '"max_age_seconds":60 | "max_age_seconds":"EUID[$(touch pwned)]"',
    '"max_age_seconds":60 | "max_age_seconds":"60"',
    '"max_age_seconds":60 | "max_age_seconds":0',
    '"max_age_seconds":60 | "max_age_seconds":true',
    '"max_age_seconds":60 | "max_age_seconds":99999999999999999999',
    '"max_age_seconds":60 | "max_age_seconds":1e3',
    '"max_age_seconds":60 | "max_age_seconds":NaN',
    'data/heartbeat | ../../etc/shadow',
    '"port":5000 | "port":"5000"',
    '"port":5000 | "port":0',
    '"port":5000 | "port":65536',
    '"port":5000 | "port":[5000]',
    '"port":5000 | "port":5000,"port":5001',
    '"protocol":"https" | "protocol":"-K/opt/crypto-robot/x"',
    '"protocol":"https" | "protocol":"file"',
    '"protocol":"https" | "protocol":"https\\nhttp"',
    '"health_path":"/health" | "health_path":"/health -o /etc/x"',
    '"health_path":"/health" | "health_path":"health"',
    '"certificate_hostname":"x.local" | "certificate_hostname":"../.."',
    '"certificate_hostname":"x.local" | "certificate_hostname":"-x"',
    '"repository_url":"https: | "repository_url":"--upload-pack=x:',
    '"branch":"main" | "branch":"--exec=x"',
    '"mode":"live" | "mode":""',
    '"mode":"live" | "mode":null',
    '"mode":"live", | ',
    '"persistent_paths":["data"] | "persistent_paths":["../releases"]',
    '"persistent_paths":["data"] | "persistent_paths":"data"',
    '"name":"crypto-webapp" | "name":"-o-all"',
    '"name":"crypto-webapp" | "name":"crypto-robot"',
    '"name":"crypto-webapp" | "name":"sshd\\n"',
    '"type":"web_application" | "type":["web_application"]',
    '"enabled":true} | "enabled":"true"}',
    '"command":"python app.py" | "command":"python app.py\\nExecStartPre=+/bin/sh"',
    '/venv" | /releases/../venv"',
    '/venv" | /a/venv"',
    '"environment_hash":" | "environment_hash":"../',
    '"revision":"0 | "revision":"-',
    '"release":"2026 | "release":"2025',
    '{"release" | ["release"',
    '"python":"/usr | "python":"usr',
    '"mode": | "bake_seconds":"1;id","mode":',
    '"mode": | "bake_seconds":10,"mode":',
    '"mode": | "simulate":"true","mode":',
)
ALL_OF_THE_REQUEST = ('"simulate":false,"when_keys_invalid":"refuse","requested_protocol":"https-or-http","keep_releases":5,"bake_seconds":0,'
                      '"mode":')


class ManifestTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        # The robot's service is the first.
        self.text = json.dumps(self.manifest(NEW, services=[HEARTBEAT, PAGE]), separators=(",", ":"))
        self.path = os.path.join(self.layout.release_state(NEW), "release.json")

    def changed(self, old: str, new: str) -> str:
        self.assertIn(old, self.text)
        return self.text.replace(old, new)

    def read_text(self, text: str) -> Dict[str, Any]:
        self.write(self.path, text)
        return read_manifest(self.layout, NEW)

    def refused(self) -> str:
        with self.assertRaises(Refused) as refusal:
            read_manifest(self.layout, NEW)
        message = str(refusal.exception)
        self.assertTrue(message.startswith("release %s is not usable: its release.json was changed: " % NEW), message)
        self.assertEqual(1, len(message.splitlines()), message)
        return message

    def test_what_a_deploy_wrote_is_believed(self) -> None:
        found = self.read_text(self.text)
        self.assertEqual(("live", 5000, "https", ["data"]), tuple(found[name] for name in ("mode", "port", "protocol", "persistent_paths")))

    def test_a_manifest_with_all_of_the_request_is_believed(self) -> None:
        found = self.read_text(self.changed('"mode":', ALL_OF_THE_REQUEST))
        self.assertEqual((5, 0), (found["keep_releases"], found["bake_seconds"]))

    def test_the_copy_that_is_roots_counts(self) -> None:
        self.write(self.path, self.text)
        self.write(os.path.join(self.layout.release(NEW), "release.json"), self.changed('"port":5000', '"port":6000'))
        self.assertEqual(5000, read_manifest(self.layout, NEW)["port"])

    def test_a_release_of_an_earlier_version_has_only_its_own(self) -> None:
        own = self.write(os.path.join(self.layout.release(NEW), "release.json"), self.text)
        self.assertEqual(5000, read_manifest(self.layout, NEW)["port"])
        self.write(own, self.changed('"port":5000', '"port":0'))
        self.refused()
        os.unlink(own)
        self.assertIn("it cannot be read: No such file or directory", self.refused())

    def test_what_no_deploy_writes_is_refused(self) -> None:
        for change in REFUSED:
            with self.subTest(change):
                old, new = change.split(" | ")
                self.write(self.path, self.changed(old, new))
                self.refused()

    def test_what_is_no_plain_file_of_json_is_refused(self) -> None:
        os.makedirs(os.path.dirname(self.path))
        os.symlink(self.write("secret", "of-root"), self.path)
        self.assertNotIn("of-root", self.refused())
        os.unlink(self.path)
        os.mkfifo(self.path)
        self.assertIn("it is not a plain file", self.refused())
        os.unlink(self.path)
        os.mkdir(self.path)
        self.assertIn("it ", self.refused())
        os.rmdir(self.path)
        for text, problem in ((" " * 200_000 + self.text, "it has more than 131072 bytes"), ("[" * 100_000, "it is not JSON"), ("", "it is not JSON")):
            self.write(self.path, text)
            self.assertIn(problem, self.refused())
        with open(self.path, "wb") as file:
            file.write(b"\xe9")
        self.assertIn("it is not JSON", self.refused())

    def test_a_subject_is_shown_without_what_moves_a_cursor(self) -> None:
        found = self.read_text(self.changed('"subject":"Trade"', '"subject":"Tr\\u001b[2Jade\\ud800"'))
        self.assertEqual("Tr [2Jade ", found["subject"])


class RequestTest(FolderTest):
    """The same values in a request."""

    def check_health(self, **changes: str) -> str:
        self.lock()
        request = {"Release": NEW, "Services": json.dumps([HEARTBEAT]), "Port": "5000", "HealthPath": "/health", "Protocol": "https",
                   "CertificateHostname": "x.local", "BakeSeconds": "0"}
        ended = self.run_step("check-health", **{**request, **self.fence(), **changes})
        self.assertEqual((10, "InvalidParameter"), (ended.code, ended.answer["failure"]))
        self.assertEqual([], self.system.calls)
        return str(ended.answer["message"])

    def test_a_number_that_is_none_is_refused(self) -> None:
        robot = {**HEARTBEAT, "max_age_seconds": "EUID[$(touch pwned)]"}
        self.assertIn("Services: ", self.check_health(Services=json.dumps([robot])))

    def test_health_is_requested_over_http_only(self) -> None:
        for protocol in ("-K/opt/x", "file", "https -o", ""):
            self.assertTrue(self.check_health(Protocol=protocol).startswith("Protocol is '"))
