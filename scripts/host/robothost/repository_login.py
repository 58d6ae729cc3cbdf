"""repository_login: the parts of a repository secret: token, or ssh_key and known_hosts."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict


def parts(text: str) -> Dict[str, bytes]:
    """file name → content; ValueError where the secret is neither kind."""
    secret = json.loads(text)
    if not isinstance(secret, dict):
        raise ValueError("not an object")
    found = {}
    for name in ("token",) if "token" in secret else ("ssh_key", "known_hosts"):
        value = secret.get(name)
        if not isinstance(value, str) or not value.strip():
            raise ValueError("%s is missing or no string" % name)
        found[name] = (value.strip() + "\n").encode()
    return found
