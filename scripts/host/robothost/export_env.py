"""export_env: starts a program with the variables of a .env in its environment.

export_env <path of .env> <program> [<argument> …]

A unit's ExecStart= has it in front of the command. It runs as the application's user in the unit's sandbox and then becomes the program.
EnvironmentFile= is not used: systemd would read the file as root, and root's ExecStopPost= would get the variables of a commit, such as
LD_PRELOAD. Values are read as python-dotenv reads them; a variable that the unit sets stays as it is.
"""

from __future__ import annotations

import os
import re
import sys

from robothost.env_file import bindings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Mapping, NoReturn, Optional

SINGLE = re.compile(r"'((?:\\'|[^'])*)'")
DOUBLE = re.compile(r'"((?:\\"|[^"])*)"')
# What may stand behind a quoted value; else python-dotenv takes the line for none.
REST = re.compile(r"[^\S\r\n]*(?:#.*)?")
ESCAPE = re.compile(r"""\\([\\'"abfnrtv])""")
ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
VARIABLE = re.compile(r"\$\{([^}:]*)(?::-([^}]*))?\}")
NOT_STARTED = 127


def value_of(written: str) -> Optional[str]:
    """The value before variables in it are replaced; None for a line that is not understood."""
    for quote, escapes in ((SINGLE, "\\'"), (DOUBLE, "\\'\"abfnrtv")):
        match = quote.match(written)
        if match:
            if not REST.fullmatch(written, match.end()):
                return None
            return ESCAPE.sub(lambda one: ESCAPED.get(one.group(1), one.group(1)) if one.group(1) in escapes else one.group(), match.group(1))
    return re.sub(r"\s+#.*", "", written).rstrip()


def exported(text: str, environment: Mapping[str, str]) -> Dict[str, str]:
    """The variables that a .env adds to an environment."""
    found: Dict[str, str] = {}
    for name, written in bindings(text):
        value = value_of(written)
        if value is not None:
            known = {**found, **environment}
            found[name] = VARIABLE.sub(lambda one: known.get(one.group(1), one.group(2) or ""), value)
    return {name: value for name, value in found.items() if name not in environment and "\0" not in name + value}


def start(path: str, command: list[str]) -> NoReturn:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            environment = {**exported(file.read(), os.environ), **os.environ}
        os.execve(command[0], command, environment)
    except OSError as error:
        # Without a path: which of the two it was is in the name of the error.
        print("the program was not started: %s: %s" % (error.filename or command[0], error.strerror), file=sys.stderr)
    sys.exit(NOT_STARTED)


def main(path: str, *command: str) -> None:
    start(path, list(command))
