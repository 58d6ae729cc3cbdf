"""keys: decides whether the value of a secret holds exchange keys that a robot can use.

The deployer cannot know whether the exchange accepts a key.
"""

from __future__ import annotations

import json
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Tuple

KEYS = ("BINANCE_API_KEY", "BINANCE_SECRET_KEY")
# What a template or a workflow leaves where it replaced no value: ***, $NAME, ${NAME}, ${{ secrets.NAME }}.
PLACEHOLDER = re.compile(r"\*{3,}|\$\{\{.*\}\}|\$\{?[A-Za-z_][A-Za-z0-9_]*\}?")


class NoKeys(Exception):
    """Why the secret holds no keys. The reason names a key, never a value."""


def keys_in(text: str) -> Dict[str, str]:
    """Name → value of each key."""
    # Windows puts a byte order mark in front.
    if text.startswith("\ufeff"):
        text = text[1:]
    try:
        secret = json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise NoKeys("the secret is not valid JSON, or has a duplicate field") from None
    if not isinstance(secret, dict):
        raise NoKeys("the secret is not a JSON object")
    return {name: key_of(name, secret) for name in KEYS}


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
