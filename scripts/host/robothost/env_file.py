"""env_file: a release's .env, made from the repository's own by changing nothing but the lines that the deployer owns.

Lines are read the way python-dotenv reads them (values over several lines, `export`, quoted names, CRLF, a last line without an end),
and everything else stays byte for byte, but for a byte order mark before a line of the deployer.
"""

from __future__ import annotations

import re

from robothost.keys import KEYS
from robothost.mode_variables import DEFAULT, names_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterable, Iterator, List, Mapping, Optional, Set, Tuple

    from robothost.mode_variables import Modes

OWNED = KEYS + ("ROBOT_MODE", "SSL_CERT_PATH", "SSL_KEY_PATH")
# As python-dotenv does, on text: a no-break space before a name is a blank to it. Bytes that are no UTF-8 come and go unchanged.
BINDING = re.compile(
    r"""(?P<before>(?:[^\S\r\n]*(?:\r\n|\n|\r))*)      # blank lines are no part of a binding
         [^\S\r\n]*(?:export[^\S\r\n]+)?
         (?:'(?P<quoted>[^']+)'|(?P<name>(?!')[^=\#\s]+))[^\S\r\n]*
         (?:=[^\S\r\n]*(?P<value>'(?:\\'|[^'])*'[^\r\n]*|"(?:\\"|[^"])*"[^\r\n]*|[^\r\n]*)
           |(?:\#[^\r\n]*)?)                            # a name alone is one without a value
         (?:\r\n|\n|\r|\Z)""",
    re.VERBOSE,
)
# Blank lines go with the line after them: looked at one by one they would take the square of their number.
LINE = re.compile(
    r"(?:[^\S\r\n]*(?:\r\n|\n|\r))*[^\S\r\n]*(?:export[^\S\r\n]+)?(?:'[^']+')?[^\r\n]*(?:\r\n|\n|\r|\Z)")


# Some readers skip it, others take it for a part of the first name.
MARK = "\ufeff"
# UTF-16 and UTF-32, by their marks. UTF-32 LE begins with the mark of UTF-16 LE.
OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")


class Unreadable(Exception):
    """The base cannot be read by a robot, or not be changed line by line."""


class OpenQuote(Unreadable):
    """The base opens a quote that nothing closes: what comes after it belongs to the quote."""


def check_encoding(base: bytes) -> None:
    """Text in UTF-8 has no NUL bytes; in UTF-16, each character of ASCII has one."""
    halves = base[::2], base[1::2]
    is_utf16 = any(0 not in one and other.count(0) * 2 > len(other) for one, other in (halves, halves[::-1]))
    if base.startswith(OTHER_MARKS) or is_utf16:
        raise Unreadable("the repository's .env is UTF-16 or UTF-32 text, which robots cannot read; save it as UTF-8")


def quoted(value: str) -> str:
    """A value as python-dotenv reads it back; where possible also as a shell does."""
    if re.fullmatch(r"[A-Za-z0-9_./+=:@%,-]+", value):
        return value
    # ${NAME} is replaced whatever the quotes; an empty name with a default of "$" gives the "$" back.
    value = value.replace("${", "${:-$}{")
    if re.search(r"[\x00-\x1f\x7f]", value):
        escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\v": "\\v"}
        return '"%s"' % "".join(escapes.get(character, character) for character in value)
    if "'" not in value and "\\" not in value:
        return "'%s'" % value
    if not re.search(r'["\\$`]', value):
        return '"%s"' % value
    return "'%s'" % value.replace("\\", "\\\\").replace("'", "\\'")


def edited(base: bytes, settings: Mapping[str, Optional[str]]) -> bytes:
    """base with each name of settings set to its value, or absent where the value is None."""
    former = base.decode("utf-8", "surrogateescape")
    first = BINDING.match(former, len(MARK)) if former.startswith(MARK) else None
    if first and (first.group("quoted") or first.group("name")) in settings:
        former = former[len(MARK):]
    parts: List[str] = []
    seen: Set[str] = set()
    position = 0
    end = "\r\n" if "\r\n" in former else "\n"
    while position < len(former):
        match = BINDING.match(former, position)
        if not match:
            line = LINE.match(former, position)
            assert line is not None, "the pattern matches every text"
            parts.append(line.group())
            position = line.end()
            continue
        name = match.group("quoted") or match.group("name")
        if name not in settings:
            parts.append(match.group())
        else:
            parts.append(match.group("before"))
            value = settings[name]
            if value is not None and name not in seen:
                parts.append(binding(name, value, end))
            seen.add(name)
        position = match.end()
    missing = [binding(name, value, end) for name, value in settings.items() if value is not None and name not in seen]
    text = "".join(parts)
    if missing and text and not text.endswith(("\n", "\r")):
        text += end
    text += "".join(missing)
    return text.encode("utf-8", "surrogateescape")


def bindings(text: str) -> Iterator[Tuple[str, str]]:
    """The name and the value, as it is written, of each line that has both."""
    position = len(MARK) if text.startswith(MARK) else 0
    while position < len(text):
        match = BINDING.match(text, position)
        if match and match.group("value") is not None:
            yield match.group("quoted") or match.group("name"), match.group("value")
        line = match or LINE.match(text, position)
        assert line is not None, "the pattern matches every text"
        position = line.end()


def binding(name: str, value: str, end: str) -> str:
    return "%s=%s%s" % (name, quoted(value), end)


def env_of(base: bytes, mode: str, keys: Mapping[str, str], certificate: str, names: Iterable[str] = (), modes: Modes = DEFAULT) -> bytes:
    """The .env of a release in this mode: keys are empty in simulation, certificate is the folder with the files, or empty over HTTP. The
    deployer owns also these names, and those of the modes: without a value they are absent."""
    check_encoding(base)
    settings: Dict[str, Optional[str]] = {**dict.fromkeys(names), **dict.fromkeys(OWNED), **names_of(modes), **keys, **modes[mode]}
    if certificate:
        settings.update(SSL_CERT_PATH=certificate + "/cert.pem", SSL_KEY_PATH=certificate + "/key.pem")
    env = edited(base, settings)
    # What is behind an open quote is part of it, for python-dotenv as for this module: then a line would be added once more.
    if edited(env, settings) != env:
        raise OpenQuote("the repository's .env opens a quote that nothing closes")
    return env
