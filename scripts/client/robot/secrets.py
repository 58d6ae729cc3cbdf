"""The secrets that a robot reads. The deployer gives two, in .env; an environment's file declares every other one."""

from __future__ import annotations

import re
from typing import Iterable

from client.robot import secret_files, secret_values
from client.robot.facts import Facts
from client.robot.files import Files
from client.robot.secret_names import Secrets, is_secret, is_secret_variable

GIVEN = ("BINANCE_API_KEY", "BINANCE_SECRET_KEY")
SET = {"ROBOT_MODE", "SSL_CERT_PATH", "SSL_KEY_PATH", "PORT", "HOME", "PATH", "XDG_CACHE_HOME", "PYTHONUNBUFFERED", "USER", "LANG", "TZ"}


def of(files: Files, facts: dict[str, Facts], reached: list[str], declared: dict[str, str], kept: Iterable[str]) -> Secrets:
    """`declared` are variables of compose files, `kept` the persistent paths: what is read there was written there."""
    found = Secrets()
    exports = any(facts[path].exports or facts[path].settings_files for path in reached)
    committed = set(_names(files.text(".env")))
    for path in reached:
        for name, (required, line) in facts[path].variables.items():
            where = f"{path}:{line}"
            if is_secret_variable(name):
                found.variables.setdefault(name, where)
            elif required and name not in SET:
                found.others.setdefault(name, where)
    for template, text in files.read(r"\.env[^/]*"):
        for name in _names(text):
            if is_secret_variable(name):
                found.variables.setdefault(name, template)
    for name, source in declared.items():
        if is_secret_variable(name):
            found.variables.setdefault(name, source)
    found.is_exported = not exports and bool(found.variables or found.others)
    _variables(found, exports or found.is_exported, committed)
    secret_files.add(found, files, facts, reached, tuple(kept))
    found.declared = secret_values.of(found, files, GIVEN, tuple(kept))
    filled = [
        name
        for name, value in re.findall(r"(?m)^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*[\"']?([^\s\"'#]{8,})", files.text(".env"))
        if is_secret(name) and "your" not in value
    ]
    if filled:
        found.problems.append(
            f".env is committed with values for {', '.join(filled[:6])}: everyone who reads the repository has them. Replace them at their issuer, "
            "and remove them from the commit"
        )
    return found


def _variables(found: Secrets, exports: bool, committed: set[str]) -> None:
    given = [name for name in GIVEN if name in found.variables]
    other = {name: where for name, where in found.variables.items() if name not in GIVEN}
    if given and exports:
        found.reasons.append(
            f"the deployer writes {' and '.join(given)} into .env, which "
            + ("becomes the environment of the robot (export_env)" if found.is_exported else "the robot loads")
        )
    if other:
        shown = ", ".join(f"{name} ({where})" for name, where in list(other.items())[:8]) + (f" and {len(other) - 8} more" if len(other) > 8 else "")
        found.problems.append(
            f"the robot reads secrets under other names: {shown}. The file declares them as `secrets`: check which of them it needs to be live, and store "
            "each secret before the deploy with `keys`, or `keys --secret NAME`; stdin has lines VARIABLE=value"
        )
    lacking = {name: where for name, where in found.others.items() if name not in committed}
    if lacking:
        found.problems.append(
            "the robot does not start without these variables: "
            + ", ".join(f"{name} ({where})" for name, where in list(lacking.items())[:8])
            + ". Write their values into the committed file .env"
        )


def _names(text: str) -> list[str]:
    return re.findall(r"(?m)^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=", text)
