"""certificate_secret: finds the certificates and the private key in the value of a certificate secret.

The value is JSON: {"cert": PEM, "key": PEM, "chain": PEM}. Forms, shells and other stores put a byte order mark before a value,
write a line break as the two characters \\n, or replace it by a blank or by nothing. None of these characters is base64, and five
dashes mark the ends of a block: so the original is certain, and is written again as OpenSSL writes it.
"""

from __future__ import annotations

import base64
import json
import re
from typing import List, NamedTuple, Optional

BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")
BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]*CERTIFICATE-----")
KEY = re.compile(r"-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY)-----([^-]*)(-----END \1-----)?")
NO_KEY = "'key' is no private key openssl can read without a pass phrase"


class Unreadable(Exception):
    """Why there is no certificate. Never contains a part of the key."""


class Parts(NamedTuple):
    """The leaf and its chain, each certificate once, and the key; clean PEM that ends in a line break."""

    certificates: List[str]
    key: str


def parts_of(secret: bytes) -> Parts:
    cert, key, chain = _fields(secret)
    # A full chain in 'cert' and the same chain in 'chain' is common and harmless.
    certificates = list(dict.fromkeys(certificates_in("cert", cert) + certificates_in("chain", chain)))
    return Parts(certificates, private_key_in(key))


def _fields(secret: bytes) -> List[str]:
    try:
        text = secret.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("the secret is not UTF-8 text") from None
    if not text.strip():
        raise Unreadable("there is no certificate secret")
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("the secret is not JSON") from None
    if not isinstance(fields, dict):
        raise Unreadable("the secret is not a JSON object")
    values = []
    for name in ("cert", "key", "chain"):
        value = fields.get(name, "" if name == "chain" else None)
        if not isinstance(value, str) or (name != "chain" and not value.strip()):
            raise Unreadable("the secret's '%s' is missing, empty or not a string" % name)
        if re.search(r"[\0\ud800-\udfff]", value):
            raise Unreadable("the secret's '%s' is not text" % name)
        values.append(value)
    return values


def certificates_in(name: str, text: str) -> List[str]:
    """The certificates, without other text. Each must be complete: without a damaged first one, the second is taken for the leaf."""
    text = _with_line_breaks(text)
    begun = len(BEGIN.findall(text))
    if text.strip() and not begun:
        raise Unreadable("'%s' holds no PEM certificate" % name)
    found = [_block("CERTIFICATE", body) for body in BLOCK.findall(text)]
    complete = [block for block in found if block]
    if len(complete) != begun:
        raise Unreadable("'%s' holds a PEM certificate that is cut or damaged" % name)
    return complete


def private_key_in(text: str) -> str:
    """The first private key, as OpenSSL chooses it; without parameters of a curve, certificates and other text."""
    text = _with_line_breaks(text)
    found = KEY.search(text)
    # An encrypted key in the form of RFC 1421 has headers.
    if not found or "Proc-Type:" in text:
        raise Unreadable(NO_KEY)
    block = _block(found.group(1), found.group(2))
    if not block or not found.group(3):
        raise Unreadable("'key' holds a PEM private key that is cut or damaged")
    return block


def _with_line_breaks(text: str) -> str:
    return re.sub(r"[^\S\n]+", " ", re.sub(r"\\+[nr]", "\n", text))


def _block(label: str, body: str) -> Optional[str]:
    """None unless the body is base64."""
    letters = "".join(body.split())
    try:
        if not base64.b64decode(letters, validate=True):
            return None
    except ValueError:
        return None
    lines = [letters[start:start + 64] for start in range(0, len(letters), 64)]
    return "\n".join(["-----BEGIN %s-----" % label, *lines, "-----END %s-----" % label, ""])
