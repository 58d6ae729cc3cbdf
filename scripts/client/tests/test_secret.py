from __future__ import annotations

import io
import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from client import secret
from client.aws import Aws
from client.exits import FAILED, REFUSED, Stop
from client.screen import Screen
from client.tests.fake_aws import FakeAws

NAME = "crypto-robot/a.local/keys"


class SecretTest(unittest.TestCase):
    def setUp(self) -> None:
        self.fake = FakeAws()
        self.addCleanup(self.fake.close)
        self.out = io.StringIO()
        self.screen = Screen(self.out, self.out, {})
        self.aws = Aws(self.screen, {}, "eu-west-1", lambda: ("key", "secret"), self.fake.url)

    def test_a_value_is_written_only_when_it_differs(self) -> None:
        for value, text in (("one", "is created"), ("one", "is unchanged"), ("two", "has a new version")):
            secret.store(self.aws, NAME, value, self.screen)
            self.assertIn(f"{NAME} {text}", self.out.getvalue())
            self.assertEqual(value, self.fake.secrets[NAME])
        self.assertEqual((1, 1), (len(self.fake.of("CreateSecret")), len(self.fake.of("PutSecretValue"))))
        self.assertNotIn("two", self.out.getvalue())

    def test_a_secret_without_a_value_gets_its_first(self) -> None:
        self.fake.secrets[NAME] = None
        secret.store(self.aws, NAME, "one", self.screen)
        self.assertEqual(1, len(self.fake.of("PutSecretValue")))

    def test_a_refused_read_is_an_error_and_not_a_missing_secret(self) -> None:
        self.fake.refuse["GetSecretValue"] = (400, "EncryptionFailure", "not now")
        with self.assertRaisesRegex(Stop, "was not stored: .*EncryptionFailure.*: not now") as refused:
            secret.store(self.aws, NAME, "one", self.screen)
        self.assertEqual(FAILED, refused.exception.code)
        self.assertEqual([], self.fake.of("CreateSecret"))

    def test_keys_are_stored_as_they_are_with_a_warning(self) -> None:
        self.assertEqual("no json", secret.as_declared("keys", "no json", {}, self.screen))
        self.assertIn("warning", self.out.getvalue())
        self.assertNotIn("no json", self.out.getvalue())

    def test_lines_become_the_fields_that_the_environments_file_names(self) -> None:
        settings = {"secrets": [
            {"name": "telegram", "variables": {"TELEGRAM_TOKEN": "token", "CHAT": "chat"}},
            {"name": "config", "file": "config-private.json"},
            {"name": "ini", "file": "user.cfg", "field": "text"},
        ]}  # fmt: skip
        for name, value, stored, warning in (
            ("telegram", "token=visible=1\n\nchat=2", '{"token":"visible=1","chat":"2"}', ""),
            ("telegram", '{"token": "visible", "chat": "2"}', '{"token": "visible", "chat": "2"}', ""),
            ("telegram", "token=visible", '{"token":"visible"}', "the secret telegram lacks the fields chat"),
            ("telegram", "token=visible\ntoken=2", "token=visible\ntoken=2", "the secret telegram must be a JSON object"),
            ("config", "key=visible", "key=visible", ""),
            ("ini", '{"other": "visible"}', '{"other": "visible"}', "the secret ini lacks the fields text"),
            ("other", "visible", "visible", "does not declare a secret other"),
        ):
            with self.subTest((name, value)):
                self.out.seek(0)
                self.out.truncate()
                self.assertEqual(stored, secret.as_declared(name, value, settings, self.screen))
                self.assertEqual(bool(warning), bool(self.out.getvalue()), self.out.getvalue())
                self.assertIn(warning, self.out.getvalue())
                self.assertNotIn("visible", self.out.getvalue())

    def test_only_a_secret_of_a_release_has_such_a_name(self) -> None:
        self.assertEqual("telegram", secret.checked_name("telegram"))
        for name in ("certificate", "repository", "../keys", "A", "", "a/b", "x" * 41):
            with self.subTest(name), self.assertRaises(Stop) as refused:
                secret.checked_name(name)
            self.assertEqual(REFUSED, refused.exception.code)

    def test_an_invalid_certificate_or_login_is_refused_without_its_value(self) -> None:
        for kind, value in (
            ("certificate", "visible"), ("certificate", '{"cert": "visible"}'), ("certificate", '{"cert": 1, "key": "visible"}'),
            ("repository", '{"ssh_key": "visible"}'), ("repository", "[]"), ("keys", "x" * 65_537),
        ):  # fmt: skip
            with self.subTest(value[:30]), self.assertRaises(Stop) as refused:
                secret.check(kind, value, self.screen)
            self.assertEqual(REFUSED, refused.exception.code)
            self.assertNotIn("visible", refused.exception.message)
        secret.check("repository", '{"token": "t"}', self.screen)
        secret.check("certificate", '{"cert": "c", "key": "k"}', self.screen)

    def test_files_become_fields(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            cert = Path(folder, "cert")
            cert.write_text("-----BEGIN\nü\n")
            self.assertEqual({"cert": "-----BEGIN\nü\n"}, json.loads(secret.from_files({"cert": str(cert)})))
            cert.write_text("-----BEGIN\n", encoding="utf-8-sig")
            self.assertEqual({"cert": "-----BEGIN\n"}, json.loads(secret.from_files({"cert": str(cert)})))
            with self.assertRaisesRegex(Stop, "--ssh-key: .* is not a readable text file"):
                secret.from_files({"ssh_key": str(Path(folder, "none"))})

    def test_a_byte_order_mark_and_the_last_newline_of_stdin_do_not_belong_to_the_value(self) -> None:
        for read, value in ((b"one\n", "one"), (b"one", "one"), (b"one\n\n", "one\n"), (b"\xef\xbb\xbfone\n", "one")):
            with mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(read))):
                self.assertEqual(value, secret.from_stdin("keys", self.screen))
        for read in (b"", b"\xff"):
            with mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(read))), self.assertRaisesRegex(Stop, "stdin is"):
                secret.from_stdin("keys", self.screen)
