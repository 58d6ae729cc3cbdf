"""The secrets that a robot reads: variables, and fields of files. The deployer gives two, in .env; every other one needs a way."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Iterable

from client.robot import toml, yaml
from client.robot.files import Files
from client.robot.facts import Facts

GIVEN = ("BINANCE_API_KEY", "BINANCE_SECRET_KEY")
SET = {"ROBOT_MODE", "SSL_CERT_PATH", "SSL_KEY_PATH", "PORT", "HOME", "PATH", "XDG_CACHE_HOME", "PYTHONUNBUFFERED", "USER", "LANG", "TZ"}
_SECRET = re.compile(
    r"(^|[_.-])(api_?key|api_?secret|secret(_?key)?|(access|private|public|client|binance|kraken|coinbase\w*|kucoin|bybit|okx|bitget|exchange|encryption|user|jwt_?secret|jwt)_?key|"
    r"passw(or)?d|pass_?phrase|token|mnemonic|seed_?phrase|dsn|webhook(_?url)?|credentials?|secret|chat_?id|client_?id|(db|database)_?ur[il])"
    r"([_.-](production|prod|live|testnet|test|dev|main|spot|futures|\d+))?$", re.IGNORECASE)  # fmt: skip
_BARE = re.compile(r"key", re.IGNORECASE)  # a secret beside one
_OTHER_FILES = re.compile(
    r"(^|/)(pyproject\.toml|setup\.cfg|package(-lock)?\.json|tsconfig\.json|[^/]*compose[^/]*\.ya?ml|mkdocs\.ya?ml)$|\.env"
    r"|(^|/)(charts?|helm|k8s|kubernetes|deploy|terraform|ansible|frontend|static)/"
)
_TEMPLATE = re.compile(r"(.*[._-])?(example|sample|template|dist|default)([._-].*)?", re.IGNORECASE)


@dataclass
class Secrets:
    variables: dict[str, str] = field(default_factory=dict)  # secret variable: where it is read
    others: dict[str, str] = field(default_factory=dict)  # required variable that is no secret: where
    files: dict[str, list[str]] = field(default_factory=dict)  # file, or the one that a template is for: fields of secrets in it
    reasons: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def is_secret(name: str) -> bool:
    return bool(_SECRET.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)))


def _is_variable(name: str) -> bool:
    return is_secret(name) or bool(re.fullmatch(r"(.*_)?KEY", name)) and not re.search(r"(SORT|PRIMARY|FOREIGN|CONFIG|CACHE|STATE)_KEY$", name)


def of(files: Files, facts: dict[str, Facts], reached: list[str], declared: dict[str, str], kept: Iterable[str]) -> Secrets:
    """`declared` are variables of compose files, `kept` the persistent paths: what is read there was written there."""
    found = Secrets()
    exports = any(facts[path].exports or facts[path].settings_files for path in reached)
    committed = set(_names(files.text(".env")))
    for path in reached:
        for name, (required, line) in facts[path].variables.items():
            where = f"{path}:{line}"
            if _is_variable(name):
                found.variables.setdefault(name, where)
            elif required and name not in SET:
                found.others.setdefault(name, where)
    for template, text in files.read(r"\.env[^/]*"):
        for name in _names(text):
            if _is_variable(name):
                found.variables.setdefault(name, template)
    for name, source in declared.items():
        if _is_variable(name):
            found.variables.setdefault(name, source)
    _variables(found, exports, committed)
    _files(found, files, facts, reached, tuple(kept))
    filled = [
        name
        for name, value in re.findall(r"(?m)^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*[\"']?([^\s\"'#]{8,})", files.text(".env"))
        if is_secret(name) and "your" not in value
    ]
    if filled:
        found.problems.append(
            f".env is committed with values for {', '.join(filled[:6])}: whoever reads the repository has them. Replace them at their issuer, and remove "
            f"them from the commit"
        )
    return found


def _variables(found: Secrets, exports: bool, committed: set[str]) -> None:
    given = [name for name in GIVEN if name in found.variables]
    other = {name: where for name, where in found.variables.items() if name not in GIVEN}
    if given and exports:
        found.reasons.append(f"{' and '.join(given)}: the deployer writes them into .env, which the robot loads")
    elif given:
        found.problems.append(f"{found.variables[given[0]]} reads {' and '.join(given)} from the environment. The deployer writes them into the file .env, "
            f"which is not the "
                              "environment of the process: add python-dotenv to requirements.txt and call load_dotenv() at the start")  # fmt: skip
    if other:
        shown = ", ".join(f"{name} ({where})" for name, where in list(other.items())[:8]) + (f" and {len(other) - 8} more" if len(other) > 8 else "")
        found.problems.append(f"the robot reads secrets under other names: {shown}. The deployer stores BINANCE_API_KEY and BINANCE_SECRET_KEY only and "
            f"writes them into .env: "
                              "read the exchange's keys under these names" + ("" if exports else ", after load_dotenv()")
                              + ". There is no safe place for further secrets yet; do not commit them")  # fmt: skip
    lacking = {name: where for name, where in found.others.items() if name not in committed}
    if lacking:
        found.problems.append("the robot does not start without these variables: " + ", ".join(f"{name} ({where})" for name, where in list(lacking.items())[:8])
                              + ". Write their values into the committed file .env" + ("" if exports else ", and call load_dotenv() at the start"))  # fmt: skip
    present = {name: where for name, where in found.others.items() if name in committed}
    if present and not exports:
        found.problems.append("the committed .env has " + ", ".join(list(present)[:8]) + ", which the robot reads from the environment of the process; .env "
            "is only a file. "
                              "Add python-dotenv to requirements.txt and call load_dotenv() at the start")  # fmt: skip


def _names(text: str) -> list[str]:
    return re.findall(r"(?m)^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=", text)


def _files(found: Secrets, files: Files, facts: dict[str, Facts], reached: list[str], kept: tuple[str, ...]) -> None:
    read = {path: f"{source}:{line}" for source in reached for path, line in facts[source].reads.items()}
    for path, text in files.read(r"(?:[^/]+/){0,2}[^/]+\.(?:json|ya?ml|toml|cfg|ini|example|sample|template)"):
        if path.startswith(".") or _OTHER_FILES.search(path):
            continue
        base = path.rsplit("/", 1)[-1]
        if not (_TEMPLATE.fullmatch(base) or path in read or re.fullmatch(r"((config\w*|conf|settings|user_data)/)?[^/]+", path)):
            continue
        names = _fields(path, text)
        if names:
            base = path.rsplit("/", 1)[-1]
            real = (
                re.sub(r"[._-](example|sample|template|dist|default)(?=$|[._-])|^(example|sample|template)[._-]", "", path)
                if _TEMPLATE.fullmatch(base)
                else path
            )
            if real != path and real not in files:
                real = next((one for one in read if real.rsplit("/", 1)[-1].lstrip(".").startswith(one.rsplit("/", 1)[-1])), real)
            found.files.setdefault(real, names)
    for path in reached:
        names = _constants(facts[path])
        if names:
            found.files.setdefault(path, names)
    for path, one in facts.items():
        names = _constants(one) if _TEMPLATE.fullmatch(path.rsplit("/", 1)[-1]) and path not in reached else []
        real = re.sub(r"[._-](example|sample|template|dist|default)(?=[._-])", "", path)
        if names and real not in files:
            found.files.setdefault(real, names)
    for path, names in found.files.items():
        shown = ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
        where = f" ({read[path]} reads it)" if path in read else ""
        if path in files:
            found.problems.append(f"{path} is committed and has fields for secrets: {shown}{where}. Whoever reads the repository reads them, and the "
                f"deployer cannot replace or redact "
                                  "them: keep them empty there, and read BINANCE_API_KEY and BINANCE_SECRET_KEY of .env instead")  # fmt: skip
        else:
            found.problems.append(f"the robot keeps secrets in {path}, which the commit does not have: {shown}{where}. The deployer cannot write such a file "
                f"yet: read "
                                  "BINANCE_API_KEY and BINANCE_SECRET_KEY of .env instead")  # fmt: skip
    _missing(found, files, facts, reached, {path: where for path, where in read.items() if not path.startswith(tuple(one + "/" for one in kept))})


def _constants(facts: Facts) -> list[str]:
    """Top-level names of secrets with a text that can be one, also an empty one."""
    return [
        name for name, (value, _) in facts.constants.items() if is_secret(name) and re.fullmatch(r"[^\s/{}]*|.*your.*", value) and value.lower() != name.lower()
    ]


def _missing(found: Secrets, files: Files, facts: dict[str, Facts], reached: list[str], read: dict[str, str]) -> None:
    written = {path for source in reached for path in facts[source].writes}
    for path, where in read.items():
        base = path.rsplit("/", 1)[-1]
        stem = base.lstrip(".").rsplit(".", 1)[0]
        template = next((one for one in files if _TEMPLATE.fullmatch(one.rsplit("/", 1)[-1]) and len(stem) > 2 and stem in one.rsplit("/", 1)[-1]), "")
        if not template and not re.search(r"\.(json|hjson|ya?ml|cfg|ini|toml|txt|csv)$", base):
            continue
        lacking = path not in files and not files.has_folder(path) and path not in found.files and "*" not in path and not path.startswith(("/", "~", ".."))
        if lacking and path not in written and path != ".env" and not path.endswith("/"):
            found.unknown.append(f"{where} reads {path}, which the commit does not have" + (f"; {template} looks like its template" if template else "")
                                 + ". If the robot needs it, commit it, without secrets")  # fmt: skip


def _fields(path: str, text: str) -> list[str]:
    """The names of fields for secrets, with the names above them."""
    if len(text) > 100_000:
        return []
    document: Any = None
    kind = re.search(r"\.(json|ya?ml|toml|cfg|ini)(?:$|[._-])", path)
    if kind and kind.group(1) == "json" or text.lstrip()[:1] == "{":
        try:
            document = json.loads(re.sub(r"(?m)^\s*//.*$|,(?=\s*[}\]])", "", text))
        except (ValueError, RecursionError):
            return []
    elif kind and kind.group(1) in ("yml", "yaml"):
        document = yaml.parsed(text)
    elif kind and kind.group(1) == "toml":
        document = toml.parsed(text)
    else:
        return [name for name in dict.fromkeys(re.findall(r"(?m)^\s*([A-Za-z_][\w.-]*)\s*[=:]", text)) if is_secret(name)]
    names: list[str] = []
    _walk(document, "", names, 0)
    return list(dict.fromkeys(names))


def _walk(document: Any, above: str, names: list[str], depth: int) -> None:
    if depth > 8 or len(names) > 40:
        return
    if isinstance(document, dict):
        sure = any(isinstance(name, str) and is_secret(name) for name in document)
        for name, value in document.items():
            if isinstance(value, (dict, list)):
                _walk(value, f"{above}{name}.", names, depth + 1)
            elif isinstance(name, str) and (is_secret(name) or sure and _BARE.fullmatch(name)) and (value is None or isinstance(value, str)):
                names.append(f"{above}{name}"[:80])
    elif isinstance(document, list):
        for one in document[:20]:
            _walk(one, above, names, depth + 1)
