"""toml: reads a TOML document. Amazon Linux 2023 has Python 3.9, which has no reader of its own.

This one knows all of TOML 1.0 that pyproject.toml and lock files use: tables, arrays of tables, dotted keys, the four kinds of strings,
numbers, true and false, arrays and inline tables. A date stays its text. Invalid has the line of what it cannot read.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List

DEEPEST = 50
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
SPACE = re.compile(r"[ \t]*")
SPACE_AND_LINES = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
OTHER_VALUE = re.compile(r"[A-Za-z0-9_+.:-]+(?: [0-9][0-9:.]+[0-9Zz+:-]*)?")
ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}
ESCAPE = re.compile(r'\\(?:([btnfr"\\])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|[ \t\r]*\n\s*)')
STRINGS = ((re.compile(r'"""\n?((?:[^\\]|\\[\s\S])*?"{0,2})"""(?!")'), True), (re.compile(r"'''\n?([\s\S]*?'{0,2})'''(?!')"), False),
           (re.compile(r'"((?:[^"\\\n]|\\.)*)"'), True), (re.compile(r"'([^'\n]*)'"), False))


class Invalid(ValueError):
    """What is not TOML, with its line."""


def parsed(text: str) -> Dict[str, Any]:
    return Reader(text.replace("\r\n", "\n")).document()


class Reader:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._root: Dict[str, Any] = {}

    def document(self) -> Dict[str, Any]:
        table = self._root
        while True:
            self._skip(SPACE_AND_LINES)
            if self._at == len(self._text):
                return self._root
            if self._took("[["):
                table = self._array_table(self._key("]]"))
            elif self._took("["):
                table = self._table(self._root, self._key("]"))
            else:
                self._pair(table, 0)
            self._skip(SPACE)
            if self._at < len(self._text) and self._text[self._at] not in "\n#\r":
                raise self._invalid("a line has something behind its value")

    def _invalid(self, problem: str) -> Invalid:
        return Invalid("%s (at line %d)" % (problem, self._text.count("\n", 0, self._at) + 1))

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _took(self, words: str) -> bool:
        if not self._text.startswith(words, self._at):
            return False
        self._at += len(words)
        return True

    def _key(self, end: str) -> List[str]:
        """A dotted key and what follows it."""
        parts: List[str] = []
        while True:
            self._skip(SPACE)
            bare = BARE_KEY.match(self._text, self._at)
            if bare:
                self._at = bare.end()
                parts.append(bare.group())
            else:
                parts.append(self._string())
            self._skip(SPACE)
            if self._took(end):
                return parts
            if not self._took("."):
                raise self._invalid("a key is not followed by %s" % end)

    def _table(self, table: Dict[str, Any], parts: List[str]) -> Dict[str, Any]:
        for part in parts:
            below = table.setdefault(part, {})
            # Of an array of tables, the last one.
            table = below[-1] if isinstance(below, list) and below else below
            if not isinstance(table, dict):
                raise self._invalid("%s is a value and a table" % part)
        return table

    def _array_table(self, parts: List[str]) -> Dict[str, Any]:
        array = self._table(self._root, parts[:-1]).setdefault(parts[-1], [])
        if not isinstance(array, list):
            raise self._invalid("%s is a value and an array of tables" % parts[-1])
        array.append({})
        found: Dict[str, Any] = array[-1]
        return found

    def _pair(self, table: Dict[str, Any], depth: int) -> None:
        parts = self._key("=")
        inside = self._table(table, parts[:-1])
        if parts[-1] in inside:
            raise self._invalid("%s is there twice" % parts[-1])
        self._skip(SPACE)
        inside[parts[-1]] = self._value(depth)

    def _string(self) -> str:
        for pattern, escaped in STRINGS:
            found = pattern.match(self._text, self._at)
            if found:
                self._at = found.end()
                return ESCAPE.sub(unescaped, found.group(1)) if escaped else found.group(1)
        raise self._invalid("neither a key nor a string")

    def _value(self, depth: int) -> Any:
        if depth > DEEPEST:
            raise self._invalid("more than %d levels" % DEEPEST)
        if self._took("["):
            return self._array(depth + 1)
        if self._took("{"):
            return self._inline(depth + 1)
        if self._text.startswith(('"', "'"), self._at):
            return self._string()
        found = OTHER_VALUE.match(self._text, self._at)
        if not found:
            raise self._invalid("a value is missing")
        self._at = found.end()
        return other_value(found.group())

    def _array(self, depth: int) -> List[Any]:
        found: List[Any] = []
        while True:
            self._skip(SPACE_AND_LINES)
            if self._took("]"):
                return found
            found.append(self._value(depth))
            self._skip(SPACE_AND_LINES)
            if not self._took(",") and not self._text.startswith("]", self._at):
                raise self._invalid("an array does not end")

    def _inline(self, depth: int) -> Dict[str, Any]:
        found: Dict[str, Any] = {}
        while True:
            self._skip(SPACE_AND_LINES)
            if self._took("}"):
                return found
            self._pair(found, depth)
            self._skip(SPACE_AND_LINES)
            if not self._took(",") and not self._text.startswith("}", self._at):
                raise self._invalid("an inline table does not end")


def unescaped(found: re.Match[str]) -> str:
    letter, short, long = found.groups()
    if letter:
        return ESCAPES[letter]
    number = int(short or long or "0", 16)
    return chr(number) if number and number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else ""


def other_value(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    plain = text.replace("_", "")
    if re.fullmatch(r"[+-]?[0-9]+", plain):
        return int(plain)
    if re.fullmatch(r"0[xob][0-9A-Fa-f]+", plain):
        return int(plain, 0)
    if re.fullmatch(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|inf|nan)", plain):
        return float(plain)
    return text
