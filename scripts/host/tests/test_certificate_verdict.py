import unittest
from datetime import datetime, timedelta, timezone
from typing import Any

from robothost.certificate_verdict import Certificate, Chain, Facts, Verdict, iso, matches, verdict

NOW = datetime(2026, 11, 23, 6, 15, tzinfo=timezone.utc)
LATER = NOW.replace(year=2027)
HOST = "jack_robot.crypto-vision.com"
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
LEAF = Certificate("CN=leaf", False, NOW, LATER, "ab")
ISSUER = Certificate("CN=issuer", False, NOW - DAY, LATER + DAY, "cd")
AUTHORITY = Certificate("CN=authority", False, NOW - DAY, LATER + DAY, "12")
ROOT = Certificate("CN=root", True, NOW - DAY, LATER + DAY, "ef")
NO_ROOT = ("its chain does not reach a root that this instance trusts: clients that do not know the issuer refuse it; are intermediate"
           " certificates missing?")


def facts(*certificates: Certificate, trusted: int = 1, **changes: Any) -> Facts:
    good = Facts((HOST,), Chain(certificates or (LEAF,), trusted), True, "EC P-256", "", True, False, True)
    return good._replace(**changes)


def problem(read: Facts) -> str:
    return verdict(read, HOST, NOW).problem


def warning(read: Facts) -> str:
    judged = verdict(read, HOST, NOW)
    assert judged.problem == "", judged
    return judged.warning


class VerdictTest(unittest.TestCase):
    def test_accepts_a_valid_certificate(self) -> None:
        self.assertEqual(Verdict("", "", "2027-11-23T06:15:00Z"), verdict(facts(), HOST, NOW))

    def test_lists_every_reason_against_a_certificate(self) -> None:
        self.assertEqual(
            "it is not valid before 2026-11-23T06:15:01Z; it has no subject alternative names, and a common name does not count; the"
            " private key does not belong to it; its chain is out of order: each certificate must be signed by the next one",
            problem(facts(LEAF._replace(not_before=NOW + SECOND), names=(), key_matches=False, in_order=False)))

    def test_a_certificate_is_valid_from_its_first_second_and_expired_at_its_last(self) -> None:
        self.assertEqual("", problem(facts(LEAF._replace(not_before=NOW))))
        self.assertEqual("", problem(facts(LEAF._replace(not_after=NOW + SECOND))))
        self.assertEqual("it expired at 2026-11-23T06:15:00Z", problem(facts(LEAF._replace(not_after=NOW))))

    def test_names_the_host_and_the_names_of_the_certificate(self) -> None:
        self.assertEqual("it is not for %s but for a.example, b.example" % HOST, problem(facts(names=("a.example", "b.example"))))

    def test_accepts_the_keys_that_browsers_accept(self) -> None:
        for kind in ("RSA 2048", "RSA 16384", "EC P-256", "EC P-384", "EC P-521"):
            self.assertEqual("", problem(facts(key_type=kind)))
        for kind in ("RSA 2047", "RSA 1024", "RSA 9999999", "RSA", "ED25519", "EC secp256k1", "EC of a curve without a name", ""):
            self.assertEqual("its key is %s, but browsers accept only RSA of 2048 bits or more, EC P-256 and EC P-384" % kind,
                             problem(facts(key_type=kind)))

    def test_reports_the_first_problem_of_the_key(self) -> None:
        self.assertEqual("no server can load it: ca md too weak", problem(facts(tls_refusal="ca md too weak")))
        self.assertEqual("the private key does not belong to it",
                         problem(facts(key_matches=False, key_type="RSA 1024", tls_refusal="key values mismatch")))

    def test_refuses_certificates_of_authorities_and_clients(self) -> None:
        self.assertEqual("it is the certificate of an authority, not of a server", problem(facts(authority=True, for_servers=False)))
        self.assertEqual("its key usages do not permit use as a server", problem(facts(for_servers=False)))

    def test_warns_14_days_before_the_end(self) -> None:
        end = NOW + timedelta(days=14)
        self.assertEqual("the certificate expires at 2026-12-07T06:15:00Z", warning(facts(LEAF._replace(not_after=end))))
        self.assertEqual("", warning(facts(LEAF._replace(not_after=end + SECOND))))

    def test_warns_of_a_chain_that_reaches_no_root(self) -> None:
        self.assertEqual(NO_ROOT, warning(facts(LEAF, ISSUER, trusted=0)))
        self.assertEqual("", warning(facts(LEAF, ISSUER, ROOT, trusted=0)))
        self.assertEqual("", warning(facts(LEAF, ISSUER, trusted=2)))

    def test_a_problem_has_no_warning(self) -> None:
        self.assertEqual("", verdict(facts(LEAF._replace(not_after=NOW), trusted=0), HOST, NOW).warning)


class ChainTest(unittest.TestCase):
    def test_an_expired_intermediate_is_a_problem_that_names_it(self) -> None:
        past = ISSUER._replace(not_after=NOW)
        for trusted in (0, 2):
            judged = verdict(facts(LEAF, past, ROOT, trusted=trusted), HOST, NOW)
            self.assertEqual(
                Verdict("its intermediate certificate CN=issuer expired at 2026-11-23T06:15:00Z", "", "2026-11-23T06:15:00Z"), judged)

    def test_an_intermediate_that_is_not_valid_yet_is_a_problem(self) -> None:
        self.assertEqual("its intermediate certificate CN=issuer is not valid before 2026-11-23T06:15:01Z",
                         problem(facts(LEAF, ISSUER._replace(not_before=NOW + SECOND), trusted=2)))

    def test_leaf_and_intermediate_are_reported_together(self) -> None:
        self.assertEqual("it expired at 2026-11-23T06:15:00Z; its intermediate certificate CN=issuer expired at 2026-11-22T06:15:00Z",
                         problem(facts(LEAF._replace(not_after=NOW), ISSUER._replace(not_after=NOW - DAY), trusted=2)))

    def test_the_first_certificate_to_expire_is_the_end(self) -> None:
        ending = ISSUER._replace(not_after=NOW + 2 * DAY)
        self.assertEqual(Verdict("", "its intermediate certificate CN=issuer expires at 2026-11-25T06:15:00Z", "2026-11-25T06:15:00Z"),
                         verdict(facts(LEAF, ending, trusted=2), HOST, NOW))

    def test_an_expired_root_that_signed_the_leaf_is_a_problem(self) -> None:
        self.assertEqual("its root certificate CN=root expired at 2026-11-23T06:15:00Z",
                         problem(facts(LEAF, ROOT._replace(not_after=NOW), trusted=0)))

    def test_what_follows_the_authority_that_the_host_trusts_does_not_count(self) -> None:
        cross = AUTHORITY._replace(not_after=NOW)
        self.assertEqual(Verdict("", "", "2027-11-23T06:15:00Z"), verdict(facts(LEAF, ISSUER, cross, trusted=2), HOST, NOW))
        self.assertEqual("its intermediate certificate CN=authority expired at 2026-11-23T06:15:00Z",
                         problem(facts(LEAF, ISSUER, cross, trusted=3)))

    def test_without_trust_what_follows_the_issuer_may_be_a_cross_signature(self) -> None:
        cross = AUTHORITY._replace(not_after=NOW)
        self.assertEqual(
            "its intermediate certificate CN=authority expired at 2026-11-23T06:15:00Z: clients that need it refuse the chain; " + NO_ROOT,
            warning(facts(LEAF, ISSUER, cross, trusted=0)))
        self.assertEqual("2027-11-23T06:15:00Z", verdict(facts(LEAF, ISSUER, cross, trusted=0), HOST, NOW).not_after)


class NamesTest(unittest.TestCase):
    def test_covers(self) -> None:
        for name, host in (
            ("jack_robot.crypto-vision.com", "jack_robot.crypto-vision.com"),
            ("DNS:jack_robot.crypto-vision.com", "jack_robot.crypto-vision.com"),
            ("JACK_robot.Crypto-Vision.com", "jack_robot.crypto-vision.COM"),
            ("*.crypto-vision.com", "jack_robot.crypto-vision.com"),
            ("*.b.c.d", "a.b.c.d"),
            ("IP Address:10.0.0.5", "10.0.0.5"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ):
            with self.subTest(name):
                self.assertTrue(matches(("x.y", name), host))

    def test_does_not_cover(self) -> None:
        for name, host in (
            ("*.crypto-vision.com", "crypto-vision.com"),
            ("*.crypto-vision.com", "a.b.crypto-vision.com"),
            ("*.com", "crypto-vision.com"),
            ("*", "crypto-robot"),
            ("j*.crypto-vision.com", "jack_robot.crypto-vision.com"),
            ("jack_robot.*.com", "jack_robot.crypto-vision.com"),
            ("*.*.com", "jack_robot.crypto-vision.com"),
            ("crypto-vision.com", "jack_robot.crypto-vision.com"),
            ("jack_robot.crypto-vision.com.evil.org", "jack_robot.crypto-vision.com"),
            ("*.crypto-vision.com", ".crypto-vision.com"),
            ("*.0.0.5", "10.0.0.5"),
        ):
            with self.subTest(name):
                self.assertFalse(matches((name,), host))


class IsoTest(unittest.TestCase):
    def test_has_four_digits_of_the_year_and_no_fraction(self) -> None:
        self.assertEqual("0099-01-02T03:04:05Z", iso(datetime(99, 1, 2, 3, 4, 5, 678, tzinfo=timezone.utc)))
