"""A commit's subject, which anybody who may push writes, as one line for people."""

import unicodedata

from robothost.subject import readable
from tests import hostile

SUBJECTS = ("a" * 199 + "é", "ü" * 300, "\x1b[2J\x1b]0;x\x07gone", "a\rb", "\u202egnp.exe", "\x9b31mred", "zero\u200bwidth", "line\u2028end", "a\tb")


class SubjectTest(hostile.HostileTest):
    def test_is_one_line_of_text(self) -> None:
        def check(subject: str) -> None:
            shown = readable(subject)
            self.assertFalse([c for c in shown if unicodedata.category(c) in ("Cc", "Cf")], shown)
            self.assertLessEqual(len(shown), 200)

        self.each("commit subjects", [*SUBJECTS, *hostile.every("subjects")], check)

    def test_bytes_that_are_no_text_are_shown_as_such(self) -> None:
        for subject, shown in (("Pr\xfcfung", "Pr\ufffdfung"), ("caf\xe9 \xe0 la carte", "caf\ufffd \ufffd la carte")):
            self.assertEqual(shown, readable(subject.encode("latin-1").decode("utf-8", "replace")))

    def test_an_ordinary_one_stays_as_it_is(self) -> None:
        self.assertEqual("Mend “it” für 5 €, 😀", readable("Mend “it” für 5 €, 😀\n"))
