"""The value of an expression in Python source, as far as it can be read without running it: strings, paths, numbers.

A part that is not known is *: f"logs/{day}.log" is logs/*.log. A path is relative to the working folder, which for a service is the top
folder of the release.
"""

from __future__ import annotations

import ast
import posixpath
from typing import Optional

UNKNOWN = "*"
_DEEPEST = 40
_SAME = {"str", "abspath", "realpath", "resolve", "absolute", "fspath", "normpath", "strip", "expanduser", "as_posix", "Path", "PurePath", "PosixPath"}


def name_of(node: Optional[ast.AST]) -> str:
    """os.path.join for such a node; empty for what is no plain name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < _DEEPEST:
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        return ".".join([node.id, *reversed(parts)])
    return ".".join(["", *reversed(parts)]) if parts else ""


class Expressions:
    """`path` is that of the source file; a name at its top level that is assigned once or first is known."""

    def __init__(self, path: str, tree: ast.Module) -> None:
        self._path = path
        self._names: dict[str, ast.expr] = {}
        self._options = {one: value for node in ast.walk(tree) if isinstance(node, ast.Call) for one, value in _option(node)}
        for node in tree.body:
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                self._names.setdefault(node.targets[0].id, node.value)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
                self._names.setdefault(node.target.id, node.value)

    def text(self, node: Optional[ast.AST], depth: int = 0) -> str:
        if node is None or depth > _DEEPEST:
            return UNKNOWN
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else UNKNOWN
        if isinstance(node, ast.JoinedStr):
            return "".join(self.text(part.value if isinstance(part, ast.FormattedValue) else part, depth + 1) for part in node.values[:50])
        if isinstance(node, ast.BinOp):
            return self._binary(node, depth)
        if isinstance(node, ast.Name):
            if node.id == "__file__":
                return self._path
            return self.text(self._names.get(node.id), depth + 1)
        if name_of(node) in self._options:
            return self.text(self._options[name_of(node)], depth + 1)
        if isinstance(node, ast.Attribute) and node.attr == "parent":
            return posixpath.dirname(self.text(node.value, depth + 1)) or "."
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "parents":
            return self._ancestor(node, depth)
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        return UNKNOWN

    def number(self, node: Optional[ast.AST], depth: int = 0) -> Optional[int]:
        if isinstance(node, ast.Constant):
            if isinstance(node.value, int) and not isinstance(node.value, bool):
                return node.value
            return int(node.value) if isinstance(node.value, str) and node.value.isascii() and node.value.isdigit() and len(node.value) < 6 else None
        if isinstance(node, ast.Name) and node.id in self._names and depth < _DEEPEST:
            return self.number(self._names[node.id], depth + 1)
        if name_of(node) in self._options and depth < _DEEPEST:
            return self.number(self._options[name_of(node)], depth + 1)
        if isinstance(node, ast.BoolOp) and depth < _DEEPEST:
            return self.number(node.values[-1], depth + 1)
        if isinstance(node, ast.Call) and depth < _DEEPEST:
            name = name_of(node.func)
            if name == "int" and node.args:
                return self.number(node.args[0], depth + 1)
            if name in ("os.environ.get", "os.getenv", "environ.get", "getenv") and len(node.args) > 1:
                return self.number(node.args[1], depth + 1)
        return None

    def variable(self, node: Optional[ast.AST], depth: int = 0) -> str:
        """The environment variable from which a value comes; empty if it comes from none."""
        if depth > _DEEPEST or node is None:
            return ""
        if isinstance(node, ast.Name) and node.id in self._names:
            return self.variable(self._names[node.id], depth + 1)
        if isinstance(node, ast.BoolOp):
            return next(filter(None, (self.variable(value, depth + 1) for value in node.values[:9])), "")
        if isinstance(node, ast.Subscript) and name_of(node.value) in ("os.environ", "environ"):
            return known(self.text(subscript(node), depth + 1))
        if isinstance(node, ast.Call) and node.args:
            if name_of(node.func) in ("os.environ.get", "os.getenv", "environ.get", "getenv"):
                return known(self.text(node.args[0], depth + 1))
            if name_of(node.func) in ("int", "str", "float", "bool"):
                return self.variable(node.args[0], depth + 1)
        return ""

    def _binary(self, node: ast.BinOp, depth: int) -> str:
        left, right = self.text(node.left, depth + 1), self.text(node.right, depth + 1)
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Div):
            return posixpath.join(left, right)
        if isinstance(node.op, ast.Mod):
            return left.replace("%s", UNKNOWN).replace("%d", UNKNOWN)
        return UNKNOWN

    def _ancestor(self, node: ast.Subscript, depth: int) -> str:
        assert isinstance(node.value, ast.Attribute)
        text, number = self.text(node.value.value, depth + 1), self.number(subscript(node))
        for _ in range(min(number if number is not None else _DEEPEST, 9) + 1):
            text = posixpath.dirname(text)
        return text or "."

    def _call(self, node: ast.Call, depth: int) -> str:
        name = name_of(node.func)
        last = name.rsplit(".", 1)[-1] if name else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if last == "dirname" and node.args:
            return posixpath.dirname(self.text(node.args[0], depth + 1)) or "."
        if last in ("join", "joinpath") and node.args:
            beginning = [] if name.endswith("path.join") else [self.text(node.func.value, depth + 1)] if isinstance(node.func, ast.Attribute) else []
            return posixpath.join(*beginning, *(self.text(one, depth + 1) for one in node.args[:20]))
        if name in ("os.getcwd", "Path.cwd", "pathlib.Path.cwd"):
            return "."
        if name in ("Path.home", "pathlib.Path.home"):
            return "~"
        if name in ("os.environ.get", "os.getenv", "environ.get", "getenv"):
            return self.text(node.args[1], depth + 1) if len(node.args) > 1 else UNKNOWN
        if last == "format" and isinstance(node.func, ast.Attribute):
            return self.text(node.func.value, depth + 1).replace("{}", UNKNOWN)
        if last in _SAME:
            if node.args:
                return posixpath.join(*(self.text(one, depth + 1) for one in node.args[:20]))
            return self.text(node.func.value, depth + 1) if isinstance(node.func, ast.Attribute) else "."
        return UNKNOWN


def _option(node: ast.Call) -> list[tuple[str, ast.expr]]:
    """args.port and its default, for add_argument("--port", default=…) of argparse, by each usual name of the parsed arguments."""
    default = next((one.value for one in node.keywords if one.arg == "default"), None)
    words = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    if not name_of(node.func).endswith("add_argument") or default is None or not words:
        return []
    name = next((word for word in words if word.startswith("--")), words[0]).lstrip("-").replace("-", "_")
    return [(f"{parsed}.{name}", default) for parsed in ("args", "arguments", "options", "opts", "opt", "parsed", "cli_args")]


def subscript(node: ast.Subscript) -> ast.AST:
    """The index, also in the tree of Python 3.8."""
    return getattr(node.slice, "value", node.slice) if type(node.slice).__name__ == "Index" else node.slice


def known(text: str) -> str:
    return "" if UNKNOWN in text else text
