"""installed: which packages an environment has: name, version, the hash of the file that the index gave, and where it came from.

Root writes it when the environment is accepted, from the folders *.dist-info and *.egg-info there; only a name and a version are taken from these, because
a build may have written them. It is kept beside root's other records and in the manifest of each release.
"""

from __future__ import annotations

import glob
import json
import os
import re

from robothost import files
from robothost.layout import Layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List

NAME, VERSION = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?", r"[A-Za-z0-9.!+_-]{1,80}"
# index: the file of the index with this hash. built: made from source on the instance. other: without a hash that is known.
SOURCES = ("index", "built", "other")
MOST = 600
LONGEST = 1 << 20


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


class Package:
    def __init__(self, name: str, version: str, sha256: str = "", source: str = "other") -> None:
        self.name, self.version, self.sha256, self.source = name, version, sha256, source


def found_in(environment: str) -> List[Package]:
    found: Dict[str, Package] = {}
    # pip before 23.1 writes the second for a package that has only a setup.py.
    packages = os.path.join(glob.escape(environment), "lib*/python3.*/site-packages")
    for path in sorted(one for name in ("*.dist-info/METADATA", "*.egg-info/PKG-INFO") for one in glob.glob(os.path.join(packages, name))):
        try:
            head = files.plain(path)[:LONGEST].decode("utf-8", "replace").split("\n\n")[0]
        except OSError:
            continue
        name, version = (re.search(r"(?mi)^%s:[ \t]*(%s)[ \t\r]*$" % pair, head) for pair in (("Name", NAME), ("Version", VERSION)))
        if name and version and len(found) < MOST:
            found.setdefault(normal(name.group(1)), Package(normal(name.group(1)), version.group(1)))
    return [found[name] for name in sorted(found)]


def record_of(layout: Layout, environment: str) -> str:
    return os.path.join(layout.state, "environments", environment + ".json")


def as_lists(packages: List[Package]) -> List[List[str]]:
    return [[one.name, one.version, one.sha256, one.source] for one in packages]


def write(layout: Layout, environment: str, packages: List[Package]) -> None:
    path = record_of(layout, environment)
    files.make_folder(os.path.dirname(path), 0o700)
    files.write(layout, path, json.dumps(as_lists(packages), separators=(",", ":")) + "\n", 0o600)


def read(layout: Layout, environment: str) -> List[List[str]]:
    """Empty for an environment of an earlier version."""
    try:
        found = json.loads(files.content(record_of(layout, environment)))
    except ValueError:
        return []
    record: List[List[str]] = found if is_record(found) else []
    return record


def is_record(found: Any) -> bool:
    return isinstance(found, list) and len(found) <= MOST and all(
        isinstance(one, list) and len(one) == 4 and all(isinstance(part, str) for part in one) and re.fullmatch(NAME, one[0])
        and re.fullmatch(VERSION, one[1]) and re.fullmatch("([0-9a-f]{64})?", one[2]) and one[3] in SOURCES for one in found)


def differences(before: List[List[str]], after: List[List[str]]) -> List[str]:
    """One line each, such as "requests 2.31.0 → 2.32.3". The same version of another file is one too, where both hashes are known."""
    old, new = {one[0]: one for one in before}, {one[0]: one for one in after}
    found = []
    for name in sorted({*old, *new}):
        was, now = old.get(name), new.get(name)
        if was is None and now is not None:
            found.append("%s %s added" % (name, now[1]))
        elif now is None and was is not None:
            found.append("%s %s removed" % (name, was[1]))
        elif was and now and was[1] != now[1]:
            found.append("%s %s → %s" % (name, was[1], now[1]))
        elif was and now and was[2] and now[2] and was[2] != now[2]:
            found.append("%s %s: another file of this version" % (name, now[1]))
    return found
