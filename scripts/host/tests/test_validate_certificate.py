"""What a certificate secret leads to on the instance. With the real openssl; CertificateKindsTest has the kinds of certificates."""

import json
import os
import subprocess
import time
from typing import Any, Dict

from tests.fixture import FolderTest, Run

MARK = "visible-if-leaked"
SECRET = "crypto-robot/x.local/certificate"
ISSUE = """
cd "$1"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 -subj /CN=x -addext subjectAltName=DNS:x.local \
  -keyout key.pem -out cert.pem 2>/dev/null
"""


class ValidateCertificateTest(FolderTest):
    pair: Dict[str, str]

    def setUp(self) -> None:
        super().setUp()
        self.lock()
        self.system.real.add("openssl")
        self.system.answer("curl", output="eu-west-1")
        subprocess.run(["bash", "-ec", ISSUE, "bash", self.layout.run], check=True)
        self.system.clock = time.time() + 60
        self.pair = {name: self.read(os.path.join(self.layout.run, name + ".pem")) for name in ("cert", "key")}
        for name in os.listdir(self.layout.run):
            os.unlink(os.path.join(self.layout.run, name))
        self.store(self.pair)
        self.final = self.layout.certificate("x.local", "c1")

    def store(self, value: Any) -> None:
        self.system.answer("aws", output=json.dumps(value) + "\n")

    def validate(self, hostname: str = "x.local", version: str = "c1") -> Run:
        ended = self.run_step("validate-certificate", CertificateSecret=SECRET, CertificateVersion=version, CertificateHostname=hostname,
                              **self.fence())
        printed = ended.errors + json.dumps(ended.answer) + str(self.system.journal) + str(self.system.calls)
        for part in (MARK, *self.pair["key"].splitlines()[1:-1]):
            self.assertNotIn(part, printed)
        self.assertEqual([], [name for name in os.listdir(self.layout.run) if name.startswith("crypto-robot-")], "its files are left")
        return ended

    def content(self) -> Dict[str, str]:
        return {name: self.read(os.path.join(self.final, name)) for name in sorted(os.listdir(self.final))}

    def test_a_good_one_is_put_on_the_instance(self) -> None:
        answer = self.validate().answer
        self.assertEqual(("https", ""), (answer["protocol"], answer["problem"]), answer)
        self.assertEqual(["protocol", "problem", "warning", "not_after"], list(answer))
        self.assertEqual({"cert.pem": self.pair["cert"], "key.pem": self.pair["key"]}, self.content())
        modes = [os.stat(path).st_mode & 0o777 for path in (self.final, self.final + "/cert.pem", self.final + "/key.pem")]
        self.assertEqual([0o755, 0o644, 0o600], modes)
        self.assertEqual(["x.local-c1"], os.listdir(os.path.dirname(self.final)))

    def test_one_that_is_whole_may_be_in_use_and_stays(self) -> None:
        self.validate()
        before = os.stat(self.final).st_ino, os.stat(self.final + "/key.pem").st_ino
        os.chmod(self.final + "/key.pem", 0o666)
        os.chmod(self.final + "/cert.pem", 0o600)
        self.assertEqual("https", self.validate().answer["protocol"])
        self.assertEqual(before, (os.stat(self.final).st_ino, os.stat(self.final + "/key.pem").st_ino))
        self.assertEqual([0o644, 0o600], [os.stat(os.path.join(self.final, name)).st_mode & 0o777 for name in ("cert.pem", "key.pem")])

    def test_one_that_is_not_whole_is_replaced(self) -> None:
        for spoil in (lambda: os.unlink(self.final + "/key.pem"), lambda: self.write(self.final + "/cert.pem", "other"),
                      lambda: self.link_key()):
            self.validate()
            spoil()  # type: ignore[no-untyped-call]
            self.validate()
            self.assertEqual({"cert.pem": self.pair["cert"], "key.pem": self.pair["key"]}, self.content())
            self.assertFalse(os.path.islink(self.final + "/key.pem"))

    def link_key(self) -> None:
        os.rename(self.final + "/key.pem", os.path.join(self.root, "elsewhere"))
        os.symlink(os.path.join(self.root, "elsewhere"), self.final + "/key.pem")

    def test_half_of_an_earlier_attempt_is_replaced(self) -> None:
        fresh = self.layout.certificate(".new-x.local", "c1")
        self.write(fresh + "/key.pem", "half")
        self.validate()
        self.assertFalse(os.path.exists(fresh))

    def test_one_for_another_name_is_an_answer(self) -> None:
        answer = self.validate(hostname="y.local").answer
        self.assertEqual(("http", "it is not for y.local but for x.local", ""), tuple(answer[name] for name in ("protocol", "problem", "warning")))
        self.assertEqual([], os.listdir(os.path.dirname(self.final)))

    def test_a_secret_that_holds_none_is_an_answer(self) -> None:
        for value in (MARK, {"cert": MARK, "key": MARK}, {"cert": self.pair["cert"], "key": self.pair["cert"] + MARK},
                      {"cert": self.pair["cert"]}, [MARK]):
            self.store(value)
            answer = self.validate().answer
            self.assertEqual("http", answer["protocol"])
            self.assertTrue(answer["problem"])
        self.assertEqual([], os.listdir(os.path.dirname(self.final)))

    def test_no_secret_is_an_answer(self) -> None:
        answer = self.validate(version="").answer
        self.assertEqual({"protocol": "http", "problem": "there is no certificate secret", "warning": "", "not_after": ""}, answer)
        self.assertEqual([], [call for call in self.system.calls if call[0] == "aws"])

    def test_a_secret_that_cannot_be_fetched_is_a_failure(self) -> None:
        for error in ("ResourceNotFoundException", "AccessDeniedException", "ThrottlingException"):
            self.system.answer("aws", errors="An error occurred (%s) when calling GetSecretValue" % error, code=254)
            ended = self.validate()
            self.assertEqual((51, "CertificateUnreadable"), (ended.code, ended.answer["failure"]))
            self.assertIn("secret %s, version c1, cannot be read by this instance's role: An error" % SECRET, ended.answer["message"])
