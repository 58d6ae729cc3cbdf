"""What leaves the host is without secrets, and with everything else that a person needs."""

import json
import os
from typing import Any, Dict, List

from robothost.redact import Redaction
from tests.fixture import NEW, FolderTest

WALLET = "abandon ability able about above absent absorb abstract absurd abuse access accident"
B64 = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"


class RedactTest(FolderTest):
    def redaction(self, env: str = "") -> Redaction:
        self.write(os.path.join(self.layout.release(NEW), ".env"), env)
        return Redaction(self.layout.application, root=self.root)

    def is_left(self, left: str, text: str, env: str = "") -> None:
        self.assertEqual(left, self.redaction(env)(text))

    def entries(self, lines: List[str], env: str = "") -> List[str]:
        redaction = self.redaction(env)
        return [redaction.entry({"MESSAGE": line, "_SYSTEMD_UNIT": "crypto-robot.service", "_PID": "7"}) for line in lines]

    def test_the_words_of_a_wallet_need_no_name(self) -> None:
        self.is_left("recovered [redacted]", "recovered " + WALLET)
        self.is_left("words: ['[redacted]']", "words: ['%s']" % "', '".join(WALLET.split()))
        self.is_left('["[redacted]"]', json.dumps(WALLET.split()))
        self.is_left("[redacted]", " ".join(WALLET.split() * 2))
        self.is_left("[redacted]\n", WALLET.upper() + "\n")
        self.is_left("one, two: [redacted]. Good", "one, two: %s. Good" % WALLET)

    def test_a_sentence_is_no_wallet(self) -> None:
        for sentence in ("the robot has been running fine since last night with four open orders and three closed ones today",
                         "cannot connect to the exchange because the network is down and the proxy does not answer the request again",
                         "waiting until market opens then buy some then sell more until close then wait again until market opens again",
                         "Loading config file strategy file pair list exchange module telegram module database module worker module done"):
            self.is_left(sentence, sentence)

    def test_a_private_key_that_a_logger_prints_line_by_line(self) -> None:
        key = ["-----BEGIN PRIVATE KEY-----", B64, B64[::-1], "Zk93bQ==", "-----END PRIVATE KEY-----"]
        found = self.entries(["2026-11-28 10:00:00,123 INFO key: " + line for line in key] + ["2026-11-28 10:00:01,000 INFO tick 1"])
        for line in key[1:3]:
            self.assertNotIn(line[:20], "\n".join(found))
        self.assertEqual("2026-11-28 10:00:00,123 INFO key: [redacted]", found[1])
        self.assertEqual("2026-11-28 10:00:01,000 INFO tick 1", found[-1])

    def test_the_lines_of_the_certificates_key_are_known_also_alone_and_behind_a_prefix(self) -> None:
        lines = ["-----BEGIN PRIVATE KEY-----", B64, "Zk93bQzz", "-----END PRIVATE KEY-----"]
        self.write("certificates/.versions/x-1/key.pem", "\n".join(lines) + "\n")
        for line in lines[1:3]:
            self.assertEqual(["INFO [redacted]", "[redacted]"], self.entries(["INFO " + line, line]))

    def test_tokens_that_robots_have(self) -> None:
        token = "0123456789abcdef0123456789abcdef"
        for text, left in (
                ("POST /bot812345999%3ACCHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx/x", "POST /bot[redacted]/x"),
                ("https://mainnet.infura.io/v3/" + token, "https://mainnet.infura.io/v3/[redacted]"),
                ("wss://eth-mainnet.g.alchemy.com/v2/abcDEF0123456789abcDEF0123456789", "wss://eth-mainnet.g.alchemy.com/v2/[redacted]"),
                ("https://rpc.ankr.com/eth/" + token, "https://rpc.ankr.com/eth/[redacted]"),
                ("wss://stream.binance.com:9443/ws/" + "pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1",
                 "wss://stream.binance.com:9443/ws/[redacted]"),
                ('{"listenKey": "pqia91ma19a5s61cv6a81va65sdf"}', '{"listenKey": "[redacted]"}'),
                ("SG.abcdefghijklmnop1234.ABCDEFGHIJKLMNOPqrstuv", "[redacted]"),
                ("exported 5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ", "exported [redacted]"),
                ("xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi",
                 "[redacted]")):
            with self.subTest(text):
                self.is_left(left, text)

    def test_what_is_no_secret_stays_readable(self) -> None:
        for text in (
                "commit e6ee156a3c0ba8d1a8a8ad11ae37a1bd7b2b13d0, release 20261123T071056Z-75dc424",
                "order 28457193 (clientOrderId x-R4BD3S82e9ef29d8346440f0b28b86) filled",
                "orderId=8886774, origClientOrderId=web_1234567890abcdef1234, tradeId 12345678901",
                "deposit 0x742d35Cc6634C0532925a3b844Bc454e4438f44e, 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa and "
                "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
                "TRX TJRabPrwbZy45sbavfcjinPJC18kjpRTv8, SOL 7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV5",
                "xpub6CUGRUonZSQ4TWtTMmzXdrXDtypWKiKrhko4egpiMZbpiaQL2jkwSB1icqYh2cfDfVxdx4df189oLKnC5fSwqPfgyP3hooxujYzAu3fDVmz",
                "tx 0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe340d3c0a1 confirmed",
                "IPFS QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG, e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "payload eyJzeW1ib2wiOiJCVENVU0RUIiwic2lkZSI6IkJVWSJ9 accepted",
                "icon iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk is drawn",
                "uuid 0f5c0c8e-6b7f-4b0e-8b1a-0123456789ab, arn:aws:states:eu-west-1:000000000000:execution:deploy:a",
                "https://api.binance.com/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=1780000000000",
                "wss://stream.binance.com:9443/ws/btcusdt@kline_1m",
                "/nix/store/5Kd3NBUAdUnhyzenEwVLy9pBKxSwXvE9FMPyR4UKZvpe6E3AgLr/bin"):
            with self.subTest(text):
                self.is_left(text, text)
                self.assertEqual([text], self.entries([text]))

    def test_a_line_has_no_colours_and_no_commands_for_a_terminal(self) -> None:
        self.assertEqual(["ERROR no balance"], self.entries(["\x1b[31mERROR\x1b[0m no balance\x1b]0;title\x07"]))
        self.assertEqual(["password=[redacted]"], self.entries(["password=\x1b[33mhunterhunter\x1b[0m"]))

    def test_every_way_out_has_one_redaction(self) -> None:
        """What a robot prints, as a line of logs, as evidence and as a bundle."""
        from robothost.evidence import described

        secrets: Dict[str, Any] = {"BINANCE_API_KEY": "k" * 8 + "Q7w2e9R4" * 7, "TG": "812345999:CCHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx", "SEED": WALLET}
        env = "".join("%s=%s\n" % pair for pair in secrets.items())
        text = "ValueError: " + " ".join(secrets.values())
        self.assertEqual("ValueError: [redacted] [redacted] [redacted]", described(self.redaction(env)(text), self.layout.application))
        self.assertEqual(["ValueError: [redacted] [redacted] [redacted]"], self.entries([text], env))
