"""managed_python: interpreters of python-build-standalone, which uv brings where the environment allows it ("python_source": "managed").

The pinned uv has the address and the SHA-256 of each; so has a file of root's in uv's format, /etc/crypto-robot-pythons.json, which replaces
that list on instances that reach only a mirror. uv runs as the build user and fills one folder, which then is root's and read-only.
"""

from __future__ import annotations

import glob
import os
import re
import sys

from robothost import changes, files, index_login, isolated, result, uv_program
from robothost.failures import Failure
from robothost.index_of_uv import IndexOfUv
from robothost.interpreter import Interpreter
from robothost.isolated import Unit
from robothost.layout import BUILD_USER, Layout
from robothost.program import FOLDER
from robothost.tasks import Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Tuple

    from robothost.step import Host


def folder(layout: Layout, minor: str) -> str:
    return layout.machine("usr/local/lib/crypto-robot-pythons/" + minor)


def own_list(layout: Layout) -> str:
    return layout.machine("etc/crypto-robot-pythons.json")


def find(layout: Layout, wanted: str) -> Optional[Interpreter]:
    """Of a version like 3.12; None where there is none. Its version is in the name of its folder: it is not run for it."""
    minor = ".".join(wanted.split(".")[:2])
    found: List[Tuple[int, Interpreter]] = []
    for path in glob.glob(os.path.join(glob.escape(folder(layout, minor)), "cpython-*", "bin", "python" + minor)):
        match = re.fullmatch(r"cpython-(%s\.(\d{1,2}))-[a-z0-9_-]+" % re.escape(minor), os.path.basename(os.path.dirname(os.path.dirname(path))))
        if match and not os.path.islink(os.path.dirname(os.path.dirname(path))) and os.path.isfile(path):
            found.append((int(match.group(2)), Interpreter(os.path.realpath(path), match.group(1))))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def install(host: Host, minor: str) -> Interpreter:
    """PythonMissing where it cannot be had."""
    index = IndexOfUv(host.layout)
    program = uv_program.program(host, index)
    if not program:
        raise Failure("PythonMissing", "Python %s cannot be brought: uv, which brings it, cannot be had" % minor)
    final = folder(host.layout, minor)
    fresh = os.path.join(os.path.dirname(final), ".new-" + minor)
    files.make_folders(final, 0o755)
    changes.remove_tree(fresh)
    changes.make_folder(fresh, 0o755)
    changes.set_owner(fresh, *host.layout.account(BUILD_USER))
    host.log.write("bringing Python %s by uv" % minor)
    printed = bring(host, index, program, minor, fresh, final)
    try:
        result.accept(fresh, BUILD_USER, "root", isolated.prefix(host), host.layout.proc)
    except result.Refused as refusal:
        raise Failure("PythonMissing", "Python %s: %s" % (minor, refusal)) from None
    changes.remove_tree(final)
    changes.rename(fresh, final)
    found = find(host.layout, minor)
    if found is None:
        raise Failure("PythonMissing", "uv brought no Python %s: %s" % (minor, (printed.strip().splitlines() or ["it printed nothing"])[-1]))
    return found


def bring(host: Host, index: IndexOfUv, program: str, minor: str, fresh: str, final: str) -> str:
    """What uv printed. In the unit the folder lies where it is going to be: uv writes its path into files."""
    task = Task(host, "python")
    text = files.content(own_list(host.layout))
    path = task.finish({"phase": "python", "uv": program, "variables": index.variables, "flags": [], "version": minor, "output": final,
                        "list": task.write("pythons.json", text)})
    with index_login.IndexSettings(host) as login:
        done = Unit(host, BUILD_USER, "uv-python", ["BindPaths=%s:%s" % (fresh, final), *login.settings, *task.settings]).run(
            sys.executable, "-IS", FOLDER, "--module", "uv_build", path, is_merged=True)
    printed = host.redacted(done.output)
    host.log.append(printed)
    if done.code:
        lines = re.findall(r"(?m)^ *(?:error|cause): (.+)$", printed) or printed.strip().splitlines() or ["it printed nothing"]
        raise Failure("PythonMissing", "Python %s cannot be brought: %s" % (minor, ": ".join(dict.fromkeys([lines[0], lines[-1]]))[:400]))
    return printed
