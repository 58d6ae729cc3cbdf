"""The facts of one Python file that concern a deploy, read from its syntax tree: what it imports, listens on, reads and writes."""

from __future__ import annotations

import ast
import re
import warnings

from client.robot.expressions import UNKNOWN, Expressions, known, name_of, subscript
from client.robot.facts import Facts
from client.robot.python_paths import Paths
from client.robot.python_servers import Servers

_APPS = {"Flask": "flask", "FastAPI": "fastapi", "Starlette": "starlette", "Quart": "quart", "Dash": "dash", "SocketIO": "flask_socketio",
         "Sanic": "sanic", "Bottle": "bottle"}  # fmt: skip
_ENVIRONMENT = {"os.environ.get", "os.getenv", "environ.get", "getenv", "env.get", "env.str", "env.int", "env.bool", "env.float"}


def facts_of(path: str, text: str) -> Facts:
    facts = Facts(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as e:
        line = getattr(e, "lineno", None)
        facts.problem = f"line {line}: {getattr(e, 'msg', e)}" if line else type(e).__name__
        return facts
    _Reader(facts, tree).read()
    return facts


class _Reader:
    def __init__(self, facts: Facts, tree: ast.Module) -> None:
        self.facts = facts
        self.tree = tree
        self.values = Expressions(facts.path, tree)
        self._servers = Servers(facts, self.values)
        self._paths = Paths(facts, self.values)

    def read(self) -> None:
        for statement in self.tree.body:
            self._top(statement)
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self._import(node)
        # A program that first tests whether a variable is set can do without it.
        asked = {
            self.values.text(node.left)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Compare) and any(isinstance(one, (ast.In, ast.NotIn)) for one in node.ops)
        }
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                self._call(node)
            elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and name_of(node.value) in ("os.environ", "environ"):
                self._variable(self.values.text(subscript(node)), self.values.text(subscript(node)) not in asked, node.lineno)
            elif isinstance(node, ast.ClassDef):
                self._class(node)
            elif isinstance(node, ast.ExceptHandler) and _catches(node, "KeyboardInterrupt"):
                if not all(isinstance(one, (ast.Pass, ast.Break, ast.Raise)) or _only_ends(one) for one in node.body):
                    self.facts.interrupts.append(node.lineno)
            elif isinstance(node, ast.Attribute) and node.attr == "SIGTERM":
                self.facts.handles_term = True

    def _top(self, node: ast.stmt) -> None:
        if isinstance(node, ast.If) and "__name__" in ast.dump(node.test)[:400]:
            self.facts.guard = True
        elif isinstance(node, (ast.While, ast.For, ast.With, ast.Try)) or isinstance(node, ast.Expr) and isinstance(node.value, (ast.Call, ast.Await)):
            self.facts.runs = True
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name, value = node.targets[0].id, node.value
            if isinstance(value, ast.Call):
                made = name_of(value.func).rsplit(".", 1)[-1]
                if made in _APPS:
                    self.facts.apps[name] = _APPS[made]
                elif re.fullmatch(r"(create|make|build|get)_(app|application|server)", made):
                    self.facts.apps[name] = "flask"
            elif isinstance(value, ast.Constant) and isinstance(value.value, str):
                self.facts.constants[name] = (value.value, node.lineno)

    def _import(self, node: "ast.Import | ast.ImportFrom") -> None:
        if isinstance(node, ast.Import):
            self.facts.imports.update(one.name for one in node.names)
            return
        module = node.module or ""
        names = [module, *(f"{module}.{one.name}".lstrip(".") for one in node.names)]
        if node.level:
            self.facts.local.update("." * node.level + one for one in names)
        else:
            self.facts.imports.update(names)

    def _call(self, node: ast.Call) -> None:
        name = name_of(node.func)
        last = name.rsplit(".", 1)[-1] if name else ""
        first = node.args[0] if node.args else None
        if name in _ENVIRONMENT or name in ("config", "env") and self.facts.imported("decouple", "environs", "environ", "starlette"):
            required = name.startswith("env") or name == "config"
            default = len(node.args) > 1 or any(one.arg == "default" for one in node.keywords)
            self._variable(self.values.text(first), required and not default and not name.endswith(".get"), node.lineno)
        elif last in ("load_dotenv", "read_env"):
            self.facts.exports = True
        elif last in ("dotenv_values", "find_dotenv"):
            self.facts.settings_files = True
        elif name == "input" or name in ("getpass.getpass", "getpass"):
            self.facts.inputs.append(node.lineno)
        elif last == "add_argument":
            self._argument(node)
        elif last in ("option", "argument") and self.facts.imported("click", "cloup", "typer"):
            self._click(node)
        self._servers.add(node, name, last)
        self._paths.add(node, name, last)

    def _variable(self, name: str, required: bool, line: int) -> None:
        if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,80}", name):
            former = self.facts.variables.get(name)
            if former is None or required and not former[0]:
                self.facts.variables[name] = (required, line)

    def _class(self, node: ast.ClassDef) -> None:
        """A settings class of pydantic: each field without a default is a required variable."""
        if not any(name_of(base).endswith("BaseSettings") for base in node.bases):
            return
        prefix, file = "", False
        for one in ast.walk(node):
            pairs = [(key.arg or "", key.value) for key in one.keywords] if isinstance(one, ast.Call) else []
            if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name):
                pairs = [(one.targets[0].id, one.value)]
            for key, value in pairs:
                if key == "env_prefix":
                    prefix = known(self.values.text(value))
                file = file or key == "env_file"
        self.facts.settings_files = self.facts.settings_files or file
        for one in node.body:
            if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and one.target.id != "model_config":
                self._variable((prefix + one.target.id).upper(), one.value is None, one.lineno)

    def _argument(self, node: ast.Call) -> None:
        words = [self.values.text(one) for one in node.args]
        options = {one.arg: one.value for one in node.keywords}
        required = options.get("required")
        if words and words[0] and not words[0].startswith("-"):
            if "nargs" not in options and "default" not in options and UNKNOWN not in words[0]:
                self.facts.needs.append(words[0])
        elif isinstance(required, ast.Constant) and required.value is True and words:
            self.facts.needs.append(words[-1])

    def _click(self, node: ast.Call) -> None:
        options = {one.arg: one.value for one in node.keywords}
        variable = known(self.values.text(options.get("envvar")))
        if variable:
            self._variable(variable, False, node.lineno)


def _catches(node: ast.ExceptHandler, name: str) -> bool:
    return node.type is not None and any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(node.type))


def _only_ends(node: ast.stmt) -> bool:
    """Whether a statement only prints, logs or ends the program."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    name = name_of(node.value.func)
    return name in ("print", "exit", "quit", "sys.exit", "os._exit") or bool(re.search(r"(^|\.)(log|logger|logging)\.\w+$|^logging\.\w+$", name))
