"""wheels: what uv resolved, from the pylock.toml that it wrote: of each package the wheel that fits best, or another source."""

from __future__ import annotations

import re
import urllib.parse

from robothost import locks, toml
from robothost.installed import NAME, VERSION, Package, normal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Set, Tuple

FILE = re.compile(r"[A-Za-z0-9_.]+-[^-]+(?:-(?P<build>\d[^-]*))?-(?P<python>[^-]+)-(?P<abi>[^-]+)-(?P<platform>[^-]+)\.whl")
SHA256 = re.compile(r"[0-9a-f]{64}")


class Wheel:
    def __init__(self, package: Package, url: str, name: str) -> None:
        self.package, self.url, self.name = package, url, name

    def line(self) -> str:
        return "%s==%s --hash=sha256:%s" % (self.package.name, self.package.version, self.package.sha256)


class Resolved:
    """wheels come from the index. lines are of all other packages: what is built, a file of a folder of wheels, a repository."""

    def __init__(self) -> None:
        self.wheels: List[Wheel] = []
        self.lines: List[str] = []
        self.others: List[Package] = []
        # Packages of which no file has a hash that the requirements allow.
        self.mismatched: List[str] = []

    def packages(self) -> List[Package]:
        return [*(one.package for one in self.wheels), *self.others]


class Unreadable(Exception):
    pass


def rank(name: str, python: str) -> Tuple[Any, ...]:
    """The highest is the one that pip and uv take: the newest Python tag, then the newest platform."""
    found = FILE.fullmatch(name)
    if not found:
        return (-1,)
    minor = int(python.split(".")[1])
    tags = [re.fullmatch(r"(cp|py)(3)(\d*)", one) for one in found.group("python").split(".")]
    numbers = [int(one.group(3) or 0) for one in tags if one and int(one.group(3) or 0) <= minor]
    own = found.group("python") == "cp3%d" % minor and found.group("abi") != "none" and found.group("abi") != "abi3"
    of_c = any(one and one.group(1) == "cp" for one in tags)
    # Of several tags of one file, such as manylinux2014 and manylinux_2_28, the newest counts.
    platforms = [(int(a), int(b)) for a, b in re.findall(r"linux_(\d+)_(\d+)_", found.group("platform"))]
    for old, at in (("manylinux1_", (2, 5)), ("manylinux2010_", (2, 12)), ("manylinux2014_", (2, 17))):
        if old in found.group("platform"):
            platforms.append(at)
    return (own, found.group("abi") == "abi3", of_c, found.group("platform") != "any", max(numbers, default=0), max(platforms, default=(0, 0)),
            int(re.match(r"\d+", found.group("build") or "0").group()))  # type: ignore[union-attr]


def resolved(text: str, python: str, allowed: Dict[str, Set[str]]) -> Resolved:
    """allowed has the hashes that the requirements name, by package; a package that is not in it may have any."""
    try:
        packages = locks.tables(toml.parsed(text).get("packages"))
    except toml.Invalid as problem:
        raise Unreadable(str(problem)) from None
    found = Resolved()
    for package in packages:
        name, version = str(package.get("name")), str(package.get("version", ""))
        if not re.fullmatch(NAME, name) or version and not re.fullmatch(VERSION, version):
            raise Unreadable("it has a package %r" % name[:100])
        add(found, normal(name), version, package, python, allowed.get(normal(name), set()))
    return found


def add(found: Resolved, name: str, version: str, package: Dict[str, Any], python: str, allowed: Set[str]) -> None:
    vcs, archive = locks.table(package, "vcs"), locks.table(package, "archive")
    if vcs:
        found.lines.append("%s @ git+%s@%s" % (name, plain(vcs.get("url")), plain(vcs.get("commit-id"))))
        found.others.append(Package(name, version, "", "other"))
        return
    if archive:
        sha256 = hash_of(archive)
        where = str(archive.get("url") or "")
        found.lines.append("%s @ %s" % (name, plain(where)))
        found.others.append(Package(name, version, sha256, "other"))
        return
    files = [(one, hash_of(one)) for one in locks.tables(package.get("wheels"))]
    fit = [(one, sha256) for one, sha256 in files if not allowed or sha256 in allowed]
    best = max(fit, key=lambda pair: rank(file_name(pair[0]), python), default=None)
    if best and best[1] and str(best[0].get("url", "")).startswith("https://"):
        found.wheels.append(Wheel(Package(name, version, best[1], "index"), str(best[0]["url"]), file_name(best[0])))
        return
    source = locks.table(package, "sdist")
    sha256 = hash_of(source) or (best[1] if best else "")
    if allowed and not (allowed & {hash_of(source), best[1] if best else ""}):
        found.mismatched.append(name)
        return
    found.lines.append("%s==%s%s" % (name, version, " --hash=sha256:" + sha256 if sha256 and not best else ""))
    found.others.append(Package(name, version, sha256, "built" if source and not best else "other"))


def plain(text: Any) -> str:
    if not re.fullmatch(r"[!-~]+", str(text)):
        raise Unreadable("it has an address with blanks")
    return str(text)


def hash_of(file: Dict[str, Any]) -> str:
    found = str(locks.table(file, "hashes").get("sha256", ""))
    return found if SHA256.fullmatch(found) else ""


def file_name(file: Dict[str, Any]) -> str:
    return str(file.get("name") or urllib.parse.unquote(str(file.get("url", "")).split("#")[0].split("?")[0].rsplit("/", 1)[-1]))
