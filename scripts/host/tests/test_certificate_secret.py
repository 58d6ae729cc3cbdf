import base64
import json
import unittest
from typing import Callable, Dict

from robothost.certificate_secret import NO_KEY, Unreadable, certificates_in, parts_of, private_key_in

# Shorter and longer than the base64 of one line, with and without padding.
BODIES = (bytes(range(7)), bytes(range(48)), bytes(range(200)))


def clean(label: str, body: bytes) -> str:
    letters = base64.b64encode(body).decode()
    lines = [letters[start:start + 64] for start in range(0, len(letters), 64)]
    return "\n".join(["-----BEGIN %s-----" % label, *lines, "-----END %s-----" % label, ""])


FORMS: Dict[str, Callable[[str], str]] = {
    "as it was": lambda text: text,
    "two characters": lambda text: text.replace("\n", "\\n"),
    "escaped twice": lambda text: text.replace("\n", "\\\\n"),
    "two characters of Windows": lambda text: text.replace("\n", "\\r\\n"),
    "Windows": lambda text: text.replace("\n", "\r\n"),
    "blanks": lambda text: text.replace("\n", " "),
    "nothing": lambda text: text.replace("\n", ""),
    "indented": lambda text: "    " + text.replace("\n", "\n    "),
    "byte order mark": lambda text: "\ufeff" + text,
    "blanks at the ends": lambda text: " \n\t " + text + " \n\n",
    "no last line break": lambda text: text[:-1],
    "no-break spaces": lambda text: text.replace(" ", "\u00a0").replace("\n", "\u00a0\n"),
}


class PemTest(unittest.TestCase):
    def test_each_form_becomes_the_same_clean_pem(self) -> None:
        for name, form in FORMS.items():
            with self.subTest(name):
                text = "".join(clean("CERTIFICATE", body) for body in BODIES)
                self.assertEqual([clean("CERTIFICATE", body) for body in BODIES], certificates_in("cert", form(text)))
                for label in ("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"):
                    for body in BODIES:
                        self.assertEqual(clean(label, body), private_key_in(form(clean(label, body))))

    def test_other_text_is_left_out(self) -> None:
        mine = clean("CERTIFICATE", b"mine")
        self.assertEqual([mine], certificates_in("cert", "Bag Attributes\n  C:\\new\\robot\n" + mine + "# end\n"))
        key = clean("EC PRIVATE KEY", b"key")
        self.assertEqual(key, private_key_in(clean("EC PARAMETERS", b"curve") + key + mine))

    def test_a_damaged_certificate_is_named(self) -> None:
        for text in (
            clean("CERTIFICATE", b"one")[:-10],
            clean("CERTIFICATE", b"one").replace("b", "*", 1),
            clean("CERTIFICATE", b"one").replace("b", "", 1),
            clean("CERTIFICATE", b"one").replace("b", "", 1) + clean("CERTIFICATE", b"two"),
            clean("CERTIFICATE", b""),
            clean("TRUSTED CERTIFICATE", b"one"),
        ):
            with self.subTest(text), self.assertRaisesRegex(Unreadable, "^'chain' holds a PEM certificate that is cut or damaged$"):
                certificates_in("chain", text)

    def test_text_without_a_certificate_is_named(self) -> None:
        for text in ("none", clean("PRIVATE KEY", b"key"), base64.b64encode(bytes(500)).decode(), "-----BEGINCERTIFICATE-----"):
            with self.subTest(text), self.assertRaisesRegex(Unreadable, "^'cert' holds no PEM certificate$"):
                certificates_in("cert", text)

    def test_an_empty_chain_is_none(self) -> None:
        self.assertEqual([], certificates_in("chain", " \\n \n"))

    def test_a_damaged_key_is_named(self) -> None:
        whole = clean("PRIVATE KEY", bytes(100))
        for text in (whole[:-10], whole.replace("=", ""), whole.replace("\nA", "\n*", 1), clean("PRIVATE KEY", b""),
                     whole.replace("END PRIVATE", "END RSA PRIVATE"), whole[:60] + clean("PRIVATE KEY", b"another")):
            with self.subTest(text), self.assertRaisesRegex(Unreadable, "^'key' holds a PEM private key that is cut or damaged$"):
                private_key_in(text)

    def test_what_is_no_key_or_encrypted_has_the_same_reason(self) -> None:
        encrypted = clean("RSA PRIVATE KEY", bytes(100)).replace(
            "KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n", 1)
        for text in ("x", clean("CERTIFICATE", b"one"), clean("PUBLIC KEY", b"one"), encrypted, encrypted.replace("\n", "\\n")):
            with self.subTest(text), self.assertRaises(Unreadable) as raised:
                private_key_in(text)
            self.assertEqual(NO_KEY, str(raised.exception))


class SecretTest(unittest.TestCase):
    CERT, KEY = clean("CERTIFICATE", b"leaf"), clean("PRIVATE KEY", b"key")

    def test_a_certificate_that_is_stored_twice_is_there_once(self) -> None:
        issuer = clean("CERTIFICATE", b"issuer")
        secret = json.dumps({"cert": self.CERT + issuer, "key": self.KEY, "chain": issuer.replace("\n", "\\n")})
        self.assertEqual(([self.CERT, issuer], self.KEY), parts_of(secret.encode()))

    def test_a_byte_order_mark_before_the_json_is_ignored(self) -> None:
        secret = json.dumps({"cert": self.CERT, "key": self.KEY})
        self.assertEqual(([self.CERT], self.KEY), parts_of(secret.encode("utf-8-sig")))

    def test_a_secret_without_the_parts_is_named(self) -> None:
        for secret, reason in (
            (b"", "there is no certificate secret"),
            (b"\xef\xbb\xbf \n", "there is no certificate secret"),
            (b"\xff\xfe{\x00}\x00", "the secret is not UTF-8 text"),
            (b"x", "the secret is not JSON"),
            (b"[" * 100_000, "the secret is not JSON"),
            (b"[]", "the secret is not a JSON object"),
            (b"{}", "the secret's 'cert' is missing, empty or not a string"),
            (b'{"cert": "x", "key": 7}', "the secret's 'key' is missing, empty or not a string"),
            (b'{"cert": "x", "key": "x", "chain": null}', "the secret's 'chain' is missing, empty or not a string"),
            (b'{"cert": "x\\u0000", "key": "x"}', "the secret's 'cert' is not text"),
            (b'{"cert": "x", "key": "\\ud800"}', "the secret's 'key' is not text"),
        ):
            with self.subTest(secret[:40]), self.assertRaises(Unreadable) as raised:
                parts_of(secret)
            self.assertEqual(reason, str(raised.exception))
