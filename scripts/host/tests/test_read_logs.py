"""Lines of the journal: which, from whom, redacted, and as many as Systems Manager passes on."""

import json
from typing import Any

from robothost.layout import UNIT_MARK
from robothost.steps import read_logs
from tests.fixture import FolderTest

SECRET = "Q7w2e9R4" * 8
KEY = ["-----BEGIN PRIVATE KEY-----", "MC4CAQAwBQYDK2VwBCIEIOQvx2J7l0wH9sT4yZkq3nB8", "-----END PRIVATE KEY-----"]


def entry(message: str, **fields: Any) -> str:
    found = {"__CURSOR": "s=1", "__REALTIME_TIMESTAMP": "1780000000000000", "_PID": "7", "_UID": "1000",
             "_SYSTEMD_UNIT": "crypto-robot.service", "MESSAGE": message}
    found.update(fields)
    return json.dumps(found) + "\n"


class ReadLogsTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        for name in ("crypto-robot", "crypto-webapp"):
            self.write(self.layout.units + "/%s.service" % name, UNIT_MARK + "\n[Service]\n")
        self.write("releases/one/.env", "BINANCE_SECRET_KEY=%s\n" % SECRET)

    def logs(self, entries: str, service: str = "all", after: str = "") -> Any:
        self.system.answer("journalctl", output=entries)
        ended = self.run_step("read-logs", Service=service, Since="1h", After=after)
        self.assertEqual(0, ended.code, ended)
        return ended.answer

    def test_no_secret_is_in_them_also_where_another_units_lines_come_between(self) -> None:
        entries = ""
        for line in ["the key is " + SECRET, *KEY, "tick"]:
            entries += entry(line) + entry("served", _SYSTEMD_UNIT="crypto-webapp.service")
        text = json.dumps(self.logs(entries))
        self.assertIn("[redacted]", text)
        self.assertNotIn(SECRET[:8], text)
        self.assertNotIn(KEY[1][:20], text)
        self.assertIn("crypto-robot: tick", text)
        self.assertIn("crypto-webapp: served", text)
        self.assertNotIn(SECRET[:8], self.system.journal and self.system.journal[0][1] or "")

    def test_only_root_speaks_for_the_deployer_and_only_systemd_about_a_unit(self) -> None:
        forged = [entry("confirmed", SYSLOG_IDENTIFIER="crypto-robot-deployer"), entry("stopped", UNIT="crypto-webapp.service")]
        genuine = [entry("confirmed", SYSLOG_IDENTIFIER="crypto-robot-deployer", _UID="0", _SYSTEMD_UNIT="agent.service"),
                   entry("stopped", UNIT="crypto-webapp.service", _PID="1", _UID="0", _SYSTEMD_UNIT="init.scope")]
        lines = self.logs("".join(forged + genuine))["lines"]
        self.assertEqual(["crypto-robot: confirmed", "crypto-robot: stopped", "deployer: confirmed", "crypto-webapp: stopped"],
                         [line.split(" ", 1)[1] for line in lines])

    def test_requests_only_entries_whose_sender_the_journal_vouches_for(self) -> None:
        self.assertEqual("SYSLOG_IDENTIFIER=crypto-robot-deployer _UID=0 + _SYSTEMD_UNIT=a.service + UNIT=a.service _PID=1".split(" "),
                         read_logs.matches(["a"], "all"))
        self.assertEqual("_SYSTEMD_UNIT=a.service + UNIT=a.service _PID=1".split(" "), read_logs.matches(["a", "b"], "a"))
        self.assertEqual("SYSLOG_IDENTIFIER=crypto-robot-deployer _UID=0".split(" "), read_logs.matches(["a"], "deployer"))

    def test_leaves_out_and_counts_the_oldest_that_do_not_fit(self) -> None:
        found = self.logs("".join(entry("%03d %s" % (k, "x" * 390)) for k in range(100)), "crypto-robot")
        self.assertEqual(100, found["left_out"] + len(found["lines"]))
        self.assertTrue(found["lines"][-1].endswith("x") and " 099 " in found["lines"][-1], found["lines"][-1])
        self.assertLess(len(json.dumps(found)), 24_000)

    def test_goes_on_after_a_cursor_and_reports_that_there_is_more(self) -> None:
        entries = "".join(entry("%03d %s" % (k, "x" * 390), __CURSOR="s=%x" % k) for k in range(100))
        found = self.logs(entries, "crypto-robot", "s=1")
        self.assertTrue(found["more"])
        self.assertIn(" 000 ", found["lines"][0])
        self.assertEqual("s=%x" % (len(found["lines"]) - 1), found["after"])
        self.assertIn("--after-cursor=s=1", self.system.calls[-1])

    def test_names_the_services_that_there_are(self) -> None:
        ended = self.run_step("read-logs", Service="nginx", Since="1h", After="")
        self.assertEqual((10, "InvalidParameter"), (ended.code, ended.answer["failure"]))
        self.assertIn("crypto-robot crypto-webapp, deployer and all", ended.answer["message"])
