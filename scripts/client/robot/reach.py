"""Which files of a repository a program reaches by its imports, so that tests and other tools in it do not count."""

from __future__ import annotations

import posixpath

from client.robot.files import Files
from client.robot.facts import Facts


def reached(files: Files, facts: dict[str, Facts], entry: str) -> list[str]:
    """The entry file first. A folder of the entry file is on Python's path, and so is the top folder."""
    if entry not in facts:
        return []
    roots = [posixpath.dirname(entry), ""] + (["src"] if files.has_folder("src") else [])
    if entry.endswith("__main__.py"):
        roots.append(posixpath.dirname(posixpath.dirname(entry)))
    found, waiting = [], [entry]
    while waiting:
        path = waiting.pop(0)
        if path in found or path not in facts:
            continue
        found.append(path)
        for name in sorted(facts[path].imports):
            waiting += _files(facts, name, roots)
        folder = posixpath.dirname(path)
        for name in sorted(facts[path].local):
            level = len(name) - len(name.lstrip("."))
            base = folder
            for _ in range(level - 1):
                base = posixpath.dirname(base)
            waiting += _files(facts, name.lstrip(".") or "__init__", [base])
    return found


def _files(facts: dict[str, Facts], name: str, roots: list[str]) -> list[str]:
    path = name.replace(".", "/")
    found = []
    for root in roots:
        for one in (f"{path}.py", f"{path}/__init__.py"):
            whole = posixpath.join(root, one) if root else one
            if whole in facts:
                found.append(whole)
    parent = path.rpartition("/")[0]
    if parent and not found:
        return _files(facts, parent.replace("/", "."), roots)
    return found
