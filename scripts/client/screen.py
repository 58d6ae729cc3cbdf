"""Output to the user: results on stdout, errors on stderr, and one changing line if stdout is a terminal.

Messages contain text of other people: commit subjects, log lines, errors. So every line is made printable first: no control
characters, and nothing that a GitHub runner interprets as a command.
"""

from __future__ import annotations

import os
import re
import sys
from typing import Any, Mapping, TextIO

_ERASE_LINE = "\r\x1b[K"
_COLORS = {"green": "\x1b[32m", "red": "\x1b[31m"}
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_RUNNER_COMMAND = re.compile(r"^(\s*)::", re.MULTILINE)


def printable(text: str) -> str:
    plain = _CONTROL.sub("", text)
    return _RUNNER_COMMAND.sub(r"\1: :", plain).replace("##[", "# #[")


def seconds(duration: float) -> str:
    return f"{duration:.1f} s"


def detail(name: str, value: str) -> str:
    """A line below an outcome."""
    return f"  {name:<9} {value}"


class Screen:
    def __init__(self, out: TextIO, err: TextIO, variables: Mapping[str, str] = os.environ) -> None:
        self._out = out
        self._err = err
        self._progress = out
        self.quiet = False
        self._moving = False
        self.terminal = out.isatty() and variables.get("TERM", "") != "dumb"
        self._colors = self.terminal and not variables.get("NO_COLOR")

    def results_only(self) -> None:
        """From now on only the result goes to stdout; progress goes to stderr, without a changing line."""
        self._erase()
        self._progress = self._err
        self.terminal = self._colors = False

    def line(self, text: str) -> None:
        """Progress and the outcome."""
        if not self.quiet:
            self._write(self._progress, printable(text))

    def result(self, text: str) -> None:
        """The result of the command."""
        self._write(self._out, printable(text))

    def document(self, document: Any) -> None:
        import json

        self._write(self._out, json.dumps(document, indent=2))

    def error(self, text: str) -> None:
        self._write(self._err, printable(text))

    def moving(self, text: str) -> None:
        """A line that the next one replaces; prints nothing if stdout is not a terminal."""
        if self.terminal and not self.quiet:
            width = _width()
            self._progress.write(_ERASE_LINE + printable(text)[: width - 1])
            self._progress.flush()
            self._moving = True

    def colored(self, color: str, text: str) -> str:
        return f"{_COLORS[color]}{text}\x1b[0m" if self._colors else text

    def state_line(self, mark: str, color: str, text: str) -> None:
        """A line that begins with a mark, colored if the terminal has colors; the text is made printable."""
        self._erase()
        self._progress.write(f"  {self.colored(color, mark)}{printable(text)}\n")
        self._progress.flush()

    def _write(self, stream: TextIO, text: str) -> None:
        self._erase()
        stream.write(text + "\n")
        stream.flush()

    def _erase(self) -> None:
        if self._moving:
            self._progress.write(_ERASE_LINE)
            self._progress.flush()
            self._moving = False


def _width() -> int:
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
