"""pip_failure: one sentence from what pip printed, naming the requirement that failed.

pip_failure <pip's output> <requirements.txt> <what index printed>
"""

from __future__ import annotations

import json
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

PATTERNS = [
    r"No matching distribution found for (.+)",
    r"Could not find a version that satisfies the requirement (.+?)(?: \(from.*)?$",
    r"Failed building wheel for (.+)",
    r"Failed to build '?([^' ]+)'?",
    r"Could not build wheels for (.+?),",
    r"THESE PACKAGES DO NOT MATCH THE HASHES.*",
    r"Cannot install (.+) because these package versions have conflicting dependencies",
    r"Invalid requirement: '?(.+?)'?(?:$|:)",
    r"Hashes are required in --require-hashes mode.*",
]
NETWORK = r"Temporary failure in name resolution|Failed to establish a new connection|Network is unreachable|timed out|Connection refused"


def name_of(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", requirement.strip())[0]).lower()


def line_of(name: str, requirements: str) -> int:
    """Where requirements.txt asks for it, when it does so itself."""
    for number, line in enumerate(requirements.splitlines(), 1):
        if name_of(line) == name_of(name):
            return number
    return 0


def why_not_there(found: str, name: str, index: Dict[str, Any]) -> str:
    """pip's own words, unless all it was offered is a folder of wheels that lacks this requirement."""
    if not (index["wheels"] and index["why"] and name and re.match("No matching distribution|Could not find a version", found)):
        return found
    others = [wheel for wheel in index["offered"] if name_of(wheel) == name_of(name)]
    return "it is not among the wheels offered in %s (%s)" % (
        index["wheels"], "there is " + ", ".join(others) if others else "none of that name")


def explain(output: str, requirements: str, index: Dict[str, Any]) -> str:
    network = re.search(NETWORK, output)
    hint = ""
    if index["why"]:
        hint = ". " + (index["why"][0].upper() + index["why"][1:]).rstrip(".")
    elif network:
        hint = ". The package index could not be reached: %s" % network.group(0)
    for pattern in PATTERNS:
        match = re.search(pattern, output, re.MULTILINE)
        if match:
            name = match.group(1).strip() if match.groups() else ""
            number = line_of(name, requirements) if name else 0
            where = " (requirements.txt, line %d)" % number if number else ""
            what = why_not_there(match.group(0).strip().rstrip("."), name, index)
            return "pip cannot install %s%s: %s%s" % (name or "the requirements", where, what, hint)
    errors = re.findall(r"^(?:ERROR|error): (.+)$", output, re.MULTILINE) or [line for line in output.splitlines() if line.strip()][-1:]
    return "pip failed: %s%s" % ((errors or ["it printed nothing"])[-1].rstrip("."), hint)


def main(output: str, requirements: str, index: str) -> None:
    with open(output, errors="replace") as file:
        text = file.read()
    with open(index) as file:
        state = json.load(file)
    with open(requirements, errors="replace") as file:
        print(explain(text, file.read(), state)[:1500])
