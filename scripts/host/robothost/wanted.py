"""wanted: what the environment of a release is to contain, for one interpreter: a list of requirements, and projects of the repository.

Nothing of the repository is run for it. What only a build backend knows, such as the dependencies of a setup.py, is left to the builder.
"""

from __future__ import annotations

import os
import re

from robothost import locks, requirement_files, requirements, versions
from robothost.installation import Chosen, Installation
from robothost.requirements import Invalid, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Tuple

# A project of the repository other than that of the code's folder.
OTHER_PROJECT = re.compile(r'^source = \{ (?:editable|directory) = "(?!\.")|^type = "directory"', re.MULTILINE)


class Wanted:
    """listed is the list that the builder reads. projects are folders of the release; resolves is true where the builder finds out what the
    first of them depends on. has_hashes: each requirement has a version and a hash."""

    def __init__(self, listed: requirement_files.Listed) -> None:
        self.listed = listed
        self.projects: List[str] = []
        self.resolves = False
        self.extras: List[str] = []
        self.has_hashes = False


def text_of(release: str, file: str) -> str:
    """Empty where there is none."""
    return requirements.content(release, file) if os.path.lexists(os.path.join(release, file)) else ""


def project_of(release: str, folder: str, is_needed: bool) -> Dict[str, Any]:
    """pyproject.toml of this folder; beside a requirements file it may be of another tool, and broken."""
    file = os.path.join(folder, "pyproject.toml")
    try:
        return locks.document(release, file, text_of(release, file))
    except Invalid:
        if is_needed:
            raise
        return {}


def is_project(release: str, folder: str, document: Dict[str, Any]) -> bool:
    """Whether pip can install this folder."""
    return bool(locks.table(document, "project") or locks.table(document, "tool", "poetry").get("name") or "build-system" in document
                or os.path.isfile(os.path.join(release, folder, "setup.py")))


def installs_project(release: str, installation: Installation, chosen: Chosen) -> bool:
    """Without reading the whole of a lock: this is part of what identifies an environment."""
    if installation.install_project is not None:
        return installation.install_project
    if chosen.kind == "project":
        return True
    if chosen.kind == "uv.lock":
        return bool(re.search(r'^source = \{ (?:editable|directory) = "\." \}', text_of(release, chosen.files[0]), re.MULTILINE))
    if chosen.kind == "poetry.lock":
        document = project_of(release, os.path.dirname(chosen.files[0]), True)
        poetry = locks.table(document, "tool", "poetry")
        return poetry.get("package-mode") is not False and bool(poetry.get("name") or locks.table(document, "project").get("name"))
    return False


def needs_tree(release: str, installation: Installation, chosen: Chosen) -> bool:
    """Whether a file of the release, whichever, may be part of the environment."""
    return installs_project(release, installation, chosen) or chosen.kind in ("uv.lock", "poetry.lock") and bool(
        OTHER_PROJECT.search(text_of(release, chosen.files[0])))


def python_of(release: str, folder: str, chosen: Chosen) -> Tuple[str, str]:
    """(specifiers, file) of the Python that the project requires."""
    document = project_of(release, folder, chosen.kind != "requirements.txt")
    found = locks.table(document, "project").get("requires-python")
    if isinstance(found, str):
        return found, os.path.join(folder, "pyproject.toml")
    found = locks.table(document, "tool", "poetry", "dependencies").get("python")
    if isinstance(found, str):
        return found, os.path.join(folder, "pyproject.toml")
    if chosen.kind == "Pipfile.lock":
        match = re.search(r'"python_(?:full_)?version": *"([0-9.]+)"', text_of(release, chosen.files[0]))
        return ("==%s.*" % ".".join(match.group(1).split(".")[:2]), chosen.files[0]) if match else ("", "")
    for name in ("setup.cfg", "setup.py"):
        match = re.search(r"\bpython_requires\s*=\s*['\"]?([0-9.*,<>=!~ ]+)", text_of(release, os.path.join(folder, name)))
        if match:
            return match.group(1).strip(), os.path.join(folder, name)
    return "", ""


def fits_python(specifiers: str, version: str) -> bool:
    """Poetry's own form has ^, ~ and ||."""
    return any(versions.allows(locks.pep440(one), version) for one in specifiers.split("||"))


def wanted(release: str, installation: Installation, chosen: Chosen, known: Dict[str, str]) -> Wanted:
    """known are the variables of markers.py for the interpreter. Invalid where the files cannot be used."""
    folder = installation.directory
    found = of_files(release, installation, chosen, known)
    if installs_project(release, installation, chosen):
        base = os.path.dirname(chosen.files[0]) if chosen.kind != "requirements.txt" else folder
        if not is_project(release, base, project_of(release, base, True)):
            raise Invalid("the environment file has \"install_project\": true, and %s has neither a pyproject.toml with [project] nor a setup.py"
                          % (base or "the top folder of the repository"))
        found.projects.insert(0, base)
    found.projects = [one for index, one in enumerate(found.projects) if one not in found.projects[:index]]
    for project in found.projects:
        if project.startswith("..") or os.path.isabs(project) or not os.path.isdir(os.path.join(release, project)):
            raise Invalid("%s names the local package %s, which is not in the repository" % (chosen.files[0], shown(project)))
    if found.resolves and not found.projects:
        raise Invalid("%s does not have its dependencies as a list that can be read without running it, and \"install_project\" is false" % chosen.files[0])
    if installation.require_hashes and not found.has_hashes:
        check_hashes(found, chosen)
        found.has_hashes = True
    return found


def of_files(release: str, installation: Installation, chosen: Chosen, known: Dict[str, str]) -> Wanted:
    if chosen.kind == "requirements.txt":
        return Wanted(requirement_files.listed(release, installation.directory, chosen.files))
    if chosen.kind == "project":
        return of_project(release, installation, chosen.files[0], known)
    file, text = chosen.files[0], text_of(release, chosen.files[0])
    folder = os.path.dirname(file)
    if chosen.kind == "Pipfile.lock":
        locked = locks.of_pipfile(file, text, known)
    elif chosen.kind == "uv.lock":
        locked = locks.UvLock(file, locks.document(release, file, text), known).locked(installation.extras)
    else:
        lock = locks.PoetryLock(file, locks.document(release, file, text), known)
        locked = lock.locked(project_of(release, folder, True), installation.extras)
    locked.checked(installation.require_hashes)
    found = Wanted(requirement_files.Listed())
    for line in locked.lines:
        found.listed.add(line, file, line_of(text, re.split(r"[ =@]", line)[0]))
    found.listed.number, found.listed.read = len(locked.lines), list(chosen.files)
    found.has_hashes = bool(locked.lines) and not locked.without_hash
    if locked.without_hash:
        found.listed.warnings.append("%s has no hash for %s: hashes are not checked" % (file, ", ".join(locked.without_hash[:5])))
    found.projects = [os.path.normpath(os.path.join(folder, one)) for one in locked.projects]
    return found


def line_of(text: str, name: str) -> int:
    """Where a file has the name of a package in quotes, or an item of an array that begins with it."""
    wanted_name = re.sub(r"[-_.]+", "[-_.]+", re.escape(name).replace("\\-", "-").replace("\\.", "."))
    match = re.search(r'(?im)^name = "%s"$' % wanted_name, text) or re.search(r"(?im)^.*[\"']%s(?![A-Za-z0-9._-]*[A-Za-z0-9])" % wanted_name, text) or re.search(r"(?im)^\s*%s\s*=" % wanted_name, text)
    return text.count("\n", 0, match.start()) + 1 if match else 0


def of_project(release: str, installation: Installation, file: str, known: Dict[str, str]) -> Wanted:
    folder = os.path.dirname(file)
    document = project_of(release, folder, True)
    found = Wanted(requirement_files.Listed())
    found.listed.read = [file]
    if os.path.basename(file) == "pyproject.toml" and not is_project(release, folder, document):
        raise Invalid("%s has neither [project] nor [tool.poetry] nor [build-system]: it names no packages. Commit requirements.txt, or add "
                      "[project] with dependencies" % file)
    standard, dynamic = locks.table(document, "project"), locks.texts(locks.table(document, "project").get("dynamic"))
    optional = {locks.normal(name): locks.texts(needs) for name, needs in locks.table(standard, "optional-dependencies").items()}
    if os.path.basename(file) != "pyproject.toml" or not standard or "dependencies" in dynamic or "optional-dependencies" in dynamic:
        # Of a setup.py, or of a backend's own table.
        found.resolves, found.extras = True, list(installation.extras)
        return found
    for extra in installation.extras:
        if locks.normal(extra) not in optional:
            raise Invalid("%s has no extra '%s'; it has %s" % (file, extra, ", ".join(sorted(optional)) or "none"))
    text = text_of(release, file)
    lines = locks.texts(standard.get("dependencies")) + [line for extra in installation.extras for line in optional[locks.normal(extra)]]
    for line in lines:
        number = line_of(text, re.split(r"[\s\[(<>=!~;@]", line.strip())[0])
        try:
            requirements.check_requirement(line.strip())
        except Invalid as problem:
            raise Invalid("%s, line %d: %s" % (file, number, shown(str(problem)))) from None
        found.listed.add(line.strip(), file, number)
    found.listed.number = len(lines)
    return found


def check_hashes(found: Wanted, chosen: Chosen) -> None:
    """Each requirement must have one: the builder would name only the first that lacks it."""
    if found.resolves:
        raise Invalid("the environment file has \"require_hashes\": true, and %s has none" % chosen.files[0])
    for number, line in requirements.logical_lines(found.listed.text):
        if not line.startswith("-") and "--hash" not in line:
            file, at = found.listed.place(number)
            raise Invalid("%s, line %d: '%s' has no --hash, and the environment file has \"require_hashes\": true" % (
                file, at, shown(line)))
