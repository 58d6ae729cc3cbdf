"""Crash bundles as one answer: newest first, without what is secret now, within the limit of Systems Manager."""

import json
from typing import Any

from tests.fixture import FolderTest

SECRET = "Q7w2e9R4" * 8


class CrashReportTest(FolderTest):
    def bundle(self, stamp: str, lines: int = 1, text: str = "tick", **changes: Any) -> None:
        found = {"id": stamp + "-crypto-robot", "unit": "crypto-robot", "at": "2026-01-01T00:00:00Z", "release": "one",
                 "reason": "exited with status 1", "evidence": "ValueError", "journal": ["%d %s" % (k, text) for k in range(lines)]}
        found.update(changes)
        self.write(self.layout.crashes + "/%s-crypto-robot.json" % stamp, json.dumps(found))

    def report(self, last: str = "2") -> Any:
        ended = self.run_step("read-crashes", Last=last)
        self.assertEqual(0, ended.code, ended)
        return ended.answer

    def test_there_is_none(self) -> None:
        self.assertEqual({"count": 0, "folder": self.layout.crashes, "crashes": [], "bundles": []}, self.report())

    def test_gives_the_newest_first_and_so_many_whole(self) -> None:
        for day in "123":
            self.bundle("2026010%sT000000Z" % day)
        found = self.report()
        self.assertEqual(3, found["count"])
        self.assertEqual(["20260103T000000Z", "20260102T000000Z", "20260101T000000Z"], [one["id"][:16] for one in found["crashes"]])
        self.assertEqual(["20260103T000000Z", "20260102T000000Z"], [one["id"][:16] for one in found["bundles"]])

    def test_leaves_out_and_counts_the_oldest_lines_that_do_not_fit(self) -> None:
        for day in "12":
            self.bundle("2026010%sT000000Z" % day, 300, "x" * 300)
        found = self.report()
        self.assertLess(len(json.dumps(found)), 24_000)
        for one in found["bundles"]:
            self.assertEqual(300, one["left_out"] + len(one["journal"]))
            self.assertTrue(one["journal"][-1].startswith("299 "), one["journal"][-1])

    def test_what_is_secret_now_is_not_in_it(self) -> None:
        self.write("releases/one/.env", "BINANCE_SECRET_KEY=%s\n" % SECRET)
        self.bundle("20260101T000000Z", 2, "the key is " + SECRET, evidence="KeyError: " + SECRET)
        text = json.dumps(self.report())
        self.assertNotIn(SECRET[:8], text)
        self.assertIn("KeyError: [redacted]", text)

    def test_passes_over_what_is_no_bundle(self) -> None:
        self.bundle("20260101T000000Z")
        self.write(self.layout.crashes + "/20260102T000000Z-crypto-robot.json", "{half")
        self.assertEqual(1, self.report()["count"])
