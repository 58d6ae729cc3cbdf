"""keys: decides whether the text of a secret holds exchange keys that a robot can use.

It reads the text on stdin. Exit code 0: it does. Exit code 3: it does not; the reason is on stdout and names a key, never
a value. The deployer cannot know whether the exchange accepts a key.
"""

from __future__ import annotations

import json
import re
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Tuple

KEYS = ("BINANCE_API_KEY", "BINANCE_SECRET_KEY")
# What a template or a workflow leaves where it replaced no value: ***, $NAME, ${NAME}, ${{ secrets.NAME }}.
PLACEHOLDER = re.compile(r"\*{3,}|\$\{\{.*\}\}|\$\{?[A-Za-z_][A-Za-z0-9_]*\}?")


def problem(text: bytes) -> str:
    """Why these bytes hold no keys, or an empty string."""
    try:
        # Windows puts a byte order mark in front.
        secret = json.loads(text.decode("utf-8-sig"), object_pairs_hook=unique, parse_constant=refuse)
    except (ValueError, RecursionError):
        return "the secret is not valid JSON, or has a duplicate field"
    if not isinstance(secret, dict):
        return "the secret is not a JSON object"
    return next((found for found in (problem_of(name, secret) for name in KEYS) if found), "")


def problem_of(name: str, secret: Dict[str, Any]) -> str:
    value = secret.get(name)
    if name not in secret:
        return name + " is missing from the secret"
    if not isinstance(value, str):
        return name + " is not a string"
    if not value.strip():
        return name + " is empty"
    # A key becomes a line of .env and the value of an HTTP header.
    if re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", value):
        return name + " contains control characters, such as a line break"
    if not re.fullmatch(r"[\x20-\x7e]+", value):
        return name + " contains a character that is not printable ASCII"
    if value != value.strip():
        return name + " begins or ends with a blank"
    if PLACEHOLDER.fullmatch(value):
        return name + " is a placeholder that nothing replaced"
    return ""


def unique(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a field is there twice")
    return dict(pairs)


def refuse(constant: str) -> None:
    raise ValueError(constant + " is not JSON")


def main() -> None:
    found = problem(sys.stdin.buffer.read())
    if found:
        print(found)
        sys.exit(3)
