"""What a robot writes below its working folder, and which of it outlives a release as a persistent path.

A release is read-only. Whether a persistent path is a file or a folder is the host's rule (robothost/persistent_paths.py): what the commit
has there decides, otherwise whether the name has an extension.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field

from client.robot.expressions import UNKNOWN
from client.robot.dependencies import host_module
from client.robot.files import Files
from client.robot.facts import Facts

_PATH = re.compile(r"\.?[A-Za-z0-9_][A-Za-z0-9._-]*(/\.?[A-Za-z0-9_][A-Za-z0-9._-]*)*")
_DEFAULTS = ("data", "logs")
_MOST = 20


@dataclass
class Written:
    paths: dict[str, str] = field(default_factory=dict)  # persistent path: reason
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def of(files: Files, facts: dict[str, Facts], reached: list[str], volumes: dict[str, str], python: bool = True) -> Written:
    found = Written()
    outside: dict[str, str] = {}
    lone: dict[str, str] = {}
    for source in reached:
        for path, line in facts[source].writes.items():
            _place(found, files, path, f"{source}:{line} writes {path.rstrip('/')}", outside, lone)
    for path, source in volumes.items():
        # A mounted file, and a folder with files of the commit, are settings; what the code writes is found above.
        if path not in files and "." not in posixpath.basename(path) and not _content(files, path):
            _place(found, files, path + "/", f"{source} mounts {path}", outside, {})
    for path in list(found.paths):
        if any(path.startswith(other + "/") for other in found.paths):
            del found.paths[path]
    new = {path: reason for path, reason in lone.items() if not any(path == kept or path.startswith(kept + "/") for kept in found.paths)}
    is_file_name = host_module("persistent_paths").is_file_name
    for path, reason in new.items():
        if is_file_name(path):
            found.paths.setdefault(path, f"{reason}, a file beside the code")
    nameless = {path: reason for path, reason in new.items() if not is_file_name(path)}
    if nameless:
        found.problems.append(
            f"{'; '.join(list(nameless.values())[:6])}: a file without an extension beside the code. A release is read-only, so the first write "
            f"fails. Commit an empty file {next(iter(nameless))}, and add it to persistent_paths"
        )
    for path in [one for one in found.paths if one not in files and not files.has_folder(one) and one not in new and is_file_name(one)]:
        found.problems.append(
            f"{path} is a folder with a name like a file's ({found.paths[path]}): commit a file {path}/.gitkeep, so that the deployer keeps a folder"
        )
    if outside:
        found.problems.append(
            f"{'; '.join(list(outside.values())[:4])}: a service can write only to persistent paths, /tmp and its home, which is empty at "
            "each start. Change the path to one below data/"
        )
    for name in _DEFAULTS:
        if (
            python
            and name not in found.paths
            and len(found.paths) < _MOST
            and files.modes.get(name) is None
            and not any(one.startswith(name + "/") for one in found.paths)
        ):
            found.paths[name] = "the default"
    while len(found.paths) > _MOST:
        path, reason = found.paths.popitem()
        found.problems.append(f"persistent_paths has at most {_MOST} paths; {path} is not among them ({reason}). Keep such files in one folder")
    for path in found.paths:
        kept = _content(files, path)
        if kept:
            found.notes.append(
                f"the commit has {len(kept)} {'file' if len(kept) == 1 else 'files'} below {path}, such as {kept[0]}: the first deploy copies "
                "them, and a later commit's changes to them are not deployed"
            )
    return found


def _place(found: Written, files: Files, path: str, reason: str, outside: dict[str, str], lone: dict[str, str]) -> None:
    if path.startswith("/app/"):
        path = path[5:]
    if path.startswith(("/", "~")):
        if not re.match(r"/(tmp|dev|var/tmp)(/|$)|~", path):
            outside.setdefault(path, reason)
        return
    is_folder = path.endswith("/")
    path = path.rstrip("/")
    fixed = path.split(UNKNOWN, 1)[0]
    if path.startswith("..") or path == ".":
        if UNKNOWN not in path:
            outside.setdefault(path, reason)
        return
    folder = path if is_folder and UNKNOWN not in path else posixpath.dirname(fixed)
    if not folder:
        if UNKNOWN in path:
            return  # the name means nothing
        if path in files:
            found.paths.setdefault(path, f"{reason}, which the commit has as a file")
        elif "." in path or path not in files and not files.has_folder(path):
            lone.setdefault(path, reason)
        return
    kept = _kept_folder(files, folder)
    if kept:
        found.paths.setdefault(kept, reason)
    elif path in files:
        found.paths.setdefault(path, f"{reason}, which the commit has as a file")
    elif UNKNOWN not in path:
        lone.setdefault(path, reason)


def _content(files: Files, folder: str) -> list[str]:
    """The files of a folder beside those that only keep it in git."""
    return [one for one in files.below(folder) if not re.search(r"/(\.git(ignore|keep)|\.(keep|placeholder)|README[^/]*)$", one, re.IGNORECASE)]


def _kept_folder(files: Files, folder: str) -> str:
    """The highest folder of the path that the commit has no content for; else the deepest one without code; empty if each has code."""
    parts = folder.split("/")
    candidates = ["/".join(parts[:number]) for number in range(1, len(parts) + 1)]
    empty = next((one for one in candidates if not _content(files, one)), "")
    codeless = next((one for one in reversed(candidates) if not any(path.endswith((".py", ".pyx", ".so")) for path in files.below(one))), "")
    return next((one for one in (empty, codeless) if one and _PATH.fullmatch(one)), "")
