"""pyproject.toml and other TOML files: Python's own reader, or before Python 3.11 the part of TOML that such files use.

The small reader knows tables, strings, numbers, true and false, lists and inline tables; a value that it does not know is left out.
"""

from __future__ import annotations

import ast
import re
from typing import Any

try:
    import tomllib
except ImportError:  # before Python 3.11
    tomllib = None  # type: ignore[assignment]


def parsed(text: str) -> dict[str, Any]:
    """Empty for a file that is no TOML."""
    if tomllib is None:
        return small(text)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def small(text: str) -> dict[str, Any]:
    document: dict[str, Any] = {}
    table, pending = document, ""
    for line in text.splitlines():
        pending = f"{pending}\n{_bare(line)}" if pending else _bare(line)
        head = re.fullmatch(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*", pending)
        if head:
            table, pending = _table(document, head.group(1)), ""
            continue
        key, equals, value = pending.partition("=")
        if not equals:
            pending = ""
            continue
        if _open(value):
            pending = pending if len(pending) < 100_000 else ""
            continue
        pending = ""
        inside, name = _at(table, key)
        found = _value(value.strip())
        if found is not None and isinstance(inside, dict):
            inside[name] = found
    return document


def _bare(line: str) -> str:
    """Without its comment."""
    return re.sub(r"""((?:[^"'#]|"(?:[^"\\]|\\.)*"|'[^']*')*)#.*""", r"\1", line) if "#" in line else line


def _open(value: str) -> bool:
    bare = re.sub(r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'", "", value)
    return bare.count("[") > bare.count("]") or bare.count("{") > bare.count("}") or value.count('"""') == 1


def _table(document: dict[str, Any], name: str) -> dict[str, Any]:
    table = document
    for part in _parts(name):
        below = table.setdefault(part, {})
        table = below if isinstance(below, dict) else {}
    return table


def _at(table: dict[str, Any], key: str) -> tuple[dict[str, Any], str]:
    parts = _parts(key)
    return _table(table, ".".join(f'"{one}"' for one in parts[:-1])) if len(parts) > 1 else table, parts[-1] if parts else ""


def _parts(name: str) -> list[str]:
    return [one.strip().strip("\"'") for one in re.findall(r"\"[^\"]*\"|'[^']*'|[^.\s]+", name)]


def _value(text: str) -> Any:
    if text.startswith("{") and text.endswith("}"):
        found: dict[str, Any] = {}
        for one in re.finditer(r"([\w.-]+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"|'[^']*'|\[[^\]]*\]|[\w.-]+)", text):
            found[one.group(1)] = _value(one.group(2))
        return found
    if text.startswith('"""'):
        return text.strip('"')
    if text in ("true", "false"):
        return text == "true"
    if text.startswith("[") and "{" in text:
        return [_value(one) for one in re.findall(r"\{[^}]*\}", text)]
    try:
        return ast.literal_eval(re.sub(r"\s*\n\s*", " ", text))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
