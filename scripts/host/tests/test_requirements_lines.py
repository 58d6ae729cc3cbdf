"""Lines of a requirements.txt: the forms that pip can install for any release, and what nobody should have written."""

import os
import re
import time
from typing import Iterator

from robothost.requirement_files import listed
from robothost.requirements import Invalid
from tests import hostile
from tests.fixture import FolderTest

MARK = "visible-if-leaked"
DIGEST = "0123456789abcdef" * 4
ACCEPTED = (
    "flask", "Flask==3.0.2", "python-binance >= 1.0, <2 ", "requests[socks,security]~=2.31 # comment", "numpy==1.26.*", "pandas (>=1.0)",
    "uvloop; sys_platform != 'win32' and (python_version >= \"3.9\" or extra == 'x')", "pkg @ https://example.org/pkg-1.0-py3-none-any.whl",
    "a==1 \\\n    --hash=sha256:" + DIGEST, "# comment\n\n--index-url https://pypi.example.org/simple\n--pre\nflask\r\n")
REFUSED = (
    ("flask==", "'flask==' is not a requirement"), ("flask flask", "'flask flask' is not a requirement"), ("flask=3", "'flask=3' is not a requirement"),
    ("-r other.txt", "'other.txt' is not a file of the repository"), ("-e .", "editable installs are not supported"), ("--evil", "'--evil' is not an option"),
    ("./local", "has no name"), ("git+https://u:p@x.org/y", "has no name"), ("x @ https://user:pass@example.org/x.whl", "holds a login"),
    ("--index-url https://token@pypi.example.org/", "holds a login"), ("x; python_versoin > '3'", "is not an environment marker"),
    ("x==1 --hash=sha256:12", "is not a --hash"))
LOGINS = ("flask @@ https://user:%s@host/x.whl", "flask @ https://user:%s@host/x.whl", "flask @ ftp://user:%s@host/x.whl", "flask @ ssh://user:%s@host/x.whl",
          "flask@git+https://%s@host/x", "https://user:%s@host/x.whl", "git+https://user:a/%s@host/x", "--index-url https://user:%s@host/simple",
          "--index-url=https://%s@host/simple", "--extra-index-urlhttps://user:%s@host/simple", "--find-links https://user:%s@host/",
          "-i//user:%s@host", "flask; python_version > '3' @ https://user:%s@host", "flask --hash=https://user:%s@host")
OUTSIDE = ("-r /etc/shadow", "-c /etc/shadow", "--requirement=/etc/shadow", "-e git+ssh://host/x", "--config-settings=x=y", "--global-option=--x",
           "--install-option=x", "--target=/etc", "--prefix /", "--root=/", "--no-index x", "--pre yes", "--index-url", "--find-links", "/etc/passwd", "../x",
           "file:///etc", "flask ; import os", "flask[", "flask==1 \\", "flask ; (((python_version > '3')", "=flask", "_flask", "flask!")
REPEATED = (" ", "a", "\t", "a,", "(", "[a]", "\\\n", "a.", "--")


def lines() -> Iterator[str]:
    """A '#' begins a comment, a line break another line, a '<' a version: such a text may name a package after all."""
    for text in hostile.every("lines"):
        if "\ud800" not in text:
            yield "flask ?" + re.sub(r"[#\s\x00-\x1f\x7f\x85\u2028]", "!", text) + "!"


class RequirementsLinesTest(FolderTest, hostile.HostileTest):
    def setUp(self) -> None:
        super().setUp()
        self.path = self.write("releases/one/requirements.txt", "")

    def number(self, text: str) -> int:
        with open(self.path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return listed(os.path.dirname(self.path), "", ["requirements.txt"]).number

    def refusal(self, text: str) -> str:
        with self.assertRaises(Invalid) as caught:
            self.number(text)
        return self.judged(str(caught.exception))

    def judged(self, why: str) -> str:
        self.assertTrue(why.startswith("requirements.txt"), why)
        self.assertLess(len(why), 500)
        return why

    def of_file(self) -> str:
        with self.assertRaises(Invalid) as caught:
            listed(os.path.dirname(self.path), "", ["requirements.txt"])
        return self.judged(str(caught.exception))

    def test_accepts_what_pip_can_install_for_any_release(self) -> None:
        for text in ACCEPTED:
            with self.subTest(text):
                self.assertEqual(1, self.number(text))

    def test_refuses_a_line_by_its_number(self) -> None:
        for line, reason in REFUSED:
            with self.subTest(line):
                why = self.refusal("# first\n\n%s\nflask\n" % line)
                self.assertTrue(why.startswith("requirements.txt, line 3: "), why)
                self.assertIn(reason, why)
                self.assertNotRegex(why, "pass@|u:p")

    def test_accepts_a_file_that_names_nothing(self) -> None:
        self.assertEqual(0, self.number("# nothing\n\n"))

    def test_refuses_any_line_that_is_none(self) -> None:
        def check(line: str) -> None:
            self.assertTrue(self.refusal("numpy\n%s\n" % line).startswith("requirements.txt, line 2: "))

        self.each("lines of requirements.txt", lines(), check)

    def test_never_shows_a_login(self) -> None:
        self.each("logins in requirements.txt", [line % MARK for line in LOGINS], lambda line: self.assertNotIn(MARK, self.refusal(line + "\n")))

    def test_refuses_what_reaches_out_of_the_file(self) -> None:
        self.each("requirements that pip would obey and we do not", OUTSIDE, lambda line: self.assertTrue(self.refusal(line)))

    def test_reads_no_file_outside_the_release(self) -> None:
        self.write("releases/secret", "BINANCE_API_KEY=" + MARK)
        for target in ("/etc/shadow", "../../../../../../../../etc/shadow", "../secret", "/dev/zero", "/proc/1/environ"):
            os.unlink(self.path)
            os.symlink(target, self.path)
            self.assertEqual("requirements.txt is a symbolic link that leads out of the release", self.of_file())

    def test_takes_a_link_to_another_file_of_the_release(self) -> None:
        self.write("releases/one/requirements/live.txt", "flask\n")
        os.unlink(self.path)
        os.symlink("requirements/live.txt", self.path)
        self.assertEqual(1, listed(os.path.dirname(self.path), "", ["requirements.txt"]).number)

    def test_refuses_what_is_no_text_file_or_too_large(self) -> None:
        os.unlink(self.path)
        os.mkdir(self.path)
        self.of_file()
        os.rmdir(self.path)
        for target in ("requirements.txt", "nowhere"):
            os.symlink(target, self.path)
            self.of_file()
            os.unlink(self.path)
        with open(self.path, "wb") as file:
            file.write(b"\xff\xfe\0")
        self.of_file()
        self.refusal("flask\n" * 200_000)

    def test_answers_soon_whatever_is_repeated(self) -> None:
        for repeated in REPEATED:
            begun = time.monotonic()
            self.refusal("flask" + repeated * 20_000 + "!")
            self.assertLess(time.monotonic() - begun, 60, repeated)
