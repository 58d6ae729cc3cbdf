"""subject: a commit's subject as one line for people. Anybody who may push writes it, in any bytes.

What moves a cursor, colours, or turns the reading direction round does not get through; the rest is at most 200 characters.
"""

from __future__ import annotations

import unicodedata


def readable(text: str) -> str:
    """Controls and ends of lines become blanks, what has no shape of its own goes, blanks are one."""
    kinds = ((character, unicodedata.category(character)) for character in text)
    kept = (" " if kind in ("Cc", "Zl", "Zp") else character for character, kind in kinds if kind != "Cf")
    return " ".join("".join(kept).split())[:200]
