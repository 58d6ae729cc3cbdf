"""pip_failure: one sentence from what pip printed: the requirement that failed, its line, and the reason.

The reason is often not in pip's last line: pip prints it on the lines below, or a build prints it, which pip shows in a box.
"""

from __future__ import annotations

import re

from robothost.plain import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

    from robothost.requirement_files import Listed

LONGEST = 1500
PATTERNS = [
    r"No matching distribution found for (.+)",
    r"Could not find a version that satisfies the requirement (.+?)(?: \(from.*)?$",
    r"Failed building wheel for (.+)",
    r"Failed to build '?([^' ]+)'?",
    r"Could not build wheels for (.+?),",
    r"Invalid requirement: '?(.+?)'?(?:$|:)",
]
NETWORK = r"Temporary failure in name resolution|Failed to establish a new connection|Network is unreachable|timed out|Connection refused"
# What pip ends with when a program that it ran has failed.
OF_A_BUILD = (r"subprocess-exited-with-error|metadata-generation-failed|legacy-install-failure|failed-wheel-build-for-install|"
              r"Failed building wheel for|Failed to build |Could not build wheels for")
BOX = re.compile(r"^ *× (?P<title>.+)\n(?: *│.*\n)* *╰─> \[\d+ lines? of output\]\n(?P<output>[\s\S]*?)^ *\[end of output\]$", re.MULTILINE)
OF_TITLE = re.compile(r"(?:Building (?:wheel|editable) for|Running setup\.py (?:install|bdist_wheel|develop) for) (\S+)")
# What pip was at when it ran the program: a name, or the file of an archive.
AT = re.compile(r"^ *(?:Collecting|Processing|Obtaining|Building wheels? for collected packages:) +(\S+)", re.MULTILINE)
ARCHIVE = re.compile(r"-\d[^-]*(?:-.*)?\.(?:whl|zip|tgz|tar\.\w+)$")
FROM = r"^ *(?:Collecting|Processing) .*%s.*\(from (?P<parents>.+?)->-r \S*requirements\.txt \(line (?P<line>\d+)\)\)"
# In the output of a build, the most exact first. A compiler's first error is the cause of the others.
REASONS = [
    (r"^\s*ERROR: (No matching distribution found for .+)", "it needs another package: "),
    (r"(\S+:\d+(?::\d+)?: fatal error: .+|\bfatal error: .+)", ""),
    (r"^\s*(?:error: )?(?:command|unable to execute) '([^']+)'(?: failed)?: No such file or directory", "this instance has no program "),
    (r"^\s*error: \[Errno 2\] No such file or directory: '((?:\S*-)?(?:gcc|g\+\+|cc|c\+\+|clang|gfortran|make|cmake|cargo|rustc))'",
     "this instance has no program "),
    (r"(can(?:'|no)t find Rust compiler|.*\bRust\b.*(?:not installed|not found|is required).*)", ""),
    (r"(\S+:\d+(?::\d+)?: error: .+)", ""),
]


def name_of(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", requirement.strip())[0]).lower()


class Requirements:
    """The list that the builder read, and the file and line that each of its lines comes from."""

    def __init__(self, text: str, places: Optional[List[Tuple[str, int]]] = None, file: str = "requirements.txt") -> None:
        self.lines, self.file = text.splitlines(), file
        self._places = places

    def place(self, number: int) -> str:
        """file, line N"""
        if self._places is None:
            return "%s, line %d" % (self.file, number)
        file, line = self._places[number - 1] if 0 < number <= len(self._places) else (self.file, number)
        return "%s, line %d" % (file, line) if line else file

    def file_of(self, name: str) -> str:
        return re.sub(r", line \d+$", "", self.place(self.line_of(name))) if self.line_of(name) else self.file

    def line_of(self, name: str) -> int:
        """Where the list names it, if it does so itself."""
        for number, line in enumerate(self.lines, 1):
            if name_of(line) == name_of(name):
                return number
        return 0


def where(name: str, requirements: Requirements, output: str) -> str:
    """The line that names it, or the requirement that needs it."""
    number = requirements.line_of(name) if name else 0
    if number:
        return " (%s)" % requirements.place(number)
    of = re.search(FROM % re.sub(r"[-_.]", "[-_.]", re.escape(name_of(name)).replace("\\-", "-")), output, re.MULTILINE | re.IGNORECASE)
    if name and of:
        return " (needed by %s; %s)" % (of.group("parents").split("->")[-1], requirements.place(int(of.group("line"))))
    return ""


def why_not_there(found: str, name: str, index: Dict[str, Any]) -> str:
    """pip's own words, unless all it was offered is a folder of wheels that lacks this requirement."""
    if not (index["wheels"] and index["why"] and name and re.match("No matching distribution|Could not find a version", found)):
        return found
    others = [wheel for wheel in index["offered"] if name_of(wheel) == name_of(name)]
    return "it is not among the wheels offered in %s (%s)" % (
        index["wheels"], "there is " + ", ".join(others) if others else "none of that name")


class Reason:
    """What failed, its name in the list for the line, and why."""

    def __init__(self, what: str, name: str, why: str) -> None:
        self.what, self.name, self.why = what, name, why


def of_a_build(output: str) -> Optional[Reason]:
    """From the last box."""
    boxes = list(BOX.finditer(output))
    if not boxes:
        return None
    box = boxes[-1]
    titled, at = OF_TITLE.search(box.group("title")), AT.findall(output[:box.start()])
    name = titled.group(1) if titled else ARCHIVE.sub("", at[-1].rsplit("/", 1)[-1]) if at else ""
    return Reason(name, name, "its build failed: " + of_box(box.group("output")))


def of_box(printed: str) -> str:
    from robothost.evidence import telling

    for pattern, words in REASONS:
        match = re.search(pattern, printed, re.MULTILINE)
        if match:
            return words + match.group(1).strip()
    lines = [re.sub("^ {4,6}", "", line) for line in printed.splitlines() if not re.match(r"\s*error: command .* failed with exit (?:code|status)", line)]
    return telling("\n".join(lines)).strip() or "it printed no reason"


def of_hashes(output: str, requirements: Requirements) -> Optional[Reason]:
    wrong = re.search(r"DO NOT MATCH THE HASHES.*\n +(\S+)(?: .*)?\n +Expected (?:or )?(\S+ \S+)(?:\n +Expected or .*| +or .*)*\n +Got +(\S+)", output)
    if wrong:
        return Reason(wrong.group(1), wrong.group(1), "its file does not match the hash: expected %s, got %s" % (wrong.group(2), wrong.group(3)))
    for pattern, words in ((r"^ERROR: Hashes are required in --require-hashes mode.*\n((?: {4}.+\n?)+)", "without --hash, although others have one"),
                           (r"^ERROR: In --require-hashes mode, all requirements must have their versions pinned.*\n((?: {4}.+\n?)+)",
                            "without a version with ==, which --hash requires")):
        match = re.search(pattern, output, re.MULTILINE)
        if match:
            names = [line.split()[0] for line in match.group(1).splitlines() if line.strip()]
            return Reason(", ".join(names), names[0], "%s names it %s" % (requirements.file_of(names[0]), words))
    return None


def of_a_conflict(output: str, requirements: Requirements) -> Optional[Reason]:
    match = re.search(r"^ERROR: Cannot install (.+) because these package versions have conflicting dependencies", output, re.MULTILINE)
    if not match:
        return None
    lines = requirements.lines

    def named(reference: re.Match[str]) -> str:
        number = int(reference.group(1))
        return lines[number - 1].split("#")[0].strip() if 0 < number <= len(lines) else reference.group(0)

    what = re.sub(r"-r \S*requirements\.txt \(line (\d+)\)", named, match.group(1))
    causes = re.search(r"^The conflict is caused by:\n((?: {4}.+\n)+)", output, re.MULTILINE)
    listed = [re.sub("^The user requested", requirements.file + " has", line.strip()) for line in causes.group(1).splitlines()] if causes else []
    first = re.split(r",? and |, ", what)[0]
    return Reason(what, first, "they conflict: " + "; ".join(listed) if listed else "they conflict")


def of_another_python(output: str) -> Optional[Reason]:
    package = re.search(r"^ERROR: Package '([^']+)' requires a different Python: (\S+) not in '([^']+)'", output, re.MULTILINE)
    if package:
        return Reason(package.group(1), package.group(1), "it needs Python %s, and this environment has %s; set python_version" % (
            package.group(3), package.group(2)))
    ignored = re.search(r"Ignored the following versions that require a different python version: (.+)", output)
    missing = re.search(r"No matching distribution found for (.+)", output)
    if not (ignored and missing):
        return None
    versions = ["%s needs Python %s" % pair for pair in re.findall(r"(\S+) Requires-Python ([^;]+)", ignored.group(1))]
    return Reason(missing.group(1).strip(), missing.group(1), "for this Python there is no such version: %s; set python_version" % ", ".join(versions[-3:]))


def reason_of(output: str, requirements: Requirements, index: Dict[str, Any]) -> Optional[Reason]:
    """By what pip ended with; what a build printed is no error of pip's own."""
    outside = BOX.sub("", output)
    last = (re.findall(r"^(?:ERROR|error): (.+)$", outside, re.MULTILINE) or [""])[-1]
    build = of_a_build(output) if re.match(OF_A_BUILD, last) else None
    found = build or of_hashes(outside, requirements) or of_a_conflict(outside, requirements) or of_another_python(outside)
    if found:
        return found
    for pattern in PATTERNS:
        match = re.search(pattern, outside, re.MULTILINE)
        if match:
            name = match.group(1).strip()
            return Reason(name, name, why_not_there(match.group(0).strip().rstrip("."), name, index))
    return None


def hint(why: str, output: str, index: Dict[str, Any]) -> str:
    """Why the index has nothing, where that is the reason."""
    if why and not re.search("No matching distribution|Could not find a version|not among the wheels", why):
        return ""
    network = re.search(NETWORK, output)
    if index["why"]:
        return ". %s" % (str(index["why"])[0].upper() + str(index["why"])[1:]).rstrip(".")
    return ". The package index could not be reached: %s" % network.group(0) if network else ""


def explain(output: str, requirements: Requirements, index: Dict[str, Any]) -> str:
    found = reason_of(output, requirements, index)
    if found:
        return "pip cannot install %s%s: %s%s" % (
            found.what or "the requirements", where(found.name, requirements, output), found.why, hint(found.why, output, index))
    errors = re.findall(r"^(?:ERROR|error): (.+)$", output, re.MULTILINE) or [line for line in output.splitlines() if line.strip()][-1:]
    return "pip failed: %s%s" % ((errors or ["it printed nothing"])[-1].rstrip("."), hint("", output, index))


def sentence(output: str, listed: Listed, index: Dict[str, Any]) -> str:
    """Of what pip printed for this list; index is what index.state found."""
    requirements = Requirements(listed.text, listed.places, listed.read[0] if listed.read else "requirements.txt")
    return explain(plain(output), requirements, index)[:LONGEST]
