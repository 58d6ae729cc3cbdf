"""The Python program that a command line starts, as written in a Procfile, a Docker file, a unit or a README.

A command is usable if the schema of a request allows it, and the file or module that it starts is in the commit.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import dataclass

from client.robot.files import Files
from client.robot.project import Project

WORD = re.compile(r"[A-Za-z0-9._/:=,@+-]+")
_SERVERS = {"gunicorn", "uvicorn", "streamlit", "flask", "hypercorn", "waitress-serve", "daphne", "panel", "fastapi"}
_RUNNERS = ("poetry run", "uv run", "pipenv run", "pdm run", "hatch run", "nohup", "sudo", "exec", "tini --", "dumb-init", "xvfb-run")


@dataclass(frozen=True)
class Program:
    command: str
    source: str
    file: str = ""  # the Python file that it starts
    server: str = ""  # gunicorn and the like
    application: str = ""  # what the server serves, as module:name
    kind: str = ""  # web or robot, where the source names it
    working_folder: str = ""  # other than the top folder


def read(files: Files, project: Project, text: str, source: str, kind: str = "") -> "Program | str":
    """The program of a command line; a sentence for one that cannot be used; empty for one that starts no Python program."""
    line = re.split(r"&&|\|\||;|\|", text)[-1].strip()
    line = re.sub(r"^(?:/bin/)?(?:ba)?sh\s+-l?c\s+", "", line)
    line = re.sub(r"^([\"'])(.*)\1$", r"\2", line)
    line = re.split(r"&&|;", line)[-1].split(" >")[0].rstrip("& ").strip()
    line = re.sub(r"\$\{?PORT\}?", "5000", line)
    for runner in _RUNNERS:
        line = line[len(runner) :].strip() if line.startswith(runner + " ") else line
    try:
        words = shlex.split(line)
    except ValueError:
        return ""
    while words and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*=\S*", words[0]):
        words.pop(0)
    if not words:
        return ""
    words[0] = posixpath.basename(words[0])
    if re.fullmatch(r"python[0-9.]*", words[0]):
        words[0] = "python"
        while len(words) > 1 and words[1] in ("-u", "-B", "-O", "-I", "-s", "-E"):
            words.pop(1)
    words = [word for word in words if word]
    if not words:
        return ""
    words = [words[0], *(re.sub(r"^(?:\./|/(?:usr/src/)?(?:app|code|opt/app|src)/)(?=[A-Za-z0-9])", "", word) for word in words[1:])]
    if words[0] == "python":
        return _python(files, words, source, kind)
    if words[0] in _SERVERS:
        return _server(files, words, source, kind)
    package = project.scripts.get(words[0], "").partition(":")[0].partition(".")[0]
    if package and f"{package}/__main__.py" in files:
        # The project itself is not installed, and its package is in the working folder.
        return _python(files, ["python", "-m", package, *words[1:]], f"{source}, script {words[0]}", kind)
    return ""


def joined(words: list[str]) -> str:
    """As a shell reads it."""
    return " ".join(word if WORD.fullmatch(word) else shlex.quote(word) for word in words)


def _usable(words: list[str], source: str) -> str:
    """Why a service cannot have this command; empty if it can."""
    bad = next((word for word in words if ".." in word or "$" in word or "`" in word or not word.isprintable()), "")
    command = f"{source}: the command '{' '.join(words)[:120]}'"
    placeholder = next((word for word in words if re.search(r"^[<\[].*[>\]]$|<[A-Za-z_ ]+>|^\$|^\.\.\.$|\{\{", word)), "")
    if placeholder:
        return f"{command} has a placeholder, {placeholder[:40]}"
    if bad:
        return (
            f"{command} has {bad[:40]!r}, which no shell expands for a service. Put the command into "
            "a Python file of the repository, and start that file"
        )
    return ""


def _python(files: Files, words: list[str], source: str, kind: str) -> "Program | str":
    if (
        len(words) < 2
        or words[1] in ("-c", "-V", "--version")
        or words[1:3] in (["-m", "venv"], ["-m", "pip"], ["-m", "pytest"], ["-m", "unittest"], ["-m", "build"])
    ):
        return ""
    problem = _usable(words, source)
    if words[1] == "-m" and len(words) > 2:
        module = words[2]
        if module in _SERVERS:
            return _server(files, words[2:], source, kind)
        path = module.replace(".", "/")
        file = next((one for one in (f"{path}/__main__.py", f"{path}.py", f"src/{path}/__main__.py", f"src/{path}.py") if one in files), "")
        if not file:
            return ""
        if file.startswith("src/") and not path.startswith("src"):
            return problem or (
                f"{source}: {words[1]} {module} is below src/, which is not on the path of a service. Commit a file in the top folder that "
                f"adds it: import runpy, sys; sys.path.insert(0, 'src'); runpy.run_module('{module}', run_name='__main__')"
            )
        return problem or Program(joined(words), source, file, kind=kind)
    file = words[1]
    if not file.endswith(".py"):
        return ""
    if file not in files:
        return (
            f"{source}: the command starts {file}, which the commit does not have"
            if source.startswith(("Procfile", "Dockerfile", "docker-compose", "railway"))
            else ""
        )
    return problem or Program(joined(words), source, file, kind=kind)


def _server(files: Files, words: list[str], source: str, kind: str) -> "Program | str":
    problem = _usable(words, source)
    if words[0] == "streamlit":
        file = next((word for word in words if word.endswith(".py")), "")
        if file not in files:
            return ""
        return problem or Program(joined(words), source, file, "streamlit", kind="web")
    if words[0] == "flask":
        return problem or Program(joined(words), source, "", "flask", kind="web")
    application = next((word for word in words[1:] if re.fullmatch(r"[A-Za-z_][\w.]*(:[A-Za-z_][\w.]*)?", word) and module_file(files, word)), "")
    if not application:
        return ""
    return problem or Program(joined(words), source, module_file(files, application), words[0], application, "web")


def module_file(files: Files, application: str) -> str:
    path = application.partition(":")[0].replace(".", "/")
    return next((one for one in (f"{path}.py", f"{path}/__init__.py") if one in files), "")
