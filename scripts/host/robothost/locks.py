"""locks: the requirements that uv.lock, poetry.lock or Pipfile.lock has for one interpreter, each with its version and hashes.

A lock is for all platforms. From the project's own dependencies the packages are followed whose markers are true for the interpreter, so that
the list has each package once and no marker.
"""

from __future__ import annotations

import json
import os
import re

from robothost import markers, toml, versions
from robothost.requirements import Invalid, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, List, Set, Tuple

MOST_PACKAGES = 3000
SHA256 = re.compile(r"sha256:[0-9a-f]{64}")
PLAIN_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
PLAIN_VERSION = re.compile(r"[A-Za-z0-9.!+_-]+")


def normal(name: Any) -> str:
    return re.sub(r"[-_.]+", "-", str(name)).lower()


class Locked:
    """The requirements of a lock, as lines; the folders of local projects that belong to it; whether the project itself is a package."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: List[str] = []
        self.projects: List[str] = []
        self.is_package = False
        self.without_hash: List[str] = []

    def add(self, name: Any, version: Any, hashes: Iterable[Any], address: str = "") -> None:
        """address is that of a git repository or a file, in place of a version."""
        good = sorted({str(one) for one in hashes if SHA256.fullmatch(str(one))})
        if not PLAIN_NAME.fullmatch(str(name)) or not address and not PLAIN_VERSION.fullmatch(str(version)):
            raise Invalid("%s names a package '%s' with the version '%s'" % (self.file, shown(str(name)), shown(str(version))))
        if address and not re.fullmatch(r"(?:git\+)?(?:https|ssh)://[^\s@]+(?:@[0-9A-Za-z._/-]+)?(?:#[^\s]*)?", address):
            raise Invalid("%s takes %s from %s; a requirement must come from an index, or from an https address" % (self.file, name, shown(address)))
        if not good:
            self.without_hash.append(str(name))
        what = "%s @ %s" % (name, address) if address else "%s==%s" % (name, version)
        self.lines.append(" ".join([what, *("--hash=" + one for one in good)]))

    def checked(self, require_hashes: bool) -> "Locked":
        """pip checks each hash or none."""
        if self.without_hash and require_hashes:
            raise Invalid("%s has no hash for %s, and the environment file has \"require_hashes\": true" % (self.file, ", ".join(self.without_hash[:5])))
        if self.without_hash:
            self.lines = [line.split(" --hash")[0] for line in self.lines]
        self.lines.sort(key=str.lower)
        return self


def document(release: str, file: str, text: str) -> Dict[str, Any]:
    try:
        return toml.parsed(text)
    except toml.Invalid as problem:
        raise Invalid("%s is not TOML: %s" % (file, shown(str(problem)))) from None


def table(found: Any, *names: str) -> Dict[str, Any]:
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def tables(found: Any) -> List[Dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def texts(found: Any) -> List[str]:
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def is_true(marker: Any, known: Dict[str, str], file: str, extras: Iterable[str] = ()) -> bool:
    try:
        return markers.is_true(str(marker or ""), known, {normal(one) for one in extras})
    except markers.Invalid as problem:
        raise Invalid("%s: %s" % (file, shown(str(problem)))) from None


class UvLock:
    """Of uv: each package has its dependencies, with the version where the lock has several."""

    def __init__(self, file: str, lock: Dict[str, Any], known: Dict[str, str]) -> None:
        self.file, self._known = file, known
        self._packages = tables(lock.get("package"))
        self._seen: Set[Tuple[int, str]] = set()
        self.found = Locked(file)
        self._added: Set[int] = set()

    def locked(self, extras: List[str]) -> Locked:
        roots = [one for one in self._packages if self._local(one) == "."]
        if not roots:
            raise Invalid("%s does not have the project of this folder; run uv lock and commit the file" % self.file)
        self.found.is_package = "editable" in table(roots[0], "source") or "directory" in table(roots[0], "source")
        known_extras = {normal(one) for one in table(roots[0], "optional-dependencies")}
        for extra in extras:
            if normal(extra) not in known_extras:
                raise Invalid("%s has no extra '%s'; it has %s" % (self.file, extra, ", ".join(sorted(known_extras)) or "none"))
        self._follow(roots[0], ["", *map(normal, extras)])
        return self.found

    @staticmethod
    def _local(package: Dict[str, Any]) -> str:
        source = table(package, "source")
        return str(source.get("editable") or source.get("virtual") or source.get("directory") or "")

    def _follow(self, start: Dict[str, Any], extras: List[str]) -> None:
        waiting = [(start, extra) for extra in extras]
        while waiting:
            package, extra = waiting.pop()
            if (id(package), extra) in self._seen:
                continue
            self._seen.add((id(package), extra))
            if len(self._seen) > MOST_PACKAGES:
                raise Invalid("%s has more than %d packages" % (self.file, MOST_PACKAGES))
            self._add(package, package is start)
            needs = table(package, "optional-dependencies").get(extra) if extra else package.get("dependencies")
            for need in tables(needs):
                if is_true(need.get("marker"), self._known, self.file, extras):
                    other = self._named(need)
                    waiting += [(other, ""), *((other, normal(one)) for one in texts(need.get("extra")))]

    def _named(self, need: Dict[str, Any]) -> Dict[str, Any]:
        fit = [one for one in self._packages if normal(one.get("name")) == normal(need.get("name"))
               and need.get("version") in (None, one.get("version")) and need.get("source") in (None, one.get("source"))]
        if len(fit) > 1:
            fit = [one for one in fit if not one.get("resolution-markers")
                   or any(is_true(marker, self._known, self.file) for marker in texts(one.get("resolution-markers")))]
        if len(fit) != 1:
            raise Invalid("%s has %d packages for '%s'; run uv lock and commit the file" % (self.file, len(fit), shown(str(need.get("name")))))
        return fit[0]

    def _add(self, package: Dict[str, Any], is_root: bool) -> None:
        if id(package) in self._added:
            return
        self._added.add(id(package))
        source, local = table(package, "source"), self._local(package)
        if local:
            if not is_root and "virtual" not in source:
                self.found.projects.append(os.path.normpath(local))
            return
        files = [*tables(package.get("wheels")), *tables([package.get("sdist")])]
        address = str(source.get("url") or "")
        if "git" in source:
            address = "git+" + re.sub(r"\?[^#]*#|#", "@", str(source["git"]), count=1)
        elif "path" in source:
            address = "file:" + str(source["path"])
        self.found.add(package.get("name"), package.get("version"), [one.get("hash") for one in files], address)


class PoetryLock:
    """Of Poetry 1 and 2. The dependencies of the project are in pyproject.toml."""

    def __init__(self, file: str, lock: Dict[str, Any], known: Dict[str, str]) -> None:
        self.file, self._lock, self._known = file, lock, known
        self._packages: Dict[str, List[Dict[str, Any]]] = {}
        for package in tables(lock.get("package")):
            if self._fits(package):
                self._packages.setdefault(normal(package.get("name")), []).append(package)

    def _fits(self, package: Dict[str, Any]) -> bool:
        """markers is a text, or one for each group."""
        marker = package.get("markers")
        if isinstance(marker, dict):
            marker = marker.get("main")
        # Before Poetry 2 a lock has python-versions alone.
        wanted = str(package.get("python-versions") or "*")
        return is_true(marker, self._known, self.file) and (wanted == "*" or any(
            versions.allows(pep440(one), self._known["python_full_version"]) for one in wanted.split("||")))

    def locked(self, project: Dict[str, Any], extras: List[str]) -> Locked:
        found, seen = Locked(self.file), set()
        poetry = table(project, "tool", "poetry")
        found.is_package = poetry.get("package-mode") is not False and bool(poetry.get("name") or table(project, "project").get("name"))
        known_extras = {normal(name): texts(names) for name, names in table(self._lock, "extras").items()}
        wanted = needs_of_project(project, self._known, self.file)
        for extra in extras:
            if normal(extra) not in known_extras:
                raise Invalid("%s has no extra '%s'; it has %s" % (self.file, extra, ", ".join(sorted(known_extras)) or "none"))
            wanted += [(normal(re.split(r"[\s\[(<>=!~;]", name)[0]), []) for name in known_extras[normal(extra)]]
        waiting = [(name, "") for name, _ in wanted] + [(name, extra) for name, of_name in wanted for extra in of_name]
        while waiting:
            name, extra = waiting.pop()
            if (name, extra) in seen or name not in self._packages:
                continue
            seen.add((name, extra))
            package = self._one(name)
            if (name, "added") not in seen:
                seen.add((name, "added"))
                self._add(found, package)
            waiting += self._needs(package, extra)
        return found

    def _one(self, name: str) -> Dict[str, Any]:
        fit = self._packages[name]
        if len({str(one.get("version")) for one in fit}) > 1:
            raise Invalid("%s has several versions of %s for this Python; run poetry lock with Poetry 2, which writes their markers, and commit the file"
                          % (self.file, name))
        return fit[0]

    def _needs(self, package: Dict[str, Any], extra: str) -> List[Tuple[str, str]]:
        found: List[Tuple[str, str]] = []
        of_extra = {normal(re.split(r"[\s\[(<>=!~;]", one)[0]) for one in texts(table(package, "extras").get(extra))} if extra else set()
        for name, needs in table(package, "dependencies").items():
            for need in needs if isinstance(needs, list) else [needs]:
                details = need if isinstance(need, dict) else {}
                if (normal(name) in of_extra) if extra else not details.get("optional"):
                    if extra or is_true(details.get("markers"), self._known, self.file):
                        found += [(normal(name), ""), *((normal(name), normal(one)) for one in texts(details.get("extras")))]
        return found

    def _add(self, found: Locked, package: Dict[str, Any]) -> None:
        source = table(package, "source")
        kind, address = source.get("type"), ""
        if kind == "directory":
            found.projects.append(os.path.normpath(str(source.get("url"))))
            return
        if kind == "git":
            address = "git+%s@%s" % (source.get("url"), source.get("resolved_reference"))
        elif kind in ("url", "file"):
            address = str(source.get("url")) if kind == "url" else "file:" + str(source.get("url"))
        files = tables(package.get("files")) or tables(table(self._lock, "metadata", "files").get(str(package.get("name"))))
        found.add(package.get("name"), package.get("version"), [one.get("hash") for one in files], address)


def needs_of_project(project: Dict[str, Any], known: Dict[str, str], file: str) -> List[Tuple[str, List[str]]]:
    """(name, extras) of the main dependencies in pyproject.toml."""
    found = []
    for requirement in texts(table(project, "project").get("dependencies")):
        head, _, marker = requirement.partition(";")
        match = re.match(r"\s*([A-Za-z0-9._-]+)\s*(?:\[([^\]]*)\])?", head)
        if match and is_true(marker, known, file):
            found.append((normal(match.group(1)), [normal(one.strip()) for one in (match.group(2) or "").split(",") if one.strip()]))
    for name, needs in table(project, "tool", "poetry", "dependencies").items():
        for need in needs if isinstance(needs, list) else [needs]:
            details = need if isinstance(need, dict) else {}
            if name != "python" and not details.get("optional") and is_true(details.get("markers"), known, file):
                found.append((normal(name), [normal(one) for one in texts(details.get("extras"))]))
    return found


def pep440(constraint: str) -> str:
    """A constraint of Poetry, such as ^3.9 or ~3.11, as specifiers."""
    return ",".join(of_poetry(one) for one in re.split(r"\s*,\s*|(?<=[0-9*])\s+(?=[<>=!~^])", constraint.strip()) if one and one != "*")


def of_poetry(one: str) -> str:
    found = re.fullmatch(r"(\^|~(?!=))\s*v?([0-9]+(?:\.[0-9]+)*)(.*)", one)
    if not found:
        return one if re.match(r"[<>=!~]", one) else "==" + one
    numbers = [int(part) for part in found.group(2).split(".")]
    if found.group(1) == "~":
        at = min(1, len(numbers) - 1)
    else:
        at = next((index for index, part in enumerate(numbers) if part), len(numbers) - 1)
    above = [*numbers[:at], numbers[at] + 1]
    return ">=%s%s,<%s" % (found.group(2), found.group(3), ".".join(map(str, above)))


def of_pipfile(file: str, text: str, known: Dict[str, str]) -> Locked:
    try:
        packages = json.loads(text).get("default")
    except (ValueError, AttributeError, RecursionError):
        raise Invalid("%s is not JSON; run pipenv lock and commit the file" % file) from None
    found = Locked(file)
    for name, package in sorted((packages if isinstance(packages, dict) else {}).items()):
        package = package if isinstance(package, dict) else {}
        if not is_true(package.get("markers"), known, file):
            continue
        if "path" in package:
            local = os.path.normpath(str(package["path"]))
            if local == ".":
                found.is_package = True
            else:
                found.projects.append(local)
            continue
        address = "git+%s@%s" % (package.get("git"), package.get("ref")) if "git" in package else str(package.get("file") or "")
        found.add(name, str(package.get("version") or "").replace("==", "", 1), texts(package.get("hashes")), address)
    return found
