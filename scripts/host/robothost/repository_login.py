"""repository_login: puts the parts of a repository secret into files that only their owner reads.

repository_login <file with the secret> <folder>: token, or ssh_key and known_hosts. Exits with 1 where the secret is neither. Its
parts go from file to file.
"""

from __future__ import annotations

import json
import os
import sys

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


def main(file: str, folder: str) -> None:
    try:
        with open(file, encoding="utf-8") as secret:
            found = parts(secret.read())
    except (ValueError, RecursionError):
        sys.exit(1)
    for name, content in found.items():
        descriptor = os.open(os.path.join(folder, name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
