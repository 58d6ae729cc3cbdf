"""The part of YAML that compose files and settings use: block mappings and lists, quoted and plain values, lists in brackets.

Anchors, references, multi-line text and tags are no part of it; such a value is read as text.
"""

from __future__ import annotations

import re
from typing import Any

_DEEPEST = 20


def parsed(text: str) -> Any:
    lines = [
        (len(line) - len(line.lstrip(" ")), line.strip()) for line in text.splitlines()[:5000] if line.strip() and not line.lstrip().startswith(("#", "---"))
    ]
    return _Reader(lines).block(0, 0) if lines else None


class _Reader:
    def __init__(self, lines: list[tuple[int, str]]) -> None:
        self._lines = lines
        self._at = 0

    def block(self, indent: int, depth: int) -> Any:
        if depth > _DEEPEST or self._at >= len(self._lines):
            return None
        indent = max(indent, self._lines[self._at][0])
        return (
            self._list(indent, depth) if self._lines[self._at][1].startswith(("- ", "-\t")) or self._lines[self._at][1] == "-" else self._mapping(indent, depth)
        )

    def _list(self, indent: int, depth: int) -> list[Any]:
        found = []
        while self._at < len(self._lines) and self._lines[self._at][0] == indent and self._lines[self._at][1][:1] == "-":
            text = self._lines[self._at][1][1:].strip()
            if not text:
                self._at += 1
                found.append(self._below(indent, depth))
            elif re.match(r"[^\s\"'\[{][^:]*:(\s|$)", text):
                self._lines[self._at] = (indent + 2, text)
                found.append(self._mapping(indent + 2, depth + 1))
            else:
                self._at += 1
                found.append(_scalar(text))
        return found

    def _mapping(self, indent: int, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self._at < len(self._lines) and self._lines[self._at][0] >= indent:
            level, line = self._lines[self._at]
            key = re.match(r"(\"[^\"]*\"|'[^']*'|[^:#]+?)\s*:(?:\s+|$)(.*)", line)
            self._at += 1
            if level > indent or not key:
                continue  # a continued text
            name, value = key.group(1).strip("\"'"), _bare(key.group(2))
            if value in ("|", ">", "|-", ">-", "|+", ">+"):
                found[name] = self._text(indent)
            elif value and not value.startswith("&"):
                found[name] = _scalar(value)
            else:
                found[name] = self._below(indent, depth)
        return found

    def _below(self, indent: int, depth: int) -> Any:
        if self._at >= len(self._lines):
            return None
        level, line = self._lines[self._at]
        if level > indent or level == indent and line[:1] == "-":
            return self.block(level, depth + 1)
        return None

    def _text(self, indent: int) -> str:
        lines = []
        while self._at < len(self._lines) and self._lines[self._at][0] > indent:
            lines.append(self._lines[self._at][1])
            self._at += 1
        return "\n".join(lines)


def _bare(text: str) -> str:
    return text if text[:1] in "\"'" and text.count(text[:1]) > 1 and not re.search(r"[\"']\s+#", text) else re.sub(r"(^|\s+)#.*", "", text).strip()


def _scalar(text: str) -> Any:
    text = _bare(text)
    if text.startswith("[") and text.endswith("]"):
        return [_scalar(one.strip()) for one in re.findall(r"\"[^\"]*\"|'[^']*'|[^,\[\]]+", text) if one.strip()]
    if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]:
        return text[1:-1]
    if text in ("true", "True", "yes"):
        return True
    if text in ("false", "False", "no"):
        return False
    return None if text in ("", "null", "~") else text
