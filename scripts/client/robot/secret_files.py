"""The secrets that a robot keeps in files of settings: committed ones, and those that a template or the code names."""

from __future__ import annotations

import json
import re
from typing import Any

from client.robot import toml, yaml
from client.robot.facts import Facts
from client.robot.files import Files
from client.robot.secret_names import Secrets, is_secret

_WAY = (
    "Remove the file from the commit and declare it in the environment's file as a secret with `file`, or let the robot read the fields as variables of "
    "a declared secret"
)
_BARE = re.compile(r"key", re.IGNORECASE)  # a secret beside one
_OTHER_FILES = re.compile(
    r"(^|/)(pyproject\.toml|setup\.cfg|package(-lock)?\.json|tsconfig\.json|[^/]*compose[^/]*\.ya?ml|mkdocs\.ya?ml)$|\.env"
    r"|(^|/)(charts?|helm|k8s|kubernetes|deploy|terraform|ansible|frontend|static)/"
)
_TEMPLATE = re.compile(r"(.*[._-])?(example|sample|template|dist|default)([._-].*)?", re.IGNORECASE)


def add(found: Secrets, files: Files, facts: dict[str, Facts], reached: list[str], kept: tuple[str, ...]) -> None:
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
            found.problems.append(
                f"{path} is committed and has fields for secrets: {shown}{where}. Everyone who reads the repository reads them, and the deployer "
                f"cannot replace or redact them: keep them empty there. {_WAY}"
            )
        else:
            found.problems.append(
                f"the robot keeps secrets in {path}, which the commit does not have: {shown}{where}. The file declares it as a secret with `file`: store its "
                "content with `keys --secret NAME <FILE` before the deploy"
            )
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
            found.unknown.append(
                f"{where} reads {path}, which the commit does not have"
                + (f"; {template} looks like its template" if template else "")
                + ". If the robot needs it, commit it, without secrets"
            )


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
