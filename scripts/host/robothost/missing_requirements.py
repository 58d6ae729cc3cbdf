"""missing_requirements: what a release has where it has nothing that an environment can be built from, and what leads out of that."""

from __future__ import annotations

import os
import re

from robothost.installation import ORDER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List

MOST_SHOWN = 8
NOT_LOOKED_AT = {".git", "venv", ".venv", "node_modules", "tests", "test", "docs", "doc", "examples"}
CONDA = ("Conda is not supported. In the conda environment, run pip list --format=freeze >requirements.txt, remove what is not on the package index, "
         "and commit the file")
# What other tools read, and the command that makes what the deployer reads.
WITHOUT_LOCK = (
    ("Pipfile", "It is not a lock. Make one and commit it: pipenv lock"),
    ("environment.yml", CONDA), ("environment.yaml", CONDA), ("conda.yml", CONDA), ("conda.yaml", CONDA),
    ("pdm.lock", "Make a requirements file of it and commit it: pdm export --prod --output requirements.txt"),
    ("setup.cfg", "Without pyproject.toml or setup.py no tool can build it; commit a pyproject.toml with its [build-system]"),
)


def files(release: str, folder: str) -> Iterator[str]:
    """Paths of what could be meant, two levels deep, in the release."""
    tops = sorted(os.listdir(os.path.join(release, folder)))
    for name in tops:
        if is_like_requirements(name):
            yield os.path.join(folder, name)
    for name in tops:
        place = os.path.join(release, folder, name)
        if name not in NOT_LOOKED_AT and os.path.isdir(place) and not os.path.islink(place):
            yield from (os.path.join(folder, name, below) for below in sorted(os.listdir(place))
                        if is_like_requirements(below) or name == "requirements" and below.endswith(".txt"))


def is_like_requirements(name: str) -> bool:
    return name in ORDER or bool(re.fullmatch(r"requirements.*\.(txt|in)|[Rr]equire\w*\.txt", name, re.IGNORECASE))


def alternatives(release: str, folder: str) -> str:
    found = list(files(release, folder))
    return "; the repository has " + ", ".join(found[:MOST_SHOWN]) if found else ""


def sentence(release: str, folder: str) -> str:
    where = "in the folder " + folder if folder else "in the top folder"
    others = [name for name, _ in WITHOUT_LOCK if os.path.lexists(os.path.join(release, folder, name))]
    found = list(files(release, folder))
    there: List[str] = others + [one for one in found if one not in others]
    begin = "requirements.txt is missing %s" % where
    if not there:
        return "%s, and so is each of %s. Commit requirements.txt with a package on each line; it may be empty" % (begin, ", ".join(ORDER[1:]))
    return "%s; the repository has %s. %s" % (begin, ", ".join(there[:MOST_SHOWN]), way_out(folder, others, found))


def way_out(folder: str, others: List[str], found: List[str]) -> str:
    if found:
        first = found[0]
        below = os.path.dirname(os.path.relpath(first, folder or "."))
        if os.path.basename(first) in ORDER and below:
            return 'If the robot runs in that folder, add this line to the environment file: "directory": "%s"; if not: "requirements": "%s"' % (
                os.path.dirname(first), os.path.relpath(first, folder or "."))
        if first.endswith(".in"):
            return "Make a list with versions and commit it: uv pip compile %s --output-file requirements.txt" % first
        return 'Add this line to the environment file: "requirements": "%s"' % os.path.relpath(first, folder or ".")
    return dict(WITHOUT_LOCK)[others[0]]
