"""env_file: writes a release's .env from the repository's own, changing nothing but the lines the deployer owns.

env_file <base> <target> live|simulation [<cert path> <key path>]; in live mode the secret's JSON comes on stdin. Lines are
read the way python-dotenv reads them (values over several lines, `export`, quoted names, CRLF, a last line without an end), and
everything else stays byte for byte. The target appears in one piece, 0600, owned by the base's owner. Exits with 1 when the secret
is at fault, with 2 when the base is.
"""

from __future__ import annotations

import json
import os
import re
import sys

from robothost import changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Mapping, Optional, Set

KEYS = ("BINANCE_API_KEY", "BINANCE_SECRET_KEY")
OWNED = KEYS + ("ROBOT_MODE", "SSL_CERT_PATH", "SSL_KEY_PATH")
# As python-dotenv does, on text: a no-break space before a name is a blank to it. Bytes that are no UTF-8 come and go unchanged.
BINDING = re.compile(
    r"""(?P<before>(?:[^\S\r\n]*(?:\r\n|\n|\r))*)      # blank lines belong to nobody
         [^\S\r\n]*(?:export[^\S\r\n]+)?
         (?:'(?P<quoted>[^']+)'|(?P<name>(?!')[^=\#\s]+))[^\S\r\n]*
         (?:=[^\S\r\n]*(?:'(?:\\'|[^'])*'[^\r\n]*|"(?:\\"|[^"])*"[^\r\n]*|[^\r\n]*)
           |(?:\#[^\r\n]*)?)                            # a name alone is one without a value
         (?:\r\n|\n|\r|\Z)""",
    re.VERBOSE,
)
# Blank lines go with the line after them: looked at one by one they would take the square of their number.
LINE = re.compile(
    r"(?:[^\S\r\n]*(?:\r\n|\n|\r))*[^\S\r\n]*(?:export[^\S\r\n]+)?(?:'[^']+')?[^\r\n]*(?:\r\n|\n|\r|\Z)")


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


def binding(name: str, value: str, end: str) -> str:
    return "%s=%s%s" % (name, quoted(value), end)


def keys(text: bytes) -> Dict[str, str]:
    """The two keys of a secret that keys.py accepted."""
    try:
        secret = json.loads(text.decode("utf-8-sig"))
        return {name: checked(secret[name]) for name in KEYS}
    except (ValueError, RecursionError, KeyError, TypeError):
        sys.exit("its content is not what was judged")


def checked(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value


def main(base: str, target: str, mode: str, certificate: Optional[str] = None, key: Optional[str] = None) -> None:
    settings = dict.fromkeys(OWNED)
    settings["ROBOT_MODE"] = mode
    if mode == "live":
        settings.update(keys(sys.stdin.buffer.read()))
    settings["SSL_CERT_PATH"], settings["SSL_KEY_PATH"] = certificate, key
    try:
        source = os.open(base, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        sys.stderr.write("%s cannot be read: %s\n" % (os.path.basename(base), error.strerror))
        sys.exit(2)
    with open(source, "rb") as file:
        owner = os.fstat(source)
        text = edited(file.read(), settings)
    # What stands behind an open quote is part of it, for python-dotenv as for us: then a line would be added once more.
    if edited(text, settings) != text:
        sys.stderr.write("the repository's .env opens a quote that nothing closes\n")
        sys.exit(2)
    write(target, text, owner)


def write(target: str, text: bytes, owner: os.stat_result) -> None:
    """In one piece."""
    fresh = target + ".new"
    changes.unlink(fresh)
    changes.write_new(fresh, text.decode("utf-8", "surrogateescape"), 0o600)
    changes.set_owner(fresh, owner.st_uid, owner.st_gid)
    changes.rename(fresh, target)
