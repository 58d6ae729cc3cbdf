"""plain: takes out of a text what a program printed for a terminal: colour codes, links, boxes; and what no person can read."""

from __future__ import annotations

import re

# ECMA-48: control sequences, operating system commands (links, titles), and the shorter sequences.
TERMINAL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x9b[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
# Bytes that could not be decoded, and bytes as repr() shows them.
BINARY = re.compile(r"(?:[\ufffd\x00-\x08\x0b-\x1f\x7f-\x9f]|\\x[0-9a-fA-F]{2}){2,}|\ufffd")
ELLIPSIS = "…"


def plain(text: str) -> str:
    """The text with its line breaks and tabs, in characters that a person reads and a terminal does not obey."""
    return CONTROL.sub("", BINARY.sub(ELLIPSIS, TERMINAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))))
