"""obtainable: which interpreters this instance has or can get, for the message of a refusal."""

from __future__ import annotations

import re

from robothost import wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List

    from robothost.step import Host

# What the pinned uv has for each platform of an instance.
MANAGED = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")


def minors(names: List[str]) -> List[str]:
    found = {match.group(1) for match in (re.fullmatch(r"python(3\.[0-9]{1,2})", name) for name in names) if match}
    return sorted(found, key=lambda version: int(version[2:]))


def of_distribution(host: Host) -> List[str]:
    """By its packages; empty where its lists cannot be read."""
    system = host.system
    if system.which("dnf"):
        done = system.run("dnf", "-q", "repoquery", "--qf", "%{name}\n", "python3.*")
        return minors([line.strip() for line in done.output.splitlines()])
    return minors(system.run("apt-cache", "pkgnames", "python3.").output.split())


def versions(host: Host) -> Dict[str, str]:
    """Each with where it is."""
    found = {version: "package python%s of the distribution" % version for version in of_distribution(host)}
    found.update({version: "installed" for version in minors(host.system.programs("python3."))})
    return found


def in_order(found: Dict[str, str]) -> List[str]:
    return sorted(found, key=lambda version: int(version[2:]))


def listed(found: Dict[str, str]) -> str:
    return ", ".join("%s (%s)" % (version, found[version]) for version in in_order(found)) or "none"


def way_out(host: Host, specifiers: str) -> str:
    found = versions(host)
    # A minor version fits if its newest releases do.
    fit = [version for version in in_order(found) if fits(specifiers, version)]
    line = 'Add this line to the environment file: "python_version": "%s"'
    if fit:
        return "This instance can have %s. %s" % (listed(found), line % fit[-1])
    others = [version for version in MANAGED if fits(specifiers, version)]
    if others:
        return 'This instance can have %s. Add these lines to the environment file: "python_version": "%s", "python_source": "managed"' % (
            listed(found), others[-1])
    return "This instance can have %s, and none of them fits" % listed(found)


def fits(specifiers: str, version: str) -> bool:
    return wanted.fits_python(specifiers, version + ".99") or wanted.fits_python(specifiers, version + ".0")
