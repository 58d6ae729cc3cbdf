"""Whether a requirement on Python such as >=3.11,<3.13 or ^3.10 allows a version 3.N, and which version a robot needs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from client.robot.container import Containers
from client.robot.files import Files
from client.robot.project import Project

# Packages of the distributions on which an instance can run; python3 itself is the first of each.
DISTRIBUTIONS = {"Amazon Linux 2023": (9, 11, 12, 13), "Debian 12": (11,), "Debian 13": (13,)}
_HIGHEST = 20


@dataclass
class Wanted:
    minor: int = 0  # 3.minor; 0: that of the instance
    reason: str = ""
    problems: list[str] = field(default_factory=list)


def allows(requirement: str, minor: int) -> bool:
    """For some patch level of 3.minor. What cannot be read allows every version."""
    return (
        all(_clause(one.strip(), minor) for one in re.split(r",|\s+(?=[<>=!~^])|\s*\band\b\s*", requirement) if one.strip())
        if "|" not in requirement
        else any(allows(one, minor) for one in requirement.split("|") if one.strip())
    )


def _clause(text: str, minor: int) -> bool:
    found = re.fullmatch(r"(===|==|~=|!=|<=|>=|<|>|\^|~)?\s*v?(\d+)(?:\.(\d+|\*))?(?:\.(\d+|\*))?.*", text)
    if not found:
        return True
    operator, major = found.group(1) or "==", int(found.group(2))
    bound = int(found.group(3)) if (found.group(3) or "*") != "*" else None
    patch = int(found.group(4)) if (found.group(4) or "*") != "*" else None
    if major != 3 or bound is None:
        return {"<": major > 3, "<=": major >= 3, ">": major < 3, "!=": major != 3 or bound is not None}.get(
            operator, major == 3 or operator == ">=" and major < 3
        )
    if operator in ("==", "===", "~"):
        return minor == bound
    if operator == "~=":
        return minor >= bound if patch is None else minor == bound
    if operator == "!=":
        return minor != bound or patch is not None
    if operator == "<":
        return minor < bound or minor == bound and bool(patch)
    return {">=": minor >= bound, ">": minor > bound or minor == bound and patch is not None, "<=": minor <= bound, "^": minor >= bound}[operator]


def having(minor: int) -> list[str]:
    return [name for name, minors in DISTRIBUTIONS.items() if minor in minors]


def wanted(files: Files, project: Project, containers: Containers) -> Wanted:
    requirement, source = project.requires_python, project.requires_python_file
    used = _used(files, containers)
    offered = sorted({minor for minors in DISTRIBUTIONS.values() for minor in minors})
    fitting = [minor for minor in offered if allows(requirement, minor)] if requirement else offered
    if not fitting:
        return Wanted(problems=[f"{source} requires Python {requirement}; no distribution of an instance has such a version ({_offers()})"])
    if used:
        minor, where = used
        found = Wanted(min(fitting, key=lambda one: (abs(one - minor), -one)))
        if found.minor == minor:
            found.reason = f"{where} has {minor_text(minor)}; {_where(minor)}"
        else:
            found.reason = (
                f"{where} has {minor_text(minor)}, which no distribution of an instance has; {minor_text(found.minor)} is the nearest; {_where(found.minor)}"
            )
            found.problems.append(
                f"{where} has Python {minor_text(minor)}; an instance can have {_offers()}. Packages may behave differently on "
                f"{minor_text(found.minor)}: test it before you trade"
            )
        return found
    if requirement and not all(allows(requirement, minors[0]) for minors in DISTRIBUTIONS.values()):
        best = max(fitting, key=lambda one: (len(having(one)), one == 11, -one))
        return Wanted(best, f"{source} requires {requirement}; {_where(best)}")
    return Wanted(
        reason=f"the python3 of the instance: {source} allows it ({requirement})" if requirement else "the python3 of the instance: the repository names none"
    )


def minor_text(minor: int) -> str:
    return f"3.{minor}"


def _where(minor: int) -> str:
    names = having(minor)
    return f"{' and '.join(names)} {'has' if len(names) == 1 else 'have'} it"


def _offers() -> str:
    return "; ".join(f"{name}: {', '.join(minor_text(one) for one in minors)}" for name, minors in DISTRIBUTIONS.items())


def _used(files: Files, containers: Containers) -> "tuple[int, str] | None":
    """The version that the authors use, and the file that has it."""
    for path, pattern in ((".python-version", r"(?:cpython-|python-)?3\.(\d+)"), ("runtime.txt", r"python-3\.(\d+)")):
        found = re.match(pattern, files.text(path).strip())
        if found:
            return int(found.group(1)), path
    for path, text in files.read(r"(environment|conda)[\w-]*\.ya?ml"):
        conda = re.search(r"(?m)^\s*-\s+python\s*=+\s*3\.(\d+)", text)
        if conda:
            return int(conda.group(1)), path
    if containers.python[0]:
        return int(containers.python[0].partition(".")[2]), containers.python[1]
    return None
