"""uv_failure: one sentence from what uv printed: the requirement that failed, its file and line, and the reason."""

from __future__ import annotations

import re

from robothost.pip_failure import LONGEST, Reason, Requirements, hint, name_of, of_box, where, why_not_there
from robothost.plain import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional

    from robothost.requirement_files import Listed

NETWORK = r"(?:dns error: .*|error trying to connect: .*|tcp connect error: .*|operation timed out|client error \(Connect\).*)"


def causes(output: str) -> str:
    """The lines of the resolution, as one."""
    found = re.search(r"No solution found when resolving dependencies.*?\n((?:(?!\n(?:hint:|\n)).*\n?)*)", output)
    text = found.group(1).split("\n\n")[0] if found else ""
    return " ".join(re.sub(r"^\s*(?:cause:|[╰│─▶> ]+)?\s*", "", line) for line in text.splitlines()).strip()


def of_a_build(output: str) -> Optional[Reason]:
    found = re.search(r"Failed to (?:build|download and build) `([^`]+)`", output)
    if not found:
        return None
    name = re.split(r"==| @ ", found.group(1))[0]
    printed = output[found.end():]
    inner = re.search(r"cause: (?:Failed to resolve requirements from|No solution found).*[\s\S]*?Because (\S+) was not found in the", printed)
    if inner:
        return Reason(name, name, "its build failed: it needs another package: %s was not found" % inner.group(1))
    box = re.search(r"\[stderr\]\n([\s\S]*?)(?:\n\s*\n?hint:|\Z)", printed) or re.search(r"\[stdout\]\n([\s\S]*?)(?:\n\s*\n?hint:|\Z)", printed)
    if box:
        return Reason(name, name, "its build failed: " + of_box(re.sub(r"(?m)^ {7,9}", "", box.group(1))))
    lines = [line.strip() for line in printed.splitlines() if line.strip().startswith(("cause:", "Caused by:"))]
    return Reason(name, name, "its build failed: " + (re.sub(r"^[^:]+: ", "", lines[-1]) if lines else "it printed no reason"))


def of_hashes(output: str) -> Optional[Reason]:
    found = re.search(r"Hash mismatch for `([^`]+)`\s*\n\s*Expected:\s*\n\s*(sha\d+):(\S+)[\s\S]*?Computed:\s*\n\s*sha\d+:(\S+)", output)
    if found:
        return Reason(found.group(1), re.split("==", found.group(1))[0], "its file does not match the hash: expected %s %s, got %s" % found.groups()[1:])
    found = re.search(r"Hash mismatch[^`]*`([^`]+)`(.*)", output)
    if found:
        return Reason(found.group(1), re.split("==", found.group(1))[0], "no file of the index matches its hash" + found.group(2))
    found = re.search(r"In `--require-hashes` mode, all requirements must have a hash, but none were provided for: (\S+)", output)
    if found:
        return Reason(found.group(1), re.split("==", found.group(1))[0], "it is named without --hash, although others have one")
    found = re.search(r"In `--require-hashes` mode, all requirements must have their versions pinned with `==`, but found: (\S+)", output)
    return Reason(found.group(1), name_of(found.group(1)), "it is named without a version with ==, which --hash requires") if found else None


def of_another_python(text: str) -> Optional[Reason]:
    """The version of the interpreter does not satisfy what a package needs."""
    found = re.search(r"the (?:requested|current) Python version \((?:>=)?([0-9.]+)\) does not satisfy Python\s*([<>=!~0-9.,* ]+?) and (\S+?) depends on", text)
    if not found:
        return None
    version, needed, package = found.groups()
    name = name_of(package)
    return Reason(package, name, "it needs Python %s, and this environment has %s; set python_version" % (needed, version))


def of_resolution(output: str, index: Dict[str, Any]) -> Optional[Reason]:
    text = causes(output)
    if not text:
        return None
    another = of_another_python(text)
    if another:
        return another
    missing = (re.search(r"Because (\S+) was not found in the (?:package registry|provided package locations)", text)
               or re.search(r"[Bb]ecause there is no version of (\S+?)(?:,| and)", text))
    only = re.search(r"only (\S+) is available and you require (\S+?)(?:,|$)", text)
    name = missing.group(1) if missing else only.group(2) if only else ""
    if missing or only and "depends on" not in text:
        required = re.search(r"you require (%s(?:[^\s,]|,(?=[<>=!~]))*?)(?=, | and |\.?(?:\s|$))" % re.escape(name_of(name)), text)
        what = required.group(1) if required else name
        return Reason(what, name, why_not_there("No matching distribution found for %s" % what, name, index))
    every = re.findall(r"you require ((?:[^\s,]|,(?=[<>=!~]))+?)(?=, | and |\.?(?:\s|$))", text)
    return Reason(" and ".join(dict.fromkeys(every)), every[0] if every else "", "they conflict: " + re.sub(
        r", we can conclude that (?:your|the) requirements are unsatisfiable\.?$", "", text))


def explain(output: str, requirements: Requirements, index: Dict[str, Any]) -> str:
    found = of_hashes(output) or of_a_build(output) or of_resolution(output, index)
    if found:
        return "uv cannot install %s%s: %s%s" % (
            found.what or "the requirements", where(found.name, requirements, output), found.why.rstrip("."), hint(found.why, output, index))
    network = re.search(NETWORK, output)
    lines = re.findall(r"^error: (.+)$", output, re.MULTILINE) or [line for line in output.splitlines() if line.strip()][-1:]
    last = (lines or ["it printed nothing"])[-1].rstrip(".")
    return "uv failed: %s%s%s" % (last, " (%s)" % network.group(0).strip() if network and not index["why"] else "", hint("", output, index))


def sentence(output: str, listed: Listed, index: Dict[str, Any]) -> str:
    """Of what uv printed for this list; index is what index.state found."""
    requirements = Requirements(listed.text, listed.places, listed.read[0] if listed.read else "requirements.txt")
    return explain(plain(output), requirements, index)[:LONGEST]
