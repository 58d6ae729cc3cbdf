"""uv_build: what uv does as crypto-robot-build in a unit, see isolated.py: one phase of a build for each task, see uv.py and tasks.py.

uv_build <task>. resolve writes pylock.toml, bring downloads files by their addresses, install fills the environment, warm imports modules
there so that their bytecode exists, python brings an interpreter. Exits with 3 where the interpreter makes no environment, with 4 where uv fails.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile

from robothost.build_environment import NO_ENVIRONMENT, NOT_INSTALLED, copied, settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PARALLEL = 12
# Where the interpreter has the wheels of pip and setuptools, which an environment of it has.
BUNDLED = """import ensurepip, glob, os, sys
found = {}
for folder in (os.path.join(os.path.dirname(ensurepip.__file__), "_bundled"), "/usr/share/python-wheels"):
    for name in ("pip", "setuptools")[:1 if sys.version_info >= (3, 12) else 2]:
        for path in glob.glob(os.path.join(folder, name + "-*.whl")):
            found.setdefault(name, path)
print("\\n".join(found.values()))"""
WARM = """import importlib, sys
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except BaseException:
        pass"""


def uv(task: dict[str, Any], env: dict[str, str], *arguments: str, cwd: str) -> int:
    return subprocess.run([task["uv"], *arguments, "--no-progress", "--color", "never", *task["flags"]], env=env, cwd=cwd, check=False).returncode


def resolve(task: dict[str, Any], env: dict[str, str], home: str) -> int:
    """Without no_build, build backends of packages run; nothing that this unit writes is believed then."""
    sources = [task["requirements"]] if task["requirements"] else []
    if task["resolves"]:
        project = copied(task, home)[0]
        sources.append(os.path.join(project, "pyproject.toml" if os.path.exists(os.path.join(project, "pyproject.toml")) else "setup.py"))
    options = [*(["-c", task["constraints"]] if task["constraints"] else []), *(["--no-build"] if task["no_build"] else []),
               *(["--no-deps"] if task["no_deps"] else []), *(word for extra in task["extras"] for word in ("--extra", extra))]
    prefer_bundled(task, env)
    return NOT_INSTALLED if uv(task, env, "pip", "compile", *sources, *options, "--format", "pylock.toml", "--python", task["python"],
                               "--output-file", os.path.join(task["output"], "pylock.toml"), "--quiet", cwd=task["folder"]) else 0


def bundled(python: str, env: dict[str, str]) -> list[str]:
    return subprocess.run([python, "-Ic", BUNDLED], env=env, stdout=subprocess.PIPE, universal_newlines=True, check=False).stdout.split()


def prefer_bundled(task: dict[str, Any], env: dict[str, str]) -> None:
    """pip keeps the setuptools that an environment begins with where it fits. uv prefers the versions of an earlier result."""
    found = (re.match(r"(pip|setuptools)-([0-9.]+)-", os.path.basename(path)) for path in bundled(task["python"], env))
    with open(os.path.join(task["output"], "pylock.toml"), "w", encoding="utf-8") as file:
        file.write('lock-version = "1.0"\ncreated-by = "uv"\n' + "".join(
            '\n[[packages]]\nname = "%s"\nversion = "%s"\n' % one.groups() for one in found if one))


def bring(task: dict[str, Any], env: dict[str, str], home: str) -> int:
    """By curl, with the proxy, trust and login that pip has."""
    lines = ["%s = \"%s\"" % pair for name, url in task["files"].items() for pair in (("url", url), ("output", os.path.join(task["output"], name)))]
    path = os.path.join(home, "curl")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return NOT_INSTALLED if subprocess.run(
        ["curl", "--disable", "--silent", "--show-error", "--no-progress-meter", "--fail", "--location", "--proto", "=https", "--retry", "1", "--connect-timeout", "5",
         "--parallel", "--parallel-max", str(PARALLEL), *task["curl"], "--config", path], env=env, check=False).returncode else 0


def install(task: dict[str, Any], env: dict[str, str], home: str) -> int:
    environment = task["environment"]
    if subprocess.run([task["python"], "-I", "-m", "venv", "--without-pip", environment], env=env, check=False).returncode:
        return NO_ENVIRONMENT
    inside = os.path.join(environment, "bin", "python")
    first = bundled(inside, env)
    # On the file system of the environment: uv links the files instead of copying them, and no link is left.
    with tempfile.TemporaryDirectory(prefix=".uv-", dir=environment) as cache:
        env = {**env, "UV_CACHE_DIR": cache}
        calls = [["--no-deps", "--no-index", *first]] if first else []
        if task["requirements"]:
            calls.append(["--no-deps", *(["--no-index"] if task["offline"] else []), *(["--find-links", task["wheels"]] if task["wheels"] else []),
                          "--reinstall", "-r", task["requirements"]])
        projects = copied(task, home) if task["projects"] else []
        calls += [["--no-deps", project] for project in projects]
        for arguments in calls:
            if uv(task, env, "pip", "install", "--python", inside, *arguments, cwd=task["folder"]):
                return NOT_INSTALLED
    return 0


def warm(task: dict[str, Any], env: dict[str, str], home: str) -> int:
    """A module that fails here is no failure: another check is for that."""
    inside = os.path.join(task["environment"], "bin", "python")
    try:
        subprocess.run([inside, "-Ic", WARM, *task["modules"]], env=env, cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=task["seconds"], check=False)
    except subprocess.TimeoutExpired:
        pass
    return 0


def python(task: dict[str, Any], env: dict[str, str], home: str) -> int:
    """uv checks the hash that it has of the interpreter."""
    own = ["--python-downloads-json-url", "file://" + task["list"]] if task["list"] else []
    env = {**env, "UV_PYTHON_DOWNLOADS": "manual"}
    return NOT_INSTALLED if uv(task, env, "python", "install", task["version"], "--install-dir", task["output"], "--no-bin", *own, cwd=home) else 0


PHASES = {"resolve": resolve, "bring": bring, "install": install, "warm": warm, "python": python}


def main(path: str) -> None:
    with open(path, encoding="utf-8") as file:
        task = json.load(file)
    with tempfile.TemporaryDirectory(prefix="home-") as home:
        env = {**settings(home), "UV_CACHE_DIR": os.path.join(home, "cache"), "UV_NO_CONFIG": "1", "UV_PYTHON_DOWNLOADS": "never",
               "UV_INDEX_STRATEGY": "unsafe-best-match", **task["variables"]}
        sys.exit(PHASES[task["phase"]](task, env, home))
