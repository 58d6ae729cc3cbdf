"""Lines of the journal as they are shipped."""

import json
import subprocess
from typing import List

from robothost.redact import Redaction
from robothost.ship import line_of
from tests.fixture import FolderTest

SECRET = "Q7w2e9R4" * 8


class ShipTest(FolderTest):
    def shipped(self, messages: List[str]) -> str:
        """The lines of one unit, with those of another between them."""
        redacted = Redaction(self.layout.application, root=self.layout.root)
        entries = []
        for message in messages:
            for unit, text in (("crypto-robot", message), ("crypto-webapp", "served")):
                entries.append(json.loads(json.dumps({
                    "__CURSOR": "s=1", "__REALTIME_TIMESTAMP": "1780000000000000", "_PID": "7", "_SYSTEMD_UNIT": unit + ".service", "MESSAGE": text})))
        return "".join(line_of(entry, redacted) for entry in entries)

    def test_no_secret_is_shipped_in_one_line_or_in_several(self) -> None:
        self.write("releases/one/.env", "BINANCE_SECRET_KEY=%s\n" % SECRET)
        key = subprocess.run(["openssl", "genpkey", "-algorithm", "ED25519"], stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
        text = self.shipped(["the key is " + SECRET, *key, "tick"])
        self.assertIn("[redacted]", text)
        for part in ("Q7w2", "e9R4Q7", key[1][:20]):
            self.assertNotIn(part, text)
        self.assertIn("2026-05-28T20:26:40Z crypto-robot: tick\n", text)
        self.assertIn("crypto-webapp: served\n", text)
