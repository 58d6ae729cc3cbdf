"""import_check: imports, in the environment of a release, the modules of others that the release's code imports.

Run by the environment's own interpreter as crypto-robot-build, without network, keys or a login: import_check.py <task>. The task is a JSON
file: release, base (the working folder), commands (the words of each) and paths (the PYTHONPATH of each). The code itself is only parsed,
from the files that the commands start along its imports. Prints one JSON object a line: a problem, or the end. A module that ends the
process, or takes too long, is named too. Imports in try, if and functions are not tried; those that are not installed are listed.

It uses the standard library only: the environment may have any Python from 3.7 on.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any, Dict, List, Optional, Sequence, Tuple

# Seconds for all imports together; bytes of a file, and number of files.
SECONDS, LARGEST, MOST_FILES, MOST_SOFT = 100, 2 << 20, 3000, 20
OPTIONS_WITH_VALUE = ("-X", "-W")
LIBRARY = re.compile(r"cannot open shared object|cannot load library|GLIBC(?:XX)?_|undefined symbol|Could not find .*librar|failed to map segment")
# What the environment decides: it is the same when the robot starts. Another error may come from the missing network, keys or files.
BROKEN = ("ImportError", "SyntaxError", "IndentationError", "AttributeError", "NameError", "TypeError", "DistributionNotFound", "VersionConflict",
          "ContextualVersionConflict")


class Code:
    """What one file imports: (module, name or nothing, level, line, is_soft)."""

    def __init__(self, tree: ast.Module, is_main: bool) -> None:
        self.found: List[Tuple[str, str, int, int, bool]] = []
        self._is_main = is_main
        self._visit(tree.body, False)

    def _visit(self, body: Sequence[Any], soft: bool) -> None:
        for node in body:
            if isinstance(node, ast.Import):
                self.found += [(one.name, "", 0, node.lineno, soft) for one in node.names]
            elif isinstance(node, ast.ImportFrom):
                self.found += [(node.module or "", one.name, node.level or 0, node.lineno, soft) for one in node.names]
            elif isinstance(node, ast.If):
                is_guard = self._is_main and is_main_guard(node.test)
                self._visit(node.body, soft if is_guard else True)
                self._visit(node.orelse, True)
            elif isinstance(node, (ast.ClassDef, ast.For, ast.AsyncFor, ast.While)):
                self._visit(node.body, soft)
                self._visit(getattr(node, "orelse", []), soft)
            else:
                # try, with (which may suppress an error), match, functions.
                for part in ("body", "handlers", "orelse", "finalbody", "cases"):
                    inner = getattr(node, part, None)
                    if isinstance(inner, list):
                        for one in inner:
                            self._visit([one] if isinstance(one, ast.stmt) else one.body, True)


def is_main_guard(test: Any) -> bool:
    return (isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"
            and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq))


class Robot:
    """The release's own code."""

    def __init__(self, task: Dict[str, Any]) -> None:
        self.release, self.base = task["release"], task["base"]
        self.roots: List[str] = [self.base]
        for paths in task["paths"]:
            self._add_roots(*(os.path.join(self.base, one) for one in paths.split(":") if one))
        # file → is_soft
        self.files: Dict[str, bool] = {}
        self.queue: List[Tuple[str, bool, bool]] = []
        # (module, name) → (file, line), in the order of the code
        self.hard: Dict[Tuple[str, str], Tuple[str, int]] = {}
        self.soft: Dict[Tuple[str, str], Tuple[str, int]] = {}
        self.problems: List[Dict[str, Any]] = []
        for command in task["commands"]:
            self._enter(command)
        self._add_roots(os.path.join(self.base, "src"), self.release)
        self._follow(False)
        self._follow(True)

    def _add_roots(self, *folders: str) -> None:
        for folder in [os.path.normpath(one) for one in folders]:
            if (folder + "/").startswith(self.release + "/") and os.path.isdir(folder) and folder not in self.roots:
                self.roots.append(folder)

    def shown(self, path: str) -> str:
        return os.path.relpath(path, self.release)

    def _enter(self, command: Sequence[str]) -> None:
        words = list(command)
        if words[0] == "-m" or words[0].endswith(".py"):
            words.insert(0, "python")
        if re.match(r"python[0-9.]*$", words[0]):
            words = words[1:]
            while words and words[0].startswith("-") and words[0] not in ("-m", "-c"):
                words = words[2:] if words[0] in OPTIONS_WITH_VALUE else words[1:]
            if words[:1] == ["-m"] and len(words) > 1:
                self._module(words[1], True)
                words = words[2:]
            elif words and words[0] != "-c":
                self._script(words[0])
                words = words[1:]
        else:
            target = script_of(words[0])
            if target:
                self._module(target, False)
            words = words[1:]
        for word in words:
            # What a server loads: gunicorn package.module:application, streamlit run page.py.
            if re.match(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*(\(.*\))?$", word) and self.files_of(word.partition(":")[0]):
                self._module(word.partition(":")[0], False)
            elif word.endswith(".py") and os.path.isfile(os.path.join(self.base, word)):
                self._script(word)

    def _script(self, path: str) -> None:
        file = os.path.normpath(os.path.join(self.base, path))
        if not os.path.isfile(file):
            self.problems.append({"kind": "script", "file": path})
            return
        # The interpreter finds modules beside the script first.
        self._add_roots(os.path.dirname(file))
        self._queue(file, True, False)

    def _module(self, name: str, is_main: bool) -> None:
        files = self.files_of(name)
        if not files:
            self.hard.setdefault((name, ""), ("", 0))
            return
        package = os.path.join(os.path.dirname(files[-1]), "__main__.py")
        for file in files:
            self._queue(file, is_main and file == files[-1], False)
        if is_main and os.path.basename(files[-1]) == "__init__.py" and os.path.isfile(package):
            self._queue(package, True, False)

    def files_of(self, module: str) -> List[str]:
        """The release's own files that an import of this module runs."""
        parts = module.split(".")
        for root in self.roots:
            found: List[str] = []
            folder = root
            for part in parts:
                package, file = os.path.join(folder, part, "__init__.py"), os.path.join(folder, part + ".py")
                if os.path.isfile(package):
                    found.append(package)
                elif os.path.isfile(file):
                    found.append(file)
                    break
                folder = os.path.join(folder, part)
            if found:
                return found
        return []

    def is_own(self, module: str) -> bool:
        top = module.split(".")[0]
        return any(os.path.isfile(os.path.join(root, top + ".py")) or has_code(os.path.join(root, top)) for root in self.roots)

    def has_anywhere(self, top: str) -> bool:
        return any(top + ".py" in names or top in folders for _, folders, names in os.walk(self.release))

    def _queue(self, file: str, is_main: bool, soft: bool) -> None:
        if self.files.get(file, True) and (file not in self.files or not soft) and len(self.files) < MOST_FILES:
            self.files[file] = soft
            self.queue.append((file, is_main, soft))

    def _follow(self, soft_too: bool) -> None:
        later: List[Tuple[str, bool, bool]] = []
        while self.queue:
            file, is_main, soft = self.queue.pop(0)
            if soft and not soft_too:
                later.append((file, is_main, soft))
            elif self.files.get(file) == soft:
                self._read(file, is_main, soft)
        self.queue = later

    def _read(self, file: str, is_main: bool, soft: bool) -> None:
        try:
            if os.path.islink(file) or os.path.getsize(file) > LARGEST:
                return
            with open(file, "rb") as opened:
                tree = ast.parse(opened.read(), self.shown(file))
        except (SyntaxError, ValueError, RecursionError) as error:
            if not soft:
                self.problems.append({"kind": "syntax", "file": self.shown(file), "line": getattr(error, "lineno", 0) or 0,
                                      "error": getattr(error, "msg", "") or str(error)})
            return
        except OSError:
            return
        for module, name, level, line, is_soft in Code(tree, is_main).found:
            self._add(file, self._absolute(file, module, level), name, line, soft or is_soft)

    def _absolute(self, file: str, module: str, level: int) -> str:
        if not level:
            return module
        folder = os.path.dirname(file)
        for _ in range(level - 1):
            folder = os.path.dirname(folder)
        root = max((root for root in self.roots if (folder + "/").startswith(root + "/")), key=len, default="")
        package = os.path.relpath(folder, root).replace("/", ".") if root and folder != root else ""
        return ".".join(part for part in (package, module) if part)

    def _add(self, file: str, module: str, name: str, line: int, soft: bool) -> None:
        if not module or module == "__future__":
            return
        if self.is_own(module):
            files = self.files_of(module)
            files += [one for one in self.files_of(module + "." + name) if name and one not in files]
            for one in files:
                self._queue(one, False, soft)
            return
        found = self.soft if soft else self.hard
        found.setdefault((module, "" if name == "*" else name), (self.shown(file), line))


def has_code(folder: str) -> bool:
    """Whether a folder can be imported as a package of the release."""
    try:
        return any(name.endswith(".py") for name in os.listdir(folder))
    except OSError:
        return False


def script_of(name: str) -> str:
    """The module of a console script, or nothing: a program that is no script of Python is not examined."""
    try:
        from importlib.metadata import distributions
    except ImportError:
        return ""
    for distribution in distributions():
        for point in distribution.entry_points:
            if point.group == "console_scripts" and point.name == name:
                return point.value.partition(":")[0].strip()
    return ""


def tried(module: str, name: str) -> Optional[Dict[str, Any]]:
    """What is wrong with an import, or None."""
    try:
        loaded = importlib.import_module(module)
        if name and not hasattr(loaded, name):
            try:
                importlib.import_module(module + "." + name)
            except ModuleNotFoundError as error:
                if error.name != module + "." + name:
                    raise
                file = getattr(loaded, "__file__", None) or "unknown location"
                raise ImportError("cannot import name %r from %r (%s)" % (name, module, file)) from None
        return None
    except BaseException as error:
        return described(error)


def described(error: BaseException) -> Dict[str, Any]:
    kind, words, missing = "other", "%s: %s" % (type(error).__name__, " ".join(str(error).split())[:300]), ""
    if LIBRARY.search(str(error)):
        kind = "library"
    elif isinstance(error, ModuleNotFoundError):
        kind, missing = "missing", error.name or ""
    elif type(error).__name__ in BROKEN:
        kind = "broken"
    return {"kind": kind, "error": words, "missing": missing}


def checked(robot: Robot, out: IO[bytes]) -> None:
    for (module, name), (file, line) in robot.hard.items():
        write(out, {"begins": module, "file": file, "line": line})
        found = tried(module, name)
        # A module of the release that its code puts on the path is no other's.
        if found and not (found["kind"] == "missing" and robot.has_anywhere(str(found["missing"]).split(".")[0])):
            write(out, dict(found, module=module, file=file, line=line))
    write(out, {"kind": "soft", "modules": [[module, file, line] for (module, _), (file, line) in robot.soft.items()
                                            if not is_installed(module)][:MOST_SOFT]})
    write(out, {"kind": "end", "modules": len(robot.hard)})


def is_installed(module: str) -> bool:
    import importlib.util

    try:
        return importlib.util.find_spec(module.split(".")[0]) is not None
    except BaseException:
        return True


def write(out: IO[bytes], line: Dict[str, Any]) -> None:
    out.write((json.dumps(line) + "\n").encode("utf-8"))
    out.flush()


def supervised(robot: Robot, out: IO[bytes]) -> None:
    """The imports in a child: this process can still report when that one has died."""
    child = os.fork()
    if not child:
        checked(robot, out)
        # A module may have started threads, which an end would wait for.
        os._exit(0)
    end, status = time.monotonic() + SECONDS, 0
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done or time.monotonic() > end:
            break
        time.sleep(0.005)
    if not done:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        write(out, {"kind": "time"})
    elif os.WIFSIGNALED(status):
        write(out, {"kind": "died", "signal": os.WTERMSIG(status)})


def main(path: str) -> None:
    with open(path, encoding="utf-8") as file:
        task = json.load(file)
    # What a module prints must not look like an answer.
    out = os.fdopen(os.dup(1), "wb", 0)
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    robot = Robot(task)
    for problem in robot.problems:
        write(out, problem)
    supervised(robot, out)


if __name__ == "__main__":
    main(sys.argv[1])
