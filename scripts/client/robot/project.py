"""The project's own metadata: pyproject.toml, setup.cfg and setup.py, which is read and not run."""

from __future__ import annotations

import ast
import configparser
import re
from dataclasses import dataclass, field
from typing import Any

from client.robot import toml
from client.robot.files import Files
from client.robot.expressions import name_of


@dataclass
class Project:
    file: str = ""  # where it was found
    name: str = ""
    requires_python: str = ""
    requires_python_file: str = ""
    scripts: dict[str, str] = field(default_factory=dict)  # console script: module:function
    dependencies: list[str] = field(default_factory=list)
    packaged: bool = False  # it can be installed
    source_folder: str = ""  # src, if its packages are there


def of(files: Files) -> Project:
    project = Project()
    _pyproject(project, toml.parsed(files.text("pyproject.toml")))
    _setup_cfg(project, files.text("setup.cfg"))
    _setup_py(project, files.text("setup.py"))
    name = re.sub(r"[-.]+", "_", project.name)
    if name and f"src/{name}/__init__.py" in files or any(target.split(".")[0].split(":")[0] in _packages(files, "src") for target in project.scripts.values()):
        project.source_folder = "src"
    return project


def _packages(files: Files, folder: str) -> set[str]:
    return {path.split("/")[1] for path in files.below(folder) if path.count("/") == 2 and path.endswith("/__init__.py")}


def _table(document: Any, *names: str) -> dict[str, Any]:
    for name in names:
        document = document.get(name) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}


def _texts(found: Any) -> list[str]:
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _pyproject(project: Project, document: dict[str, Any]) -> None:
    standard, poetry = _table(document, "project"), _table(document, "tool", "poetry")
    if standard or poetry:
        project.file, project.packaged = "pyproject.toml", "build-system" in document or bool(standard.get("name"))
    project.name = str(standard.get("name") or poetry.get("name") or "")
    requires = standard.get("requires-python") or _table(poetry, "dependencies").get("python")
    if isinstance(requires, str):
        project.requires_python, project.requires_python_file = requires, "pyproject.toml"
    for table in (_table(standard, "scripts"), _table(poetry, "scripts")):
        project.scripts.update({name: target for name, target in table.items() if isinstance(target, str)})
    project.dependencies = _texts(standard.get("dependencies")) or [name for name in _table(poetry, "dependencies") if name != "python"]


def _setup_cfg(project: Project, text: str) -> None:
    reader = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        reader.read_string(text)
    except configparser.Error:
        return
    if not reader.has_option("metadata", "name"):
        return
    project.file, project.packaged = project.file or "setup.cfg", True
    project.name = project.name or reader.get("metadata", "name") or ""
    if not project.requires_python and reader.has_option("options", "python_requires"):
        project.requires_python, project.requires_python_file = reader.get("options", "python_requires") or "", "setup.cfg"
    if reader.has_option("options.entry_points", "console_scripts"):
        project.scripts.update(_entry_points(reader.get("options.entry_points", "console_scripts") or ""))
    if not project.dependencies and reader.has_option("options", "install_requires"):
        project.dependencies = [line.strip() for line in (reader.get("options", "install_requires") or "").splitlines() if line.strip()]


def _entry_points(text: str) -> dict[str, str]:
    return dict(re.findall(r"(?m)^\s*([A-Za-z0-9._-]+)\s*=\s*([A-Za-z0-9_.]+:[A-Za-z0-9_.]+)", text))


def _setup_py(project: Project, text: str) -> None:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node.func) in ("setup", "setuptools.setup"):
            options = {one.arg: one.value for one in node.keywords if one.arg}
            project.file, project.packaged = project.file or "setup.py", True
            project.name = project.name or _literal(options.get("name"), "")
            requires = _literal(options.get("python_requires"), "")
            if requires and not project.requires_python:
                project.requires_python, project.requires_python_file = requires, "setup.py"
            points = _literal(options.get("entry_points"), "")
            if isinstance(points, dict):
                points = "\n".join(one for lines in points.values() for one in ([lines] if isinstance(lines, str) else _texts(lines)))
            project.scripts.update(_entry_points(str(points)))
            project.dependencies = project.dependencies or _texts(_literal(options.get("install_requires"), []))


def _literal(node: Any, default: Any) -> Any:
    try:
        found = ast.literal_eval(node) if node is not None else default
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return default
    return found if isinstance(found, (type(default), dict)) else default
