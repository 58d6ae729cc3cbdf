"""Which line of a log states why its unit ended, on what real programs print."""

import unittest

from robothost.evidence import described, telling

APPLICATION = "/opt/crypto-robot"
HANDLED = "Traceback (most recent call last):\n  File \"main.py\", line 3, in tick\n    x()\nConnectionError: read timed out\n"


class EvidenceTest(unittest.TestCase):
    def is_told(self, line: str, text: str) -> None:
        self.assertEqual(line, telling(text))

    def test_a_traceback_that_was_handled_does_not_win_against_a_later_report(self) -> None:
        for report in ("2026-11-28 10:00:00 CRITICAL robot: giving up, balance is 0", "[error] order refused", "ERROR:root:giving up",
                       '{"level": "error", "event": "no balance"}', "level=critical msg=\"no balance\"", "[ERROR   ] no balance"):
            with self.subTest(report):
                self.is_told(report, HANDLED + "tick 2\n" + report + "\nbye\n")

    def test_a_traceback_after_a_report_wins(self) -> None:
        self.is_told("ValueError: broken", "ERROR tick failed\n" + HANDLED.replace("ConnectionError: read timed out", "ValueError: broken"))

    def test_of_a_chain_and_of_a_group_it_is_the_last_exception(self) -> None:
        self.is_told("RuntimeError: cannot start", HANDLED + "\nThe above exception was the direct cause of the following exception:\n\n"
                     + HANDLED.replace("ConnectionError: read timed out", "RuntimeError: cannot start"))
        group = ("  + Exception Group Traceback (most recent call last):\n  |   File \"main.py\", line 1\n"
                 "  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)\n  +-+---------------- 1 ----------------\n"
                 "    | Traceback (most recent call last):\n    |   File \"main.py\", line 2\n    | ValueError: no balance\n"
                 "    +------------------------------------\n")
        self.is_told("ValueError: no balance", group)

    def test_an_exception_needs_no_message_and_no_capital(self) -> None:
        self.is_told("KeyboardInterrupt", HANDLED.replace("ConnectionError: read timed out", "KeyboardInterrupt"))
        self.is_told("binascii.Error: bad", HANDLED.replace("ConnectionError: read timed out", "binascii.Error: bad"))
        self.is_told("socket.gaierror: [Errno -2] Name", HANDLED.replace("ConnectionError: read timed out", "socket.gaierror: [Errno -2] Name"))

    def test_an_address_of_further_information_is_no_reason(self) -> None:
        printed = ("1 validation error for Settings\napi_key\n  Field required [type=missing, input_value={}, input_type=dict]\n"
                   "    For further information visit https://errors.pydantic.dev/2.5/v/missing\n")
        line = "1 validation error for Settings: api_key: Field required [type=missing, input_value={}, input_type=dict]"
        self.is_told(line, printed)
        self.is_told("pydantic_core._pydantic_core.ValidationError: " + line, HANDLED.replace(
            "ConnectionError: read timed out\n", "pydantic_core._pydantic_core.ValidationError: " + printed))
        self.is_told("cannot load passivbot_rust", "cannot load passivbot_rust\nSee https://example.org/docs/errors for more information\n")
        self.is_told("giving up", "giving up\nfor more information run with --debug, see errors\n")

    def test_the_frame_of_a_message_is_no_part_of_it(self) -> None:
        self.is_told("Missing option '--api-key' (env var: 'KRAKEN_API_KEY').",
                     "Usage: infinity-grid [OPTIONS]\nTry 'infinity-grid --help' for help.\n"
                     "╭─ Error ─────────────────────────────────────╮\n│ Missing option '--api-key' (env var: 'KRAKEN_API_KEY'). │\n"
                     "╰─────────────────────────────────────────────╯\n")

    def test_no_colours_and_no_bytes(self) -> None:
        self.is_told("ERROR no balance", "\x1b[31m\x1b[1mERROR\x1b[0m no balance\x1b[0m\n")
        self.is_told("ValueError: not a message: …", HANDLED.replace(
            "ConnectionError: read timed out", "ValueError: not a message: \ufffd\ufffd\x01\ufffd"))
        self.is_told("ValueError: b'…'", HANDLED.replace("ConnectionError: read timed out", r"ValueError: b'\x00\x01\xff\x10'"))
        self.is_told("ERROR link", "\x1b]8;;https://evil.example\x07ERROR link\x1b]8;;\x07\n")

    def test_what_a_web_server_logs_about_the_probe_is_no_reason(self) -> None:
        for logged in (
                r'127.0.0.1 - - [28/Nov/2026 10:00:00] code 400, message Bad request version ("\x8fÒ\x00")',
                "\x1b[31m\x1b[1m" r'127.0.0.1 - - [28/Nov/2026 10:00:00] "\x16\x03\x01\x02\x00\x01\x00\x01" 400 -' "\x1b[0m",
                '127.0.0.1 - - [28/Nov/2026 10:00:00] "GET /health HTTP/1.1" 500 -',
                'INFO:     127.0.0.1:41234 - "GET /health HTTP/1.1" 404 Not Found',
                "WARNING:  Invalid HTTP request received.",
                "[2026-11-28 10:00:00 +0000] [7] [WARNING] Invalid request from ip=127.0.0.1: Invalid HTTP request line: '…'",
                "[W 261128 10:00:00 http1connection:287] Malformed HTTP message from 127.0.0.1: Malformed HTTP request line",
                '127.0.0.1 [28/Nov/2026:10:00:00 +0000] "GET /health HTTP/1.1" 503 19 "-" "curl/7.88.1" error',
                "Exception happened during processing of request from ('127.0.0.1', 41234)\n" + HANDLED.replace(
                    "ConnectionError: read timed out", "ssl.SSLError: [SSL: HTTP_REQUEST] http request (_ssl.c:992)"),
                "Exception happened during processing of request from ('127.0.0.1', 41234)\n" + HANDLED.replace(
                    "ConnectionError: read timed out", "ConnectionResetError: [Errno 104] Connection reset by peer"),
                HANDLED.replace("ConnectionError: read timed out",
                                "ssl.SSLError: [SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca (_ssl.c:1002)")):
            with self.subTest(logged):
                self.is_told("error: the database is locked", "error: the database is locked\n" + logged + "\n")
                self.is_told("", logged + "\n")

    def test_the_rest_of_a_handshake_that_has_line_breaks_is_no_reason(self) -> None:
        self.is_told("listening", 'listening\n\x1b[31m127.0.0.1 - - [28/Nov/2026 10:00:00] "\x16\x03\x01\x02\ng\u00c0" 400 -\x1b[0m\n\u00c0\u00ff\n')
        self.is_told("listening", 'listening\n127.0.0.1 - - [28/Nov/2026 10:00:00] code 400, message Bad request version (\'x\n\u00c0y\')\n')

    def test_a_message_in_another_script_or_of_one_word_is_a_reason(self) -> None:
        for line in ("余额不足", "bye", "Größe", "no"):
            self.is_told(line, "tick 1\n%s\n" % line)

    def test_where_the_reason_is_known_only_an_error_is_added(self) -> None:
        self.assertEqual("", described("web application listens on port 5000\n", APPLICATION, only_errors=True))
        self.assertEqual("ERROR no balance", described("ERROR no balance\ntick\n", APPLICATION, only_errors=True))

    def test_what_a_robot_logs_about_its_own_requests_is_a_reason(self) -> None:
        for line in ("ConnectionResetError: [Errno 104] Connection reset by peer",
                     "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed (_ssl.c:992)",
                     "requests.exceptions.HTTPError: 400 Client Error: Bad Request for url: https://api.binance.com/api/v3/order"):
            with self.subTest(line):
                self.is_told(line, HANDLED.replace("ConnectionError: read timed out", line))

    def test_what_systemd_and_the_deployer_print_is_no_reason(self) -> None:
        self.is_told("", "Started crypto-robot.service - Robot.\ncrypto-robot.service: Main process exited, code=exited, status=1/FAILURE\n"
                     "crash bundle 20261123T071342Z-crypto-robot: exited with status 0\n")
        self.is_told("Started trading", "Started trading\nStopped crypto-robot.service - Robot.\n")

    def test_a_robot_that_cannot_write_gets_the_name_of_the_setting(self) -> None:
        line = "OSError: [Errno 30] Read-only file system: "
        for path, name in (("/opt/crypto-robot/releases/20261123T071342Z-75dc424/bot.log", "bot.log"),
                           ("/opt/crypto-robot/current/state/last.json", "state/last.json"), ("user_data", "user_data"), ("./x/y.db", "x/y.db")):
            with self.subTest(path):
                self.assertEqual("%s'%s'. A release is read-only: name '%s' in persistent_paths" % (line, path, name),
                                 described(line + "'%s'\n" % path, APPLICATION))
        self.assertEqual(line + "'/home/ec2-user/x'. A release is read-only. /home/ec2-user/x is not in it: write below a persistent path, or to "
                         "/tmp", described(line + "'/home/ec2-user/x'", APPLICATION))
        for words in ("sqlite3.OperationalError: unable to open database file",
                      "sqlite3.OperationalError: attempt to write a readonly database",
                      "sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) unable to open database file"):
            self.assertEqual(words + ". A release is read-only: name the file or folder that the robot writes in persistent_paths",
                             described(words + "\n", APPLICATION))

    def test_the_advice_stands_behind_a_line_that_is_cut(self) -> None:
        found = described("unable to open database file " + "x" * 1000, APPLICATION)
        self.assertTrue(found.endswith("in persistent_paths"), found)

    def test_a_verdict_has_no_second_full_stop(self) -> None:
        self.assertEqual("ERROR no balance", described("ERROR no balance.\n", APPLICATION))
        self.assertEqual("waiting...", described("waiting...\n", APPLICATION))
