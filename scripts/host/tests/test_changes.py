"""Every change of a step that needs the lock goes through changes.py, where a test can end it."""

import ast
import os
import re
import unittest
from typing import Iterator, List, Set

HOST = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# They change no state of root's: the log, the file of the answer, the pipe of act_as, and what the application's user and the build user do
# themselves.
OWN = {"build_environment", "changes", "log", "seed_paths", "step", "system", "unit"}
CHANGES = {"chmod", "chown", "fchmod", "fchown", "lchown", "link", "makedirs", "mkdir", "remove", "removedirs", "rename", "replace", "rmdir",
           "symlink", "truncate", "unlink", "write"}


def tree(name: str) -> ast.Module:
    with open(os.path.join(HOST, "robothost", name.replace(".", "/") + ".py"), encoding="utf-8") as file:
        return ast.parse(file.read())


def imported(found: ast.Module) -> Iterator[str]:
    """The modules of the program that this one imports."""
    for node in ast.walk(found):
        if isinstance(node, ast.ImportFrom) and node.module == "robothost":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("robothost."):
            yield str(node.module)[len("robothost."):]


def fenced_steps() -> List[str]:
    names = sorted(name[:-3] for name in os.listdir(os.path.join(HOST, "robothost/steps")) if name.endswith(".py"))
    return ["steps." + name for name in names if "Uses fence.py" in (ast.get_docstring(tree("steps." + name)) or "")]


def used_by(name: str, known: Set[str]) -> Set[str]:
    if name not in known:
        known.add(name)
        for other in imported(tree(name)):
            used_by(other, known)
    return known


def direct_changes(found: ast.Module) -> Iterator[str]:
    for node in ast.walk(found):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "shutil" or (node.value.id == "os" and node.attr in CHANGES):
                yield "%s.%s, line %d" % (node.value.id, node.attr, node.lineno)


def sources() -> Iterator[str]:
    for folder, _, names in os.walk(os.path.join(HOST, "robothost")):
        yield from (os.path.join(folder, name) for name in names if name.endswith(".py"))


class ChangesTest(unittest.TestCase):
    def test_no_file_is_created_through_a_link_of_another_user(self) -> None:
        found: List[str] = []
        for path in sources():
            with open(path, encoding="utf-8") as file:
                found += ["%s: %s" % (os.path.basename(path), line.strip()) for line in file
                          if re.search(r"O_CREAT(?!.*O_(EXCL|NOFOLLOW))|--init-groups", line)]
        self.assertEqual([], found)

    def test_nothing_else_changes_files(self) -> None:
        steps = fenced_steps()
        self.assertIn("steps.release_lock", steps)
        modules: Set[str] = set()
        for step in steps:
            used_by(step, modules)
        found = {name: list(direct_changes(tree(name))) for name in sorted(modules - OWN)}
        self.assertEqual({}, {name: changes for name, changes in found.items() if changes})
