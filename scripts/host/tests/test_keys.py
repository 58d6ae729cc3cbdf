"""Which secrets hold exchange keys, and what is reported about one that does not."""

import json
from typing import Iterator

from robothost.keys import NoKeys, keys_in
from tests import hostile

MARK = "visible-if-leaked"


def pair(key: str, secret_key: str) -> str:
    return json.dumps({"BINANCE_API_KEY": key, "BINANCE_SECRET_KEY": secret_key}, separators=(",", ":"))


def no_keys() -> Iterator[str]:
    good = pair(MARK, MARK)
    yield from (
        good + ",", good + good, "// %s\n%s" % (MARK, good), good.replace('"', "'"), good.replace("BINANCE_API_KEY", "binance_api_key"),
        good.replace("BINANCE_API_KEY", "BINANCE_API_KEY "), good.replace("BINANCE_SECRET_KEY", "BINANCE_API_KEY"),
        "BINANCE_API_KEY=" + MARK, "[%s]" % good, '{"keys": %s}' % good, '"%s"' % good.replace('"', '\\"'),
        '{"BINANCE_API_KEY": "\\ud800%s", "BINANCE_SECRET_KEY": "x"}' % MARK,
        '{"BINANCE_API_KEY": "x", "BINANCE_SECRET_KEY": "%s\\udfff"}' % MARK, good + " {}", "'%s'" % MARK, "",
        "[" * 50_000 + '"%s"' % MARK, "\ufeff\ufeff" + good)
    for value in ("null", "7", "true", "[]", "{}", '""', '" \\t "', '["%s"]' % MARK):
        yield good.replace(':"%s",' % MARK, ":%s," % value)
    for character in (0, 1, 7, 8, 9, 10, 11, 12, 13, 0x1B, 0x1F, 0x7F, 0x85, 0x9B, 0x2028, 0x2029):
        yield pair(MARK + chr(character), "x")
    yield from (text for text in hostile.cut(good, 20) if text)


class KeysTest(hostile.HostileTest):
    def reason(self, secret: str) -> str:
        with self.assertRaises(NoKeys) as caught:
            keys_in(secret)
        return str(caught.exception)

    def test_a_reason_discloses_nothing(self) -> None:
        def check(secret: str) -> None:
            reason = self.reason(secret)
            self.assert_readable(reason)
            for part in (MARK, "leaked", MARK[:6]):
                self.assertNotIn(part, reason)

        self.each("secrets with keys", no_keys(), check)

    def test_gives_the_reason(self) -> None:
        no_json, no_object = "the secret is not valid JSON, or has a duplicate field", "the secret is not a JSON object"
        for secret, reason in (
                ("not json s3cr3t", no_json), ("", no_json), ("{} {}", no_json), ('{"BINANCE_API_KEY": NaN}', no_json),
                ('{"BINANCE_API_KEY": "s3cr3t", "BINANCE_API_KEY": "s3cr3t"}', no_json),
                ('["s3cr3t"]', no_object), ('"s3cr3t"', no_object), ("null", no_object),
                ("{}", "BINANCE_API_KEY is missing from the secret"),
                ('{"BINANCE_API_KEY": "s3cr3t"}', "BINANCE_SECRET_KEY is missing from the secret"),
                ('{"BINANCE_API_KEY": "", "BINANCE_SECRET_KEY": "s3cr3t"}', "BINANCE_API_KEY is empty"),
                ('{"BINANCE_API_KEY": "  ", "BINANCE_SECRET_KEY": "s3cr3t"}', "BINANCE_API_KEY is empty"),
                ('{"BINANCE_API_KEY": 5, "BINANCE_SECRET_KEY": "s3cr3t"}', "BINANCE_API_KEY is not a string"),
                ('{"BINANCE_API_KEY": null, "BINANCE_SECRET_KEY": "s3cr3t"}', "BINANCE_API_KEY is not a string"),
                ('{"BINANCE_API_KEY": "x", "BINANCE_SECRET_KEY": {"s3cr3t": 1}}', "BINANCE_SECRET_KEY is not a string")):
            self.assertEqual(reason, self.reason(secret), secret)

    def test_refuses_a_value_that_cannot_be_a_key(self) -> None:
        """A robot prints such a value when the exchange's client refuses it."""
        control, ascii_only = "contains control characters, such as a line break", "contains a character that is not printable ASCII"
        placeholder = "is a placeholder that nothing replaced"
        for value, reason in (
                (" s3cr3t", "begins or ends with a blank"), ("s3cr3t ", "begins or ends with a blank"), ("s3cr3t\n", control),
                ("s3cr3t\u2028", control), ("s3cr3t\u200b", ascii_only), ("\ufeffs3cr3t", ascii_only), ("\u201cs3cr3t\u201d", ascii_only),
                ("s3cr\u00e9t", ascii_only), ("***", placeholder), ("${{ secrets.BINANCE_API_KEY }}", placeholder),
                ("$BINANCE_API_KEY", placeholder), ("${BINANCE_API_KEY}", placeholder)):
            self.assertEqual("BINANCE_API_KEY " + reason, self.reason(pair(value, "x")), value)
            self.assertEqual("BINANCE_SECRET_KEY " + reason, self.reason(pair("x", value)), value)

    def test_accepts_printable_ascii_whatever_it_is(self) -> None:
        for value in ("a", "=#'\" $x", "vmPUZE6mv9SEN3T6MN1GGV1L", "a b", "pa$$word", "-----BEGIN x-----\\nabc"):
            self.assertEqual({"BINANCE_API_KEY": value, "BINANCE_SECRET_KEY": value}, keys_in(pair(value, value)))

    def test_accepts_a_byte_order_mark_before_the_json(self) -> None:
        """Windows writes it in front of a file."""
        self.assertEqual("y", keys_in("\ufeff" + pair("x", "y") + "\n")["BINANCE_SECRET_KEY"])
