"""Which files a Python file reads and writes, from the calls that take a path."""

from __future__ import annotations

import ast
import posixpath
import re
from typing import Optional

from client.robot.expressions import UNKNOWN, Expressions
from client.robot.facts import Facts

_DATABASES = {"sqlite3.connect", "aiosqlite.connect", "TinyDB", "shelve.open", "dbm.open", "duckdb.connect"}
_LOG_FILES = {"FileHandler", "RotatingFileHandler", "TimedRotatingFileHandler", "WatchedFileHandler", "ConcurrentRotatingFileHandler"}
_WRITERS = {"write_text", "write_bytes", "touch", "mkdir"}
_SAVERS = {"to_csv": 0, "to_json": 0, "to_pickle": 0, "to_parquet": 0, "to_excel": 0, "savefig": 0}
_DUMPERS = {"joblib.dump": 1, "np.save": 0, "numpy.save": 0, "torch.save": 1}
_SESSIONS = {"TelegramClient": ".session", "SQLiteSession": ".session", "Client": ".session"}


class Paths:
    """Adds what a call shows to the facts of its file."""

    def __init__(self, facts: Facts, values: Expressions) -> None:
        self._facts = facts
        self._values = values

    def add(self, node: ast.Call, name: str, last: str) -> None:
        first = node.args[0] if node.args else None
        options = {one.arg: one.value for one in node.keywords if one.arg}
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if name in ("open", "io.open", "codecs.open", "aiofiles.open") and first is not None:
            self._opened(first, self._values.text(node.args[1] if len(node.args) > 1 else options.get("mode") or ast.Constant("r")), node.lineno)
        elif last == "open" and owner is not None and not name.startswith(("os.", "webbrowser.", "Image.", "zipfile.", "tarfile.", "gzip.", "PIL.")):
            if name not in _DATABASES and self._is_path(owner):
                self._opened(owner, self._values.text(first or options.get("mode") or ast.Constant("r")), node.lineno)
        if name in _DATABASES:
            self._writes(first, node.lineno)
        elif last in _LOG_FILES:
            self._writes(first or options.get("filename"), node.lineno)
        elif name == "logging.basicConfig" and "filename" in options:
            self._writes(options["filename"], node.lineno)
        elif name == "logger.add" and self._facts.imported("loguru") and isinstance(first, (ast.Constant, ast.JoinedStr, ast.BinOp, ast.Name)):
            self._writes(first, node.lineno)
        elif name in ("os.makedirs", "os.mkdir"):
            self._writes(first, node.lineno, folder=True)
        elif last in _WRITERS and owner is not None and self._is_path(owner):
            self._writes(owner, node.lineno, folder=last == "mkdir")
        elif last in _SAVERS and (first is not None or "path_or_buf" in options):
            self._writes(first or options["path_or_buf"], node.lineno)
        elif name in _DUMPERS and len(node.args) > _DUMPERS[name]:
            self._writes(node.args[_DUMPERS[name]], node.lineno)
        elif last in _SESSIONS and first is not None and self._facts.imported("telethon", "pyrogram"):
            text = self._values.text(first)
            if text and UNKNOWN not in text:
                self._path(text + ("" if text.endswith(".session") else ".session"), node.lineno, self._facts.writes)
        elif last in ("read", "read_text", "load_dotenv", "dotenv_values", "read_csv") and (first is not None or owner is not None):
            place = first if last in ("read", "load_dotenv", "dotenv_values", "read_csv") else owner
            if place is not None and (last != "read" or self._facts.imported("configparser")):
                self._path(self._values.text(place), node.lineno, self._facts.reads)
        for one in [first, *options.values()]:
            if isinstance(one, (ast.Constant, ast.JoinedStr, ast.BinOp, ast.Name)):
                found = re.match(r"sqlite(?:\+\w+)?:///([^?]+)", self._values.text(one))
                if found:
                    self._path(found.group(1), node.lineno, self._facts.writes)

    def _opened(self, place: ast.AST, mode: str, line: int) -> None:
        if any(letter in mode for letter in "wax+"):
            self._writes(place, line)
        elif UNKNOWN not in mode:
            self._path(self._values.text(place), line, self._facts.reads)

    def _writes(self, place: Optional[ast.AST], line: int, folder: bool = False) -> None:
        if place is not None:
            text = self._values.text(place)
            if text.startswith(UNKNOWN):
                self._facts.computed.append(line)
            self._path(text + "/" if folder and text else text, line, self._facts.writes)

    def _path(self, text: str, line: int, into: dict[str, int]) -> None:
        """Kept in its shortest form; a folder ends with a slash."""
        if not text or "\0" in text or len(text) > 200 or text in (":memory:", UNKNOWN, UNKNOWN + "/") or "://" in text:
            return
        short = posixpath.normpath(text)
        if short != ".":
            into.setdefault(short + ("/" if text.endswith("/") else ""), line)

    def _is_path(self, node: ast.AST) -> bool:
        """Whether a value is one of pathlib, as far as its expression shows."""
        return self._facts.imported("pathlib") and self._values.text(node) not in ("", UNKNOWN)
