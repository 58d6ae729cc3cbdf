"""program: the files of the version of the host program that runs, besides its modules."""

from __future__ import annotations

import os

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# What makes the units of a release, and what the program does that they run after each end.
MAKES_UNITS = ("rules.py", "persistent_paths.py", "units.py", "crypto-robot.service", "crypto-webapp.service", "layout.py", "redact.py",
               "evidence.py", "crash.py")


def templates() -> str:
    """The folder with the templates of units. In the repository they are in systemd/."""
    folder = os.path.join(FOLDER, "units")
    return folder if os.path.isdir(folder) else os.path.join(FOLDER, "../../systemd")


def template(name: str) -> str:
    with open(os.path.join(templates(), name), encoding="utf-8") as file:
        return file.read()


def units_digest() -> str:
    """It changes with the version if units may differ: a deployment then makes them again."""
    import hashlib

    digest = hashlib.sha256()
    for name in MAKES_UNITS:
        folder = os.path.join(FOLDER, "robothost") if name.endswith(".py") else templates()
        with open(os.path.join(folder, name), "rb") as file:
            digest.update(name.encode() + b"\n" + file.read())
    return digest.hexdigest()[:12]
