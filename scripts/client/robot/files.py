"""The files of a robot's repository, in memory: those of a commit, or those of a folder that is no repository.

Nothing is checked out, so no filter, hook or LFS program runs, and no link is followed: a link and a submodule have a path here and no
content. A file that is larger than LARGEST has no content either; `skipped` counts such files. Tests and examples of the repository are
listed and not read.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Iterator, Optional

from client.exits import REFUSED, Stop
from client.git import Git

LARGEST = 1 << 20
MOST_FILES = 50_000
MOST_BYTES = 48 << 20
_WANTED = re.compile(
    r"(.*/)?([^/]+\.(py|toml|lock|cfg|ini|json|ya?ml|service|example|sample|template|md|rst|sh)|Procfile|[^/]*Dockerfile[^/]*|README[^/]*|Pipfile"
    r"|[^/]+\.(txt|in|TXT)|\.python-version|runtime\.txt|setup\.py|\.env[^/]*)"
)
_UNREAD = re.compile(r"(.*/)?(tests?|testing|pytests|docs?|examples?|notebooks|node_modules|site-packages|\.?venv|\.git|\.github|locale)/.*", re.IGNORECASE)


class Files:
    """`modes` has each path and its mode as git shows it, such as 100644, 120000 for a link, 160000 for a submodule."""

    def __init__(self, modes: dict[str, str], content: dict[str, bytes], skipped: int = 0) -> None:
        self.modes = modes
        self.skipped = skipped
        self._content = content

    def __contains__(self, path: str) -> bool:
        return path in self.modes

    def __iter__(self) -> Iterator[str]:
        return iter(self.modes)

    def has_folder(self, path: str) -> bool:
        return any(one.startswith(path + "/") for one in self.modes)

    def below(self, folder: str) -> list[str]:
        return [path for path in self.modes if path.startswith(folder + "/")]

    def bytes(self, path: str) -> Optional[bytes]:
        return self._content.get(path)

    def text(self, path: str) -> str:
        """Empty where the file is missing or was not read."""
        return re.sub(r"\r\n?", "\n", self._content.get(path, b"").decode("utf-8-sig", "replace"))

    def read(self, pattern: str) -> Iterator[tuple[str, str]]:
        """(path, text) of the files that were read and whose whole path matches, the top folder first."""
        whole = re.compile(pattern)
        for path in sorted(self._content, key=lambda one: (one.count("/"), one)):
            if whole.fullmatch(path):
                yield path, self.text(path)


def of_commit(git: Git, commit: str, only: str = "") -> Files:
    """`only` is a pattern of the paths whose content is read, if not all that concern a robot."""
    listed = git.read_bytes("ls-tree", "-r", "-z", "--full-tree", commit)
    if listed is None:
        raise Stop(REFUSED, f"{git.folder}: the files of commit {commit[:7]} cannot be listed: the repository lacks them, or they are too many")
    modes: dict[str, str] = {}
    objects: dict[str, str] = {}
    for entry in listed.split(b"\0")[:MOST_FILES]:
        head, _, name = entry.partition(b"\t")
        if not name:
            continue
        mode, _, number = head.decode("ascii").split(" ")
        path = name.decode("utf-8", "replace")
        modes[path] = mode
        if mode in ("100644", "100755") and (re.fullmatch(only, path) if only else wanted(path)):
            objects[path] = number
    known, skipped = _sizes(git, objects), 0
    chosen, total = [], 0
    for path in sorted(objects, key=lambda one: (one.count("/"), one)):
        size = known.get(objects[path])
        if size is None or size > LARGEST or total + size > MOST_BYTES:
            skipped += 1
            continue
        total += size
        chosen.append(path)
    return Files(modes, _contents(git, {path: objects[path] for path in chosen}), skipped)


def _sizes(git: Git, objects: dict[str, str]) -> dict[str, int]:
    output = git.read_bytes("cat-file", "--batch-check", stdin="".join(f"{one}\n" for one in objects.values()).encode()) or b""
    lines = (line.split() for line in output.decode("ascii", "replace").splitlines())
    return {line[0]: int(line[2]) for line in lines if len(line) == 3 and line[1] == "blob"}


def _contents(git: Git, objects: dict[str, str]) -> dict[str, bytes]:
    output = git.read_bytes("cat-file", "--batch", stdin="".join(f"{one}\n" for one in objects.values()).encode(), most=2 * MOST_BYTES) or b""
    found, at = {}, 0
    for path in objects:
        end = output.find(b"\n", at)
        head = output[at:end].split() if end >= 0 else []
        if len(head) != 3:
            break
        size = int(head[2])
        found[path] = output[end + 1 : end + 1 + size]
        at = end + 2 + size
    return found


def of_folder(folder: Path) -> Files:
    """A folder that is no repository, as a look before it becomes one."""
    modes: dict[str, str] = {}
    content: dict[str, bytes] = {}
    total, skipped = 0, 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if one != ".git")
        for name in sorted(names):
            path = os.path.relpath(os.path.join(place, name), folder)
            if len(modes) >= MOST_FILES:
                return Files(modes, content, skipped)
            status = os.lstat(os.path.join(place, name))
            modes[path] = "120000" if stat.S_ISLNK(status.st_mode) else "100644"
            if not stat.S_ISREG(status.st_mode) or not wanted(path):
                continue
            if status.st_size > LARGEST or total + status.st_size > MOST_BYTES:
                skipped += 1
                continue
            descriptor = os.open(os.path.join(place, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as file:
                content[path] = file.read(LARGEST)
            total += len(content[path])
    return Files(modes, content, skipped)


def wanted(path: str) -> bool:
    return len(path) <= 200 and bool(_WANTED.fullmatch(path)) and not _UNREAD.fullmatch(path)
