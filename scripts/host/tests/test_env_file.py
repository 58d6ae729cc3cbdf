"""Which bytes of a release's .env are the deployer's, also where nobody should have written such a file."""

import re
import time
from typing import Iterator, List

from robothost.env_file import OWNED, OpenQuote, Unreadable, env_of
from tests import hostile

MARK = "visible-if-leaked"


def simulated(base: str, certificate: str = "") -> str:
    return env_of(base.encode("utf-8", "surrogateescape"), "simulation", {}, certificate).decode("utf-8", "surrogateescape")


def live(base: str, key: str, secret_key: str) -> str:
    return env_of(base.encode(), "live", {"BINANCE_API_KEY": key, "BINANCE_SECRET_KEY": secret_key}, "").decode()


def names(text: str) -> List[str]:
    """The owned names of a file as python-dotenv takes it apart when no value spans lines."""
    found = []
    for line in re.split(r"\r\n|\n|\r", text):
        line = re.sub(r"^[\s\u00a0\u0085]*(export\s+)?", "", line)
        found.append(re.sub(r"^'|'$", "", re.sub(r"[\s\u00a0]*(=.*)?$", "", line, flags=re.DOTALL)))
    return [name for name in found if name in OWNED]


def bases() -> Iterator[bytes]:
    numbers = hostile.numbers_of("bases")
    for text in hostile.every("env"):
        line = "X%d=%s" % (numbers.randrange(100), re.sub("['\"\ud800]", "q", text))
        yield ("%s=old\n%s\r\n" % (numbers.choice(OWNED), line)).encode()
    noise = bytes(numbers.randrange(256) for _ in range(4096))
    yield re.sub(rb"['\"]", b"q", noise)
    yield "\ufeffA=1\n".encode()
    yield b"\0\0\0"
    yield b"A=" + b"x" * 1_000_000


class EnvFileTest(hostile.HostileTest):
    def test_keeps_every_other_byte_of_the_base(self) -> None:
        base = "# naïve = comment\n\n  A = 'x # y' # z\nexport B=\"$A\\n\"\n\tC\nROBOT_MODE=old\nD=\n"
        self.assertEqual(base.replace("=old", "=simulation"), simulated(base))

    def test_replaces_keys_where_they_are_and_adds_the_rest_at_the_end(self) -> None:
        self.assertEqual("BINANCE_SECRET_KEY=s\nX=1\nBINANCE_API_KEY=k\nROBOT_MODE=live\n",
                         live("export BINANCE_SECRET_KEY = 'old' # note\nX=1\n", "k", "s"))

    def test_keeps_one_of_a_name_that_is_set_twice(self) -> None:
        self.assertEqual("ROBOT_MODE=simulation\nX=1\n", simulated("ROBOT_MODE=a\nX=1\n'ROBOT_MODE'=b\n"))

    def test_takes_both_keys_out_in_simulation(self) -> None:
        self.assertEqual("X=1\nROBOT_MODE=simulation\n", simulated('BINANCE_API_KEY="a\nb"\nX=1\nBINANCE_SECRET_KEY=c\n'))

    def test_leaves_text_alone_that_only_looks_like_a_key(self) -> None:
        base = "NOTE='\nBINANCE_API_KEY=in a text\n'\n# BINANCE_API_KEY=comment\nMY_BINANCE_API_KEY=1\n"
        self.assertEqual(base + "ROBOT_MODE=simulation\n", simulated(base))

    def test_has_the_line_ends_of_the_base_and_ends_its_last_line(self) -> None:
        self.assertEqual("A=1\r\nB=2\r\nROBOT_MODE=simulation\r\n", simulated("A=1\r\nB=2"))
        self.assertEqual("ROBOT_MODE=simulation\n", simulated(""))

    def test_has_certificate_paths_over_https_only(self) -> None:
        self.assertEqual("SSL_CERT_PATH=/c/h/cert.pem\nROBOT_MODE=simulation\nSSL_KEY_PATH=/c/h/key.pem\n",
                         simulated("SSL_CERT_PATH=./old\n", "/c/h"))
        self.assertEqual("ROBOT_MODE=simulation\n", simulated("SSL_CERT_PATH=./old\nSSL_KEY_PATH=./old\n"))

    def test_quotes_a_value_so_that_python_dotenv_reads_it_back(self) -> None:
        for value, written in (
                ("plain+/Key=%09", "plain+/Key=%09"), ("a#b", "'a#b'"), ("a b", "'a b'"), ('say "hi"', "'say \"hi\"'"),
                ("$HOME`x`", "'$HOME`x`'"), ("it's", '"it\'s"'), ("it's $5", "'it\\'s $5'"), ("back\\slash", "'back\\\\slash'"),
                ("schlüssel€", "'schlüssel€'"), ("${HOME}", "'${:-$}{HOME}'")):
            self.assertTrue(live("", value, "s").startswith("BINANCE_API_KEY=%s\n" % written), live("", value, "s"))

    def test_keeps_bytes_that_are_no_text(self) -> None:
        self.assertEqual(b"A=\xe9\nROBOT_MODE=simulation\n", env_of(b"A=\xe9\n", "simulation", {}, ""))

    def test_a_byte_order_mark_hides_no_setting(self) -> None:
        self.assertEqual("A=1\nROBOT_MODE=simulation\n", simulated("\ufeffBINANCE_API_KEY=old\nA=1\n"))
        self.assertEqual("ROBOT_MODE=simulation\n", simulated("\ufeffSSL_CERT_PATH=/x\n"))
        self.assertEqual("BINANCE_API_KEY=k\nBINANCE_SECRET_KEY=s\nROBOT_MODE=live\n", live("\ufeffBINANCE_API_KEY=old\n", "k", "s"))

    def test_refuses_a_base_that_no_robot_can_read(self) -> None:
        for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"):
            mark = "\ufeff" if encoding.endswith("be") else ""
            with self.subTest(encoding), self.assertRaisesRegex(Unreadable, "UTF-16 or UTF-32 text, which robots cannot read; save it as UTF-8"):
                env_of((mark + "A=1\r\nB=2\r\n").encode(encoding), "simulation", {}, "")
        self.assertEqual("A=x\0y and more\nROBOT_MODE=simulation\n", simulated("A=x\0y and more\n"))

    def test_takes_out_a_key_in_every_disguise(self) -> None:
        def check(line: str) -> None:
            self.assertEqual("X=1\nROBOT_MODE=simulation\n", simulated(line + "\nX=1\n"))

        self.each("disguises of a key in .env", (
            "\u00a0BINANCE_API_KEY=old", "BINANCE_API_KEY\u00a0=old", "\u2003BINANCE_SECRET_KEY = old", "export\u00a0BINANCE_API_KEY=old",
            "BINANCE_API_KEY", "BINANCE_API_KEY # no value", "'BINANCE_API_KEY'=old", "export 'SSL_KEY_PATH'=/etc/shadow",
            "SSL_CERT_PATH=$(%s)" % hostile.RUN, 'SSL_KEY_PATH="`%s`"' % hostile.RUN), check)

    def test_keeps_what_is_not_its_own_byte_for_byte(self) -> None:
        def check(base: bytes) -> None:
            written = env_of(base, "simulation", {}, "").decode("latin-1")
            rest = re.sub("^[A-Z_]+=old\n", "", base.decode("latin-1")).strip()
            self.assertIn(rest, written, "something else was changed")
            self.assertEqual(1, written.count("ROBOT_MODE=simulation"))
            self.assertEqual(["ROBOT_MODE"], names(written))

        self.each(".env files", bases(), check)

    def test_refuses_a_base_whose_open_quote_would_swallow_the_keys(self) -> None:
        for base in ("X='open\n", "'\n", "export 'X\n", "A=1\nX='a\\'b\n"):
            with self.assertRaises(OpenQuote) as caught:
                live(base, MARK + "#", MARK + "#")
            self.assertEqual("the repository's .env opens a quote that nothing closes", str(caught.exception), base)

    def test_takes_no_longer_for_a_base_of_blank_lines(self) -> None:
        begun = time.monotonic()
        simulated("\n" * 300_000 + "# end")
        self.assertLess(time.monotonic() - begun, 60)

    def test_writes_any_key_as_one_value(self) -> None:
        def check(key: str) -> None:
            written = live("A=1\n", key, "s")
            self.assertTrue(written.startswith("A=1\nBINANCE_API_KEY="), written)
            self.assertTrue(written.endswith("\nBINANCE_SECRET_KEY=s\nROBOT_MODE=live\n"), written)

        keys = (key for key in hostile.every("keys") if key.strip() and "\0" not in key and not re.search("[\ud800-\udfff]", key))
        self.each("keys a shell could take for commands", keys, check)
