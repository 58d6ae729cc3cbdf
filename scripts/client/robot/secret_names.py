"""Which names are those of secrets, and what is found about the secrets of a robot."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_SECRET = re.compile(
    r"(^|[_.-])(api_?key|api_?secret|secret(_?key)?"
    r"|(access|private|public|client|binance|kraken|coinbase\w*|kucoin|bybit|okx|bitget|exchange|encryption|user|jwt_?secret|jwt)_?key|"
    r"passw(or)?d|pass_?phrase|token|mnemonic|seed_?phrase|dsn|webhook(_?url)?|credentials?|secret|chat_?id|client_?id|(db|database)_?ur[il])"
    r"([_.-](production|prod|live|testnet|test|dev|main|spot|futures|\d+))?$", re.IGNORECASE)  # fmt: skip


@dataclass
class Secrets:
    variables: dict[str, str] = field(default_factory=dict)  # secret variable: where it is read
    others: dict[str, str] = field(default_factory=dict)  # required variable that is no secret: where
    files: dict[str, list[str]] = field(default_factory=dict)  # file, or the one that a template is for: fields of secrets in it
    is_exported: bool = False  # whether .env must become the environment of the process
    declared: list[dict[str, Any]] = field(default_factory=list)  # the value of the field `secrets`, where the default is not enough
    reasons: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def is_secret(name: str) -> bool:
    return bool(_SECRET.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)))


def is_secret_variable(name: str) -> bool:
    return is_secret(name) or bool(re.fullmatch(r"(.*_)?KEY", name)) and not re.search(r"(SORT|PRIMARY|FOREIGN|CONFIG|CACHE|STATE)_KEY$", name)
