"""keys: decides whether the value of a secret holds what a robot can use: the fields that become variables, or the content of a file.

The deployer cannot know whether the exchange accepts a key.
"""

from __future__ import annotations

import json
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, Iterator, List, Tuple

KEYS = ("BINANCE_API_KEY", "BINANCE_SECRET_KEY")
# What a template or a workflow leaves where it replaced no value: ***, $NAME, ${NAME}, ${{ secrets.NAME }}.
PLACEHOLDER = re.compile(r"\*{3,}|\$\{\{.*\}\}|\$\{?[A-Za-z_][A-Za-z0-9_]*\}?")
# The same as a value in a file that is not JSON, at the end of its line or in quotes.
PLACEHOLDER_IN_A_FILE = re.compile(r"\$\{\{[^\n]*\}\}|[:=]\s*[\"']?\*{3,}[\"']?\s*,?\s*$", re.MULTILINE)


class NoKeys(Exception):
    """Why the secret holds no keys. The reason names a key, never a value."""


def keys_in(text: str, fields: Iterable[str] = KEYS) -> Dict[str, str]:
    """Field → value of each field."""
    secret = object_in(text)
    return {name: key_of(name, secret) for name in fields}


def file_in(text: str, path: str, field: str = "") -> str:
    """The content of a file: one field of the secret, or all of it."""
    content = text
    if field:
        secret = object_in(text)
        if field not in secret:
            raise NoKeys(field + " is missing from the secret")
        if not isinstance(secret[field], str):
            raise NoKeys(field + " is not a string")
        content = secret[field]
    what = field or "the secret"
    if not content.strip("\ufeff \t\r\n"):
        raise NoKeys(what + " is empty")
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", content):
        raise NoKeys(what + " contains control characters")
    if PLACEHOLDER.fullmatch(content.strip()):
        raise NoKeys(what + " is a placeholder that nothing replaced")
    if path.endswith(".json"):
        try:
            leaves = list(strings_in(json.loads(without_mark(content), parse_constant=refuse)))
        except (ValueError, RecursionError):
            raise NoKeys("%s is not valid JSON, which %s must be" % (what, path)) from None
        if any(PLACEHOLDER.fullmatch(leaf.strip()) for leaf in leaves):
            raise NoKeys(what + " has a value that is a placeholder that nothing replaced")
    elif PLACEHOLDER_IN_A_FILE.search(content):
        raise NoKeys(what + " has a value that is a placeholder that nothing replaced")
    return content


def strings_in(found: Any) -> Iterator[str]:
    """Every string of a JSON value that is no name."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, (list, dict)):
        for inner in found.values() if isinstance(found, dict) else found:
            yield from strings_in(inner)


def without_mark(text: str) -> str:
    """Windows puts a byte order mark in front."""
    return text[1:] if text.startswith("\ufeff") else text


def object_in(text: str) -> Dict[str, Any]:
    text = without_mark(text)
    try:
        secret = json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise NoKeys("the secret is not valid JSON, or has a duplicate field") from None
    if not isinstance(secret, dict):
        raise NoKeys("the secret is not a JSON object")
    return secret


def key_of(name: str, secret: Dict[str, Any]) -> str:
    value = secret.get(name)
    if name not in secret:
        raise NoKeys(name + " is missing from the secret")
    if not isinstance(value, str):
        raise NoKeys(name + " is not a string")
    if not value.strip():
        raise NoKeys(name + " is empty")
    # A key becomes a line of .env and the value of an HTTP header.
    if re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", value):
        raise NoKeys(name + " contains control characters, such as a line break")
    if not re.fullmatch(r"[\x20-\x7e]+", value):
        raise NoKeys(name + " contains a character that is not printable ASCII")
    if value != value.strip():
        raise NoKeys(name + " begins or ends with a blank")
    if PLACEHOLDER.fullmatch(value):
        raise NoKeys(name + " is a placeholder that nothing replaced")
    return value


def unique(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("duplicate field")
    return dict(pairs)


def refuse(constant: str) -> None:
    raise ValueError(constant + " is not JSON")
