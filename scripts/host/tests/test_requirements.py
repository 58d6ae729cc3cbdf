"""What a requirements.txt may name, as people have written it, and what identifies its environment."""

import os
import shutil
from typing import Any, Tuple

from robothost import environment_key, requirement_files, requirements
from robothost.installation import Installation, chosen
from tests.fixture import NEW, OLD, FolderTest

WHEEL = "TA_Lib-0.4.28-cp311-cp311-linux_x86_64.whl"


class RequirementsTest(FolderTest):
    def check(self, text: "str | bytes", release: str = NEW) -> Tuple[str, str]:
        """(how many it names, why it was refused)"""
        path = os.path.join(self.layout.release(release), "requirements.txt")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return self.judged(path)

    def judged(self, path: str) -> Tuple[str, str]:
        try:
            release = os.path.dirname(path)
            return str(requirement_files.listed(release, "", chosen(release, Installation({})).files).number), ""
        except requirements.Invalid as refusal:
            return "", str(refusal)

    def refused(self, text: "str | bytes", *words: str) -> None:
        _, why = self.check(text)
        for word in words:
            self.assertIn(word, why)

    def key(self, release: str, **fields: Any) -> bytes:
        settings, folder = Installation(fields), self.layout.release(release)
        return environment_key.key(folder, settings, chosen(folder, settings))

    def file(self, release: str, path: str, text: str) -> None:
        self.write(os.path.join(self.layout.release(release), path), text)

    def test_is_read_by_its_byte_order_mark_as_pip_does(self) -> None:
        text = "Flask==3.1.3\r\nrequests ; python_version > '3'\r\npandas"
        for encoding, mark in (("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"),
                               ("utf-32-le", b"\xff\xfe\0\0"), ("utf-32-be", b"\0\0\xfe\xff")):
            with self.subTest(encoding):
                self.assertEqual(("3", ""), self.check(mark + text.encode(encoding)))

    def test_what_cannot_be_read_is_described_without_words_of_a_codec(self) -> None:
        self.refused("flask\n".encode("utf-16-le"), "UTF-16 without a byte order mark", "save it as UTF-8")
        self.refused("# f\xfcr den Bot\nflask\n".encode("latin-1"), "not UTF-8 text: byte 4", "save it as UTF-8")
        self.refused(b"\xff\xfe\0", "not UTF-16 text", "save it as UTF-8")

    def test_refuses_what_comes_without_encryption_or_a_checked_certificate(self) -> None:
        for line in ("-i http://pypi.example.org/simple", "--index-url=http://x/simple", "--extra-index-url http://x/simple",
                     "--find-links http://x/wheels", "x @ http://x/x-1.0.whl", "x @ git+http://x/x.git"):
            with self.subTest(line):
                self.refused("# first\n%s\nflask\n" % line, "requirements.txt, line 2: ", "is not encrypted", "use https")
        self.refused("flask\n--trusted-host pypi.example.org\n", "line 2: --trusted-host is refused", "would not check the certificate")

    def test_warns_of_a_second_index(self) -> None:
        text = "flask\n--extra-index-url https://x/simple\n"
        self.assertEqual(("1", ""), self.check(text))
        found = requirements.warnings(text)
        self.assertEqual(1, len(found))
        self.assertIn("requirements.txt, line 2: with --extra-index-url, pip takes the highest version from any index", found[0])
        self.assertEqual([], requirements.warnings("--index-url https://x/simple\nflask\n"))

    def test_refuses_local_files_that_are_not_in_the_commit(self) -> None:
        os.makedirs(os.path.join(self.layout.shared, "data"))
        os.makedirs(self.layout.release(NEW))
        os.symlink("../../shared/data", os.path.join(self.layout.release(NEW), "data"))
        self.write("shared/" + WHEEL, "")
        os.symlink("../../shared/" + WHEEL, os.path.join(self.layout.release(NEW), WHEEL))
        for line, reason in (
                ("--find-links /opt/wheels", "is outside the repository"),
                ("--find-links ../wheels", "is outside the repository"),
                ("-f ~root", "is outside the repository"),
                ("--find-links file:///opt/crypto-robot/current/wheels", "is a file outside the repository"),
                ("x @ file:///opt/crypto-robot/current/x.whl", "is a file outside the repository"),
                ("--find-links wheels", "is not a folder of the repository"),
                ("--find-links data", "is a symbolic link"),
                ("other-1.0.tar.gz", "is not a file of the repository"),
                (WHEEL, "is a symbolic link")):
            with self.subTest(line):
                self.refused("flask\n%s\n" % line, "requirements.txt, line 2: ", reason)

    def test_refuses_a_page_that_reaches_further_than_its_folder(self) -> None:
        self.file(NEW, "wheels/index.html", "<a href=../../x.whl>")
        self.refused("--find-links wheels\nflask\n", "has an HTML page")

    def test_the_content_of_local_files_is_part_of_the_key(self) -> None:
        for text, path in (("--find-links ./wheels\nalpha\n", "wheels/alpha-1.0-py3-none-any.whl"),
                           ("-f wheels\nalpha\n", "wheels/alpha-1.0.tar.gz"), (WHEEL + "\nflask\n", WHEEL),
                           (WHEEL + "[extra] ; python_version > '3'\n", WHEEL)):
            with self.subTest(text):
                for release in (OLD, NEW):
                    shutil.rmtree(self.layout.release(release), ignore_errors=True)
                    self.file(release, path, "version 1")
                    self.assertEqual("1" if "flask" not in text else "2", self.check(text, release)[0])
                self.assertEqual(self.key(OLD), self.key(NEW))
                self.file(NEW, path, "version 2")
                self.assertNotEqual(self.key(OLD), self.key(NEW))

    def test_a_wheel_more_is_another_key(self) -> None:
        for release in (OLD, NEW):
            self.file(release, "wheels/alpha-1.0-py3-none-any.whl", "1")
            self.check("--find-links wheels\nalpha\n", release)
        self.file(NEW, "wheels/alpha-2.0-py3-none-any.whl", "2")
        self.assertNotEqual(self.key(OLD), self.key(NEW))

    def test_without_local_files_the_key_is_the_file(self) -> None:
        text = "--index-url https://pypi.example.org/simple\nFlask==3.1.3\nx @ https://example.org/x-1.0.whl\n"
        self.check(text)
        self.assertEqual(text.encode(), self.key(NEW))
