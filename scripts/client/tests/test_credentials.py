"""The operator's credentials of the local cloud."""

from __future__ import annotations

import io
import subprocess
import tempfile
import unittest
from argparse import Namespace
from pathlib import Path
from typing import Any, cast

from client.exits import FAILED, Stop
from client.local import commands
from client.local.cloud import LocalCloud
from client.screen import Screen


class Started(LocalCloud):
    """A cloud that already runs."""

    def start(self) -> None:
        pass


class Credentials(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "credentials"
        self.out = io.StringIO()
        self.screen = Screen(self.out, io.StringIO())
        self.cloud = Started(self.screen, Path(), {"LOCAL_STATE": folder.name, "LOCAL_PORT": "4799", "AWS_REGION": "eu-central-1"})

    def test_a_shell_gets_the_cloud_and_no_token_of_another_account(self) -> None:
        self.file.write_text("[default]\naws_access_key_id = AKIA1\naws_secret_access_key = s%cret'; exit 9\n")
        work = cast(Any, Namespace(cloud=self.cloud, screen=self.screen))
        self.assertEqual(0, commands.COMMANDS["credentials"](work))
        names = ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "REGION", "DEFAULT_REGION", "ENDPOINT_URL")
        script = self.out.getvalue() + "".join(f'echo "${{AWS_{name}-unset}}"; ' for name in names)
        done = subprocess.run(["bash", "-uc", script], env={"AWS_SESSION_TOKEN": "own"}, capture_output=True, text=True)
        expected = ["AKIA1", "s%cret'; exit 9", "", "eu-central-1", "eu-central-1", "http://127.0.0.1:4799"]
        self.assertEqual(expected, done.stdout.split("\n")[:-1], done.stderr)

    def test_what_is_missing_or_damaged_is_refused_without_its_content(self) -> None:
        with self.assertRaises(Stop) as missing:
            self.cloud.credentials()
        self.assertEqual(FAILED, missing.exception.code)
        self.file.write_text("aws_secret_access_key = secret")
        with self.assertRaises(Stop) as damaged:
            self.cloud.credentials()
        self.assertNotIn("secret_access", str(damaged.exception.message))


if __name__ == "__main__":
    unittest.main()
