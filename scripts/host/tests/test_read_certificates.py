"""When the end of a certificate is reported, and that it is reported once. With the real openssl."""

import os
import subprocess
import time
from typing import Any

from tests.fixture import NEW, FolderTest

# A certificate that ends in so many days and a few hours.
ISSUE = """
cd "$1"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=host -keyout key.pem -out self.pem 2>/dev/null
openssl req -new -key key.pem -subj /CN=host -out request.pem
mkdir -p ca && : >ca/index.txt && printf '%04x' $RANDOM >ca/serial
printf '[ca]\\ndefault_ca=one\\n[one]\\ndatabase=ca/index.txt\\nnew_certs_dir=ca\\nserial=ca/serial\\ndefault_md=sha256\\npolicy=any\\n\
[any]\\ncommonName=supplied\\n' >ca.conf
openssl ca -batch -config ca.conf -selfsign -keyfile key.pem -in request.pem -out cert.pem -notext \
  -startdate "$(date -u -d '-400 days' +%Y%m%d%H%M%SZ)" -enddate "$(date -u -d "$2 days 3 hours" +%Y%m%d%H%M%SZ)" 2>/dev/null
"""


class ReadCertificatesTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.system.clock = time.time()
        self.system.real.add("openssl")
        self.serving(NEW)
        self.folder = os.path.join(self.layout.certificates, "x.local")
        os.makedirs(self.folder)

    def issue(self, days: int) -> str:
        """The text of cert.pem."""
        subprocess.run(["bash", "-ec", ISSUE, "bash", self.folder, str(days)], check=True)
        return self.read(os.path.join(self.folder, "cert.pem"))

    def reads(self) -> Any:
        ended = self.run_step("read-certificates")
        self.assertEqual(0, ended.code, ended)
        self.assertEqual([], os.listdir(self.layout.run), "openssl's files are left")
        return ended.answer

    def is_reported(self) -> bool:
        """Whether it is news, which is recorded then."""
        found = self.reads()
        if found["news"]:
            self.record(found["told"])
        return bool(found["news"])

    def record(self, text: str) -> None:
        self.assertEqual(0, self.run_step("record-notice", Operation="check-certificates", Told=text).code)

    def test_it_is_reported_when_one_of_the_days_has_come(self) -> None:
        for days, news, headline in ((90, False, ""), (31, False, ""), (30, True, "certificate ends in 30 days"),
                                     (15, True, "certificate ends in 15 days"), (3, True, "certificate ends in 3 days"),
                                     (0, True, "certificate ends in 0 days"), (-2, True, "certificate expired")):
            with self.subTest(days):
                self.issue(days)
                found = self.reads()
                self.assertEqual((days, news), (found["days_left"], found["news"]))
                if news:
                    self.assertEqual(headline, found["headline"])
                    self.assertIn("rotate-certificate", found["next"])

    def test_each_day_is_reported_once_and_a_new_certificate_again(self) -> None:
        self.issue(20)
        self.assertTrue(self.is_reported(), "30 days have come")
        self.assertFalse(self.is_reported(), "reported already")
        self.issue(20)
        self.assertTrue(self.is_reported(), "another certificate, as near to its end")

    def test_the_next_mark_of_the_same_certificate_is_reported(self) -> None:
        self.issue(13)
        report = self.reads()["told"]
        self.assertTrue(report.endswith(" 14"), report)
        self.record(report.replace(" 14", " 30"))
        self.assertTrue(self.reads()["news"], "30 was reported, 14 was not")
        self.record(report)
        self.assertFalse(self.reads()["news"], "14 was reported")

    def test_the_first_certificate_of_the_chain_to_expire_counts(self) -> None:
        issuer = self.issue(2)
        self.write(os.path.join(self.folder, "cert.pem"), self.issue(90) + issuer)
        found = self.reads()
        self.assertEqual((2, "certificate ends in 2 days"), (found["days_left"], found["headline"]))
        self.assertTrue(found["said"].endswith(", because its root certificate CN=host expires then"), found)
        self.assertTrue(found["told"].endswith(" 3"), found)

    def test_a_certificate_that_an_earlier_version_reported_is_not_reported_again(self) -> None:
        self.issue(20)
        self.record(self.reads()["told"].upper())
        self.assertFalse(self.reads()["news"], "reported already")

    def test_there_is_none_where_http_is_served(self) -> None:
        self.serving(NEW, protocol="http")
        found = self.reads()
        self.assertEqual((None, False), (found["days_left"], found["news"]))
        self.assertIn("serves over http", found["said"])

    def test_that_it_cannot_be_read_is_reported_once(self) -> None:
        self.assertTrue(self.is_reported(), "there is none")
        self.assertFalse(self.is_reported(), "reported already")

    def test_nothing_is_deployed(self) -> None:
        os.unlink(self.layout.current)
        self.assertEqual({"release": "", "mode": "", "protocol": "", "hostname": "", "certificate_not_after": "", "days_left": None,
                          "headline": "", "said": "nothing is deployed", "next": "nothing", "news": False, "told": ""}, self.reads())

    def test_a_manifest_that_cannot_be_used_is_named(self) -> None:
        self.write(os.path.join(self.layout.release_state(NEW), "release.json"), "{}")
        self.assertIn("is not usable", self.reads()["said"])
