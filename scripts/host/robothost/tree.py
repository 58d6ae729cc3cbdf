"""tree: refuses a commit whose files cannot become a release.

tree <commit>, with `git ls-tree -r -z` of it on stdin. Exits 1 with one line for a person.
"""

from __future__ import annotations

import os
import re
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable

# What the deployer itself writes into a release, see fetch, build and inject-keys.
OWN = re.compile(r"(venv|release\.json|\.env\.new|\.deployer[^/]*)(/|\Z)")


def problem(entries: Iterable[str]) -> str | None:
    """What stands against the tree, or nothing. An entry is `<mode> <type> <object>\\t<path>`."""
    for entry in entries:
        head, _, path = entry.partition("\t")
        mode = head.split(" ")[0]
        own = OWN.match(path)
        if mode == "160000":
            return "uses git submodules (%r), which are not supported; vendor them or name them in requirements.txt" % path
        if own:
            return "holds '%s', a name the deployer keeps for itself in every release; rename it or take it out" % own.group(1)
        if path == ".env" and mode == "120000":
            return "holds '.env' as a symbolic link; it must be a plain file"
        if path.startswith(".env/"):
            return "holds '.env' as a folder; it must be a plain file"
    return None


def main(commit: str) -> None:
    found = problem(filter(None, os.fsdecode(sys.stdin.buffer.read()).split("\0")))
    if found:
        sys.exit("commit %s %s" % (commit, found))
