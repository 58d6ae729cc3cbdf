"""requirements: checks a requirements.txt and prints how many requirements it names.

Allowed are names with extras, versions, environment markers and --hash, `name @ https://…`, comments, continued lines, and the
options in OPTIONS. Files that pull in other files (-r, -c), editable and local installs are refused: an environment is shared by
every release with the same requirements.txt, so that file has to say everything. Exits 1 with one line for a person.
"""

from __future__ import annotations

import os
import re
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Tuple

OPTIONS = {
    "--index-url": 1, "-i": 1, "--extra-index-url": 1, "--find-links": 1, "-f": 1, "--trusted-host": 1,
    "--no-index": 0, "--pre": 0, "--prefer-binary": 0, "--require-hashes": 0, "--no-binary": 1, "--only-binary": 1,
}
LARGEST = 1024 * 1024
NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
EXTRAS = r"(?:\s*\[\s*(?:%s(?:\s*,\s*%s)*)?\s*\])?" % (NAME, NAME)
VERSION = r"(?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+"
VERSIONS = r"%s(?:\s*,\s*%s)*\s*,?" % (VERSION, VERSION)
REQUIREMENT = re.compile(
    r"(%s)%s\s*(?:@\s*(?P<url>\S+)|\(\s*%s\s*\)|%s)?\s*" % (NAME, EXTRAS, VERSIONS, VERSIONS))
HASH = re.compile(r"--hash[= ](?:sha256:[0-9a-fA-F]{64}|sha384:[0-9a-fA-F]{96}|sha512:[0-9a-fA-F]{128})")
VARIABLES = ("python_version|python_full_version|os_name|sys_platform|platform_release|platform_system|platform_version|"
             "platform_machine|platform_python_implementation|implementation_name|implementation_version|extra")
TERM = r"\(*\s*(?:%s|'[^']*'|\"[^\"]*\")\s*(?:===|==|~=|!=|<=|>=|<|>|in\b|not\s+in\b)\s*(?:%s|'[^']*'|\"[^\"]*\")\s*\)*" % (
    VARIABLES, VARIABLES)
MARKER = re.compile(r"\s*%s(?:\s*(?:and|or)\s*%s)*\s*" % (TERM, TERM))


class Invalid(Exception):
    pass


def logical_lines(text: str) -> Iterator[Tuple[int, str]]:
    """(number of its first line, text) of every line that says something, continued lines joined, comments gone."""
    pending, first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if not pending:
            first = number
        if line.endswith("\\") and not re.match(r"\s*#", line):
            pending += line[:-1] + " "
            continue
        # Blanks are one: a run of them would be divided between the patterns in every way there is.
        whole = " ".join(re.sub(r"(^|\s)#.*$", "", pending + line).split())
        pending = ""
        if whole:
            yield first, whole
    if pending.strip():
        raise Invalid("requirements.txt, line %d: ends with a backslash at the end of the file" % first)


def check_url(url: str) -> None:
    match = re.fullmatch(r"(?:git\+)?(https?|ssh|file)://([^/\s]*)(/\S*)?", url)
    if not match:
        raise Invalid("'%s' is not an URL" % url)
    if "@" in match.group(2) and (match.group(1) != "ssh" or ":" in match.group(2).split("@")[0]):
        raise Invalid("an URL holds a login; requirements.txt is no place for one")


def check_option(line: str) -> None:
    words = re.split(r"[=\s]+", line, maxsplit=1)
    option = words[0]
    if option in ("-r", "--requirement", "-c", "--constraint"):
        raise Invalid("%s is not supported: put every requirement into requirements.txt" % option)
    if option in ("-e", "--editable"):
        raise Invalid("editable installs are not supported")
    if option not in OPTIONS:
        raise Invalid("'%s' is not an option that is allowed here" % option)
    if (len(words) > 1) != bool(OPTIONS[option]):
        raise Invalid("%s takes %s" % (option, "a value" if OPTIONS[option] else "no value"))
    if option.endswith("-url") or option == "-i":
        check_url(words[1])
    elif option in ("-f", "--find-links") and "://" in words[1]:
        check_url(words[1])


def check_requirement(line: str) -> None:
    hashes = re.split(r"\s+(?=--)", line)
    line, hashes = hashes[0], hashes[1:]
    for text in hashes:
        if not HASH.fullmatch(text):
            raise Invalid("'%s' is not a --hash" % text)
    if re.match(r"(?:\.|/|git\+|https?://|file:)", line):
        raise Invalid("'%s' has no name; write 'name @ https://…' or a released version" % line)
    requirement, semicolon, marker = line.partition(";")
    match = REQUIREMENT.fullmatch(requirement.strip())
    if not match:
        raise Invalid("'%s' is not a requirement" % line)
    if match.group("url"):
        check_url(match.group("url"))
    balanced = re.sub(r"'[^']*'|\"[^\"]*\"", "", marker)
    if semicolon and (not MARKER.fullmatch(marker) or balanced.count("(") != balanced.count(")")):
        raise Invalid("'%s' is not an environment marker" % marker.strip())


def shown(problem: str) -> str:
    """A problem without the logins of its addresses, and not longer than a person reads."""
    problem = re.sub(r"//[^\s'\"@]*@", "//…@", problem)
    return problem if len(problem) <= 300 else problem[:300] + "…"


def count(text: str) -> int:
    """How many requirements a file names; Invalid says what is wrong and where."""
    if text.startswith("\ufeff"):
        text = text[1:]
    number = 0
    for line_number, line in logical_lines(text):
        try:
            if line.startswith("-"):
                check_option(line)
            else:
                check_requirement(line)
                number += 1
        except Invalid as problem:
            raise Invalid("requirements.txt, line %d: %s" % (line_number, shown(str(problem)))) from None
    if number == 0:
        raise Invalid("requirements.txt is empty: it names no requirement")
    return number


def main(path: str) -> None:
    # Root reads this: a link out of the release would show other people's files in the refusal.
    release = os.path.realpath(os.path.dirname(path))
    if os.path.commonpath([release, os.path.realpath(path)]) != release:
        sys.exit("requirements.txt is a symbolic link that leads out of the release")
    if os.path.lexists(path) and not os.path.isfile(path):
        sys.exit("requirements.txt is not a file")
    if os.path.exists(path) and os.path.getsize(path) > LARGEST:
        sys.exit("requirements.txt is larger than %d bytes" % LARGEST)
    try:
        with open(path, encoding="utf-8", newline=None) as file:
            print(count(file.read()))
    except FileNotFoundError:
        sys.exit("requirements.txt is missing")
    except (OSError, UnicodeDecodeError) as error:
        sys.exit("requirements.txt cannot be read as UTF-8 text: %s" % error)
    except Invalid as problem:
        sys.exit(str(problem))
