"""requirement_files: requirements files with the files that they name by -r and -c, as one list.

The builder reads this list in their place. Each of its lines knows the file and the line that it comes from, for the message of a failure.
A path behind -r or -c is relative to the file that names it, as pip has it; another path to the folder of the code, where the builder
runs.
"""

from __future__ import annotations

import os
import re

from robothost import requirements
from robothost.requirements import Invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Tuple

MOST_FILES = 50
CONSTRAINT = ("-c", "--constraint")


class Listed:
    """text is the list, places the file and line of each of its lines; the same for constraints. read has each file once, in the order of
    reading; number counts the requirements."""

    def __init__(self) -> None:
        self.text, self.constraints = "", ""
        self.places: List[Tuple[str, int]] = []
        self.read: List[str] = []
        self.texts: Dict[str, str] = {}
        self.number = 0
        self.warnings: List[str] = []

    def __bool__(self) -> bool:
        return bool(self.text)

    def place(self, number: int) -> Tuple[str, int]:
        """Of a line of text, counted from 1."""
        return self.places[number - 1] if 0 < number <= len(self.places) else ("", 0)

    def add(self, line: str, file: str, number: int) -> None:
        self.text += line + "\n"
        self.places.append((file, number))


def listed(release: str, folder: str, files: List[str]) -> Listed:
    """Of these files of a release, by their paths there; folder is that of the code."""
    found = Listed()
    for file in files:
        follow(found, release, folder, file, False, [])
    return found


def follow(found: Listed, release: str, folder: str, file: str, is_constraint: bool, way: List[str]) -> None:
    if file in way:
        raise Invalid("%s names itself: %s" % (file, " → ".join([*way, file])))
    if len(found.read) >= MOST_FILES and file not in found.read:
        raise Invalid("more than %d requirements files" % MOST_FILES)
    if file not in found.texts:
        found.texts[file] = requirements.content(release, file)
        found.read.append(file)
    text = found.texts[file]
    number = requirements.count(text, file)
    requirements.check_local_files(os.path.join(release, folder), text, file)
    found.number += 0 if is_constraint else number
    found.warnings += [one for one in requirements.warnings(text, file) if one not in found.warnings]
    others = {number: line for number, line in requirements.logical_lines(text, file) if requirements.other_file(line)}
    physical = text.splitlines()
    for number, line in enumerate(physical, 1):
        if number not in others:
            if is_constraint:
                found.constraints += line + "\n"
            else:
                found.add(line, file, number)
            continue
        named = re.sub(r"\s*\\$", "", requirements.other_file(others[number])).strip()
        other = os.path.normpath(os.path.join(os.path.dirname(file), named))
        try:
            if other.startswith(".."):
                raise Invalid("'%s' is outside the repository" % named)
            if not os.path.lexists(os.path.join(release, other)):
                raise Invalid("'%s' is not a file of the repository" % named)
        except Invalid as problem:
            raise Invalid("%s, line %d: %s" % (file, number, problem)) from None
        follow(found, release, folder, other, is_constraint or others[number].split()[0].split("=")[0] in CONSTRAINT, [*way, file])
