"""env_file: writes a release's .env from the repository's own, changing nothing but the lines the deployer owns.

env_file.py <base> <target> live|simulation [<cert path> <key path>]; in live mode the secret's JSON comes on stdin. Lines are
read the way python-dotenv reads them (values over several lines, `export`, quoted names, CRLF, a last line without an end), and
everything else stays byte for byte. The target appears in one piece, 0600, owned by the base's owner.
"""

import json
import os
import re
import sys

KEYS = ("BINANCE_API_KEY", "BINANCE_SECRET_KEY")
OWNED = KEYS + ("ROBOT_MODE", "SSL_CERT_PATH", "SSL_KEY_PATH")
BINDING = re.compile(
    rb"""(?P<before>(?:[^\S\r\n]*(?:\r\n|\n|\r))*)      # blank lines belong to nobody
         [^\S\r\n]*(?:export[^\S\r\n]+)?
         (?:'(?P<quoted>[^'\r\n]+)'|(?P<name>[^=\#\s]+))
         [^\S\r\n]*=[^\S\r\n]*
         (?:'(?:\\'|[^'])*'[^\r\n]*|"(?:\\"|[^"])*"[^\r\n]*|[^\r\n]*)
         (?:\r\n|\n|\r|\Z)""",
    re.VERBOSE,
)
LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")


def quoted(value):
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


def edited(base, settings):
    """base with each name of settings set to its value, or absent where the value is None."""
    parts, seen, position = [], set(), 0
    end = b"\r\n" if b"\r\n" in base else b"\n"
    while position < len(base):
        match = BINDING.match(base, position)
        if not match:
            match = LINE.match(base, position)
            parts.append(match.group())
            position = match.end()
            continue
        name = (match.group("quoted") or match.group("name")).decode("utf-8", "replace")
        if name not in settings:
            parts.append(match.group())
        else:
            parts.append(match.group("before"))
            if settings[name] is not None and name not in seen:
                parts.append(binding(name, settings[name], end))
            seen.add(name)
        position = match.end()
    missing = [name for name, value in settings.items() if value is not None and name not in seen]
    text = b"".join(parts)
    if missing and text and not text.endswith((b"\n", b"\r")):
        text += end
    return text + b"".join(binding(name, settings[name], end) for name in missing)


def binding(name, value, end):
    return ("%s=%s" % (name, quoted(value))).encode() + end


def keys(text):
    """The two keys of a secret; sys.exit says what is wrong, never the value."""
    try:
        secret = json.loads(text)
    except ValueError:
        sys.exit("its content is not JSON any more")
    for name in KEYS:
        if not isinstance(secret, dict) or not isinstance(secret.get(name), str) or not secret[name].strip():
            sys.exit("its content has changed: %s is missing, empty or not a string" % name)
        if "\0" in secret[name]:
            sys.exit("%s holds a NUL character" % name)
    return {name: secret[name] for name in KEYS}


def main(base, target, mode, certificate=None, key=None):
    settings = dict.fromkeys(OWNED)
    settings["ROBOT_MODE"] = mode
    if mode == "live":
        settings.update(keys(sys.stdin.buffer.read().decode("utf-8", "strict")))
    settings["SSL_CERT_PATH"], settings["SSL_KEY_PATH"] = certificate, key
    with open(base, "rb") as file:
        text = edited(file.read(), settings)
    fresh = target + ".new"
    if os.path.lexists(fresh):
        os.unlink(fresh)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text)
        owner = os.stat(base)
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
        os.fsync(descriptor)
    os.replace(fresh, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
