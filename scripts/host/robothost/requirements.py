"""requirements: checks one requirements file and counts the requirements that it names.

Allowed are names with extras, versions, environment markers and --hash, `name @ https://…`, comments, continued lines, and the
options in OPTIONS. requirement_files.py follows -r and -c. Editable and local installs are refused: an environment is shared by
every release with the same requirements. Some local files are allowed, because environment_key.py adds their content to what
identifies the environment: the files that -r and -c name, an archive in the folder of the code, by its name, and the files of a folder
of the repository that --find-links names. What pip reads over http, or without a check of the certificate, is refused: anybody on the
way to the server can replace it. Invalid has one line for a person.
"""

from __future__ import annotations

import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List, Tuple

NAME_OF_FILE = "requirements.txt"
OTHER_FILE = ("-r", "--requirement", "-c", "--constraint")
OPTIONS = {
    **dict.fromkeys(OTHER_FILE, 1),
    "--index-url": 1, "-i": 1, "--extra-index-url": 1, "--find-links": 1, "-f": 1,
    "--no-index": 0, "--pre": 0, "--prefer-binary": 0, "--require-hashes": 0, "--no-binary": 1, "--only-binary": 1,
}
LARGEST = 1024 * 1024
# A lock has each file of each package, for all platforms.
LARGEST_LOCK = 16 * 1024 * 1024
# pip takes a requirement with one of these endings for a file, where that exists.
ARCHIVE = re.compile(r".+\.(?:whl|zip|tar|tgz|tbz|txz|tlz|tar\.(?:gz|bz2|xz|lz|lzma))", re.IGNORECASE)
# The byte order marks that pip knows. A longer one comes before its beginning.
MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\x00\x00", "utf-32-le"), (b"\x00\x00\xfe\xff", "utf-32-be"),
         (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
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


def decoded(data: bytes, file: str = NAME_OF_FILE) -> str:
    """As pip reads it: by its byte order mark, otherwise UTF-8."""
    mark, encoding = next(((mark, encoding) for mark, encoding in MARKS if data.startswith(mark)), (b"", "utf-8"))
    try:
        text = data[len(mark):].decode(encoding)
    except UnicodeDecodeError as error:
        raise Invalid("%s is not %s text: byte %d cannot be read; save it as UTF-8" % (
            file, encoding.upper()[:6].rstrip("-"), len(mark) + error.start + 1)) from None
    if "\0" in text:
        raise Invalid("%s has NUL bytes: it is binary, or UTF-16 without a byte order mark; save it as UTF-8" % file)
    return re.sub(r"\r\n?", "\n", text)


def logical_lines(text: str, file: str = NAME_OF_FILE) -> Iterator[Tuple[int, str]]:
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
        raise Invalid("%s, line %d: ends with a backslash at the end of the file" % (file, first))


def check_url(url: str) -> None:
    match = re.fullmatch(r"(?:git\+)?(https?|ssh|file)://([^/\s]*)(/\S*)?", url)
    if not match:
        raise Invalid("'%s' is not an URL" % url)
    if match.group(1) == "file":
        raise Invalid("'%s' is a file outside the repository: an environment is shared by all releases with the same requirements" % url)
    if match.group(1) == "http":
        raise Invalid("'%s' is not encrypted: anybody on the way can replace what pip installs; use https" % url)
    if "@" in match.group(2) and (match.group(1) != "ssh" or ":" in match.group(2).split("@")[0]):
        raise Invalid("an URL holds a login; a requirements file is no place for one")


def check_option(line: str) -> None:
    words = re.split(r"[=\s]+", line, maxsplit=1)
    option = words[0]
    if option in ("-e", "--editable"):
        raise Invalid("editable installs are not supported. Remove the line; \"install_project\": true in the environment file installs the project")
    if option == "--trusted-host":
        raise Invalid("--trusted-host is refused: pip would not check the certificate of this host. Add the authority of its certificate "
                      "to those of the instance")
    if option not in OPTIONS:
        raise Invalid("'%s' is not an option that is allowed here" % option)
    if (len(words) > 1) != bool(OPTIONS[option]):
        raise Invalid("%s takes %s" % (option, "a value" if OPTIONS[option] else "no value"))
    if option in OTHER_FILE:
        inside_or_above(words[1])
    elif option.endswith("-url") or option == "-i":
        check_url(words[1])
    elif option in ("-f", "--find-links"):
        if ":" in words[1]:
            check_url(words[1])
        else:
            inside(words[1])


def inside(path: str) -> str:
    """A path of the repository in its shortest form."""
    short = os.path.normpath(path)
    if os.path.isabs(short) or short.startswith("~") or short.split(os.sep)[0] == "..":
        raise Invalid("'%s' is outside the repository" % path)
    return short


def inside_or_above(path: str) -> None:
    """A path that may begin with ../: requirement_files.py knows how many folders the repository has there."""
    if ":" in path or os.path.isabs(path) or path.startswith("~"):
        raise Invalid("'%s' is outside the repository" % path)


def other_file(line: str) -> str:
    """The path behind -r or -c; empty for another line."""
    found = re.match(r"(?:-r|-c|--requirement|--constraint)[=\s]+(\S.*)$", line)
    return found.group(1) if found else ""


def local_files(text: str) -> Iterator[Tuple[int, str, bool]]:
    """(line, path, is it a folder) of the files in the repository that pip reads because a valid requirements.txt names them."""
    for number, line in logical_lines(text):
        option = re.match(r"(?:-f|--find-links)[=\s]+([^:]*)$", line)
        archive = REQUIREMENT.match(line)
        if option:
            yield number, inside(option.group(1)), True
        elif archive and not archive.group("url") and ARCHIVE.fullmatch(archive.group(1)):
            yield number, archive.group(1), False


def check_local_files(release: str, text: str, file: str = NAME_OF_FILE) -> None:
    """Each is in the repository itself: what a link leads to is no part of the commit, and a robot may write to it."""
    for number, path, is_folder in local_files(text):
        place = os.path.join(release, path)
        problem = ""
        if os.path.realpath(place) != place:
            problem = "is a symbolic link or leads through one, such as a persistent path"
        elif not (os.path.isdir(place) if is_folder else os.path.isfile(place)):
            problem = "is not a %s of the repository" % ("folder" if is_folder else "file")
        elif is_folder and any(name.endswith((".html", ".htm")) for name in os.listdir(place)):
            problem = "has an HTML page, by which pip could reach other files"
        if problem:
            raise Invalid("%s, line %d: '%s' %s" % (file, number, path, problem))


def warnings(text: str, file: str = NAME_OF_FILE) -> List[str]:
    """What is allowed and can harm: one sentence each."""
    return ["%s, line %d: with --extra-index-url, pip takes the highest version from any index. A package of the same name on "
            "the other index replaces yours; use one index that has all packages" % (file, number)
            for number, line in logical_lines(text) if line.startswith("--extra-index-url")]


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


def count(text: str, file: str = NAME_OF_FILE) -> int:
    """How many requirements a file names; Invalid says what is wrong and where."""
    number = 0
    for line_number, line in logical_lines(text, file):
        try:
            if line.startswith("-"):
                check_option(line)
            else:
                check_requirement(line)
                number += 1
        except Invalid as problem:
            raise Invalid("%s, line %d: %s" % (file, line_number, shown(str(problem)))) from None
    return number


def content(release: str, file: str) -> str:
    """The text of a file of a release, by its path there; Invalid when it cannot be used."""
    path = os.path.join(release, file)
    # Root reads this: a link out of the release would show other people's files in the refusal.
    top = os.path.realpath(release)
    if os.path.commonpath([top, os.path.realpath(path)]) != top:
        raise Invalid("%s is a symbolic link that leads out of the release" % file)
    if os.path.lexists(path) and not os.path.isfile(path):
        raise Invalid("%s is not a file" % file)
    largest = LARGEST_LOCK if file.endswith(".lock") else LARGEST
    if os.path.exists(path) and os.path.getsize(path) > largest:
        raise Invalid("%s is larger than %d bytes" % (file, largest))
    try:
        with open(path, "rb") as opened:
            return decoded(opened.read(), file)
    except FileNotFoundError:
        raise Invalid("%s is missing" % file) from None
    except OSError as error:
        raise Invalid("%s cannot be read: %s" % (file, error)) from None
