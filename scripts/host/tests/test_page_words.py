"""How a verdict describes a page that listens where nobody reaches it, on another port, or over the other protocol."""

import json
import os
from typing import Any, List

from tests.fixture import NEW, PAGE, ROBOT, SOCKET, FolderTest

REFUSED = "curl: (7) Failed to connect to x.local port 5000 after 0 ms: Couldn't connect to server\n"


class PageWordsTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.serving(NEW)
        os.unlink(self.layout.history)
        self.lock()
        self.states({"crypto-robot": {"MainPID": "100"}, "crypto-webapp": {"MainPID": "101"}})
        for pid, unit in (("100", "crypto-robot"), ("101", "crypto-webapp")):
            self.write(os.path.join(self.layout.proc, pid, "cgroup"), "0::/system.slice/%s.service\n" % unit)

    def listens(self, *addresses: str, pid: int = 101) -> None:
        self.system.answer("ss", output="".join(SOCKET % (address, pid) for address in addresses))

    def check(self, **changes: str) -> Any:
        ended = self.run_step("check-health", **{
            "Release": NEW, "Services": json.dumps([ROBOT, PAGE]), "Port": "5000", "HealthPath": "/health", "Protocol": "https",
            "CertificateHostname": "x.local", "BakeSeconds": "0", **self.fence(50), **changes})
        self.assertEqual(0, ended.code, ended)
        return ended.answer

    def requests(self) -> List[str]:
        return [call[call.index("--url") + 1].partition(":")[0] for call in self.system.calls if call[0] == "curl"]

    def test_a_page_that_only_this_machine_reaches_is_unhealthy_and_its_address_is_named(self) -> None:
        for addresses, named in ((["127.0.0.1:5000"], "127.0.0.1:5000"), (["[::1]:5000"], "[::1]:5000"), (["127.0.0.1%lo:5000"], "127.0.0.1%lo:5000"),
                                 (["[::ffff:127.0.0.1]:5000"], "[::ffff:127.0.0.1]:5000"),
                                 (["127.0.0.1:5000", "[::1]:5000"], "127.0.0.1:5000 and [::1]:5000")):
            with self.subTest(addresses):
                self.listens(*addresses)
                found = self.check()
                self.assertEqual((False, "crypto-webapp"), (found["healthy"], found["unit"]))
                self.assertEqual("listens only on %s: nobody outside this instance reaches it (limit: 20 s from its first answer, see"
                                 " unanswered_seconds). Let it listen on 0.0.0.0, port 5000" % named, found["reason"])

    def test_a_page_that_others_reach_is_healthy(self) -> None:
        for addresses in (["0.0.0.0:5000"], ["*:5000"], ["[::]:5000"], ["127.0.0.1:5000", "10.66.0.2:5000"], ["127.0.0.1:8000", "*:5000"]):
            with self.subTest(addresses):
                self.listens(*addresses)
                self.assertTrue(self.check()["healthy"])

    def test_a_release_that_was_confirmed_with_such_a_page_stays_a_target_of_a_rollback(self) -> None:
        self.good(NEW)
        self.listens("127.0.0.1:5000")
        self.assertTrue(self.check()["healthy"])
        os.unlink(self.layout.lock)
        self.assertEqual("healthy", self.run_step("read-health").answer["health"])

    def test_names_the_port_on_which_the_page_listens(self) -> None:
        self.system.answer("curl", errors=REFUSED, output="000", code=7)
        self.listens("0.0.0.0:8501")
        said = " (limit: 60 s from its start, see start_seconds). It listens on 0.0.0.0:8501: let it listen on 0.0.0.0, port 5000, as PORT in its environment says"
        self.assertIn(said, self.check()["reason"])
        self.system.answer("journalctl", "cat", output="web application listens on port 5000\n")
        self.assertEqual("", self.check()["evidence"])
        self.system.answer("journalctl", "cat", output="ERROR no certificate\ntick\n")
        self.assertEqual("ERROR no certificate", self.check()["evidence"])
        self.listens("127.0.0.1:8000", "*:9000")
        self.assertIn("It listens on 127.0.0.1:8000 and 0.0.0.0:9000:", self.check()["reason"])
        self.listens("0.0.0.0:8501", pid=100)
        self.assertIn("No process of crypto-webapp listens on a port", self.check()["reason"])

    def test_names_the_address_of_a_page_that_is_not_on_loopback(self) -> None:
        self.system.answer("curl", errors=REFUSED, output="000", code=7)
        self.listens("10.66.0.2:5000")
        self.assertIn("It listens on 10.66.0.2:5000: let it listen on 0.0.0.0, port 5000", self.check()["reason"])

    def test_names_http_where_https_is_wanted(self) -> None:
        self.listens("0.0.0.0:5000")
        for code in (35, 56):
            self.system.answer("curl", code=code, output="000",
                               errors="curl: (%d) OpenSSL/3.0.17: error:0A00010B:SSL routines::wrong version number\n" % code)
            self.system.answer("curl", "--insecure", output="200")
            found = self.check()
            self.assertIn("The page speaks http, not https, on port 5000: give its server the files in SSL_CERT_PATH and SSL_KEY_PATH, or set "
                          "protocol to http", found["reason"])
            self.assertIn("(limit: 20 s from its first answer, see unanswered_seconds)", found["reason"])
        self.assertEqual({"http", "https"}, set(self.requests()))

    def test_names_https_where_http_is_wanted(self) -> None:
        self.listens("0.0.0.0:5000")
        for code in (1, 8, 52, 56):
            self.system.answer("curl", code=code, output="000", errors="curl: (%d) Empty reply from server\n" % code)
            self.system.answer("curl", "--insecure", output="404")
            self.assertIn("The page speaks https, not http, on port 5000: set protocol to https, or let its server speak http",
                          self.check(Protocol="http")["reason"])

    def test_an_answer_of_neither_protocol_is_told_as_curl_tells_it(self) -> None:
        self.listens("0.0.0.0:5000")
        self.system.answer("curl", code=35, output="000", errors="curl: (35) \x1b[31mConnection reset\x1b[0m by peer\n")
        found = self.check()
        self.assertEqual("did not answer at https://x.local:5000/health: curl: (35) Connection reset by peer (limit: 60 s from its start, see start_seconds)",
                         found["reason"])

    def test_a_certificate_that_is_not_trusted_is_no_other_protocol(self) -> None:
        self.listens("0.0.0.0:5000")
        self.system.answer("curl", code=60, output="000", errors="curl: (60) SSL certificate problem: self-signed certificate\n")
        self.assertIn("self-signed certificate (limit: 60 s from its start, see start_seconds)", self.check()["reason"])
        self.assertEqual({"https"}, set(self.requests()))

    def test_only_what_the_unit_printed_is_evidence(self) -> None:
        self.states({"crypto-robot": {"MainPID": "0", "ActiveState": "failed", "SubState": "failed", "ExecMainCode": "1", "ExecMainStatus": "1"}})
        self.check()
        read = next(call for call in self.system.calls if call[0] == "journalctl" and "cat" in call)
        self.assertIn("_SYSTEMD_UNIT=crypto-robot.service", read)
        self.assertIn("_UID=%d" % self.layout.user_id(), read)
        self.assertNotIn("-u", read)

    def test_a_robot_that_writes_beside_its_code_is_told_of_persistent_paths(self) -> None:
        self.states({"crypto-robot": {"MainPID": "0", "ActiveState": "failed", "SubState": "failed", "ExecMainCode": "1", "ExecMainStatus": "1"}})
        self.system.answer("journalctl", "cat", output="Traceback (most recent call last):\n  File x\nOSError: [Errno 30] Read-only file system: "
                           "'%s/bot.log'\n" % self.layout.release(NEW))
        self.assertIn("A release is read-only: name 'bot.log' in persistent_paths", self.check()["evidence"])
