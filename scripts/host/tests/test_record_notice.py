"""What was reported about an instance is remembered, word by word."""

import os

from robothost import told
from tests.fixture import FolderTest


class ToldTest(FolderTest):
    def test_remembers_what_was_reported_for_each_operation(self) -> None:
        ended = self.run_step("record-notice", Operation="check-health", Told="unhealthy 20260101T000000Z-crypto-robot")
        self.assertEqual((0, {"told": "unhealthy 20260101T000000Z-crypto-robot"}), (ended.code, ended.answer))
        self.run_step("record-notice", Operation="check-drift", Told="0 abc")
        self.assertEqual("unhealthy 20260101T000000Z-crypto-robot", told.last(self.layout, "check-health"))
        self.assertEqual("0 abc", told.last(self.layout, "check-drift"))
        self.assertEqual("", told.last(self.layout, "check-certificates"))

    def test_only_root_reads_it(self) -> None:
        self.run_step("record-notice", Operation="check-health", Told="healthy")
        path = os.path.join(self.layout.told, "check-health")
        self.assertEqual(0o600, os.stat(path).st_mode & 0o777)
        self.assertEqual(["check-health"], os.listdir(self.layout.told))

    def test_refuses_what_leads_out_of_its_folder(self) -> None:
        for operation in ("../lock", "/etc/passwd", "", "check-health\n"):
            with self.subTest(operation):
                ended = self.run_step("record-notice", Operation=operation, Told="healthy")
                self.assertEqual((10, "InvalidParameter"), (ended.code, ended.answer["failure"]))
        self.assertFalse(os.path.exists(self.layout.told))
