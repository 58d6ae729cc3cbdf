from __future__ import annotations

import io
import unittest

from client.screen import Screen, printable


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class PrintableTest(unittest.TestCase):
    def test_what_a_terminal_or_a_github_runner_would_interpret_is_removed(self) -> None:
        for text, expected in (
            ("a\x1b[2Jb\x07", "a[2Jb"),
            ("::error::x", ": :error::x"),
            ("  ::add-mask::x", "  : :add-mask::x"),
            ("first\n::set-output::x", "first\n: :set-output::x"),
            ("##[command]x", "# #[command]x"),
            ("a\tb\nc", "a\tb\nc"),
            ("\x9b2Ja\u202eb\ud800", "2Jab"),
            ("see std::vector", "see std::vector"),
        ):
            with self.subTest(repr(text)):
                self.assertEqual(expected, printable(text))


class ScreenTest(unittest.TestCase):
    def test_results_go_to_stdout_and_errors_to_stderr(self) -> None:
        out, err = io.StringIO(), io.StringIO()
        screen = Screen(out, err, {})
        screen.line("progress")
        screen.results_only()
        screen.line("more progress")
        screen.document({"a": 1})
        screen.error("wrong")
        self.assertEqual('progress\n{\n  "a": 1\n}\n', out.getvalue())
        self.assertEqual("more progress\nwrong\n", err.getvalue())

    def test_a_line_moves_on_a_terminal_only_and_the_next_one_replaces_it(self) -> None:
        plain = io.StringIO()
        Screen(plain, io.StringIO(), {}).moving("still")
        self.assertEqual("", plain.getvalue())
        out = Terminal()
        screen = Screen(out, io.StringIO(), {})
        screen.moving("still")
        screen.line("done")
        self.assertEqual("\r\x1b[Kstill\r\x1b[Kdone\n", out.getvalue())

    def test_colors_are_for_terminals_without_no_color(self) -> None:
        self.assertIn("\x1b[32m", Screen(Terminal(), io.StringIO(), {"TERM": "xterm"}).colored("green", "✓"))
        self.assertEqual("✓", Screen(Terminal(), io.StringIO(), {"TERM": "xterm", "NO_COLOR": "1"}).colored("green", "✓"))
        self.assertEqual("✓", Screen(Terminal(), io.StringIO(), {"TERM": "dumb"}).colored("green", "✓"))
        self.assertEqual("✓", Screen(io.StringIO(), io.StringIO(), {}).colored("green", "✓"))
