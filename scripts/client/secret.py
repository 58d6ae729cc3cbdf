"""Stores an environment's secret, from stdin or from files, and only when it differs, because a new version requires a new deploy.

A value is never an argument, an environment variable, a file that we write, or output.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any, Optional

from client.aws import Aws, AwsError
from client.exits import FAILED, REFUSED, Stop
from client.screen import Screen

LARGEST = 65_536
_NAME = re.compile(r"(?!(?:certificate|repository)$)[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?")
_FIELD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def from_files(files: dict[str, str]) -> str:
    """A value with one field for each file."""
    fields = {}
    for name, file in files.items():
        try:
            fields[name] = Path(file).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise Stop(REFUSED, f"--{name.replace('_', '-')}: {file} is not a readable text file") from None
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def from_stdin(kind: str, screen: Screen) -> str:
    if sys.stdin.isatty():
        screen.line(f"Paste the JSON of {kind}, then press Ctrl-D:")
    read = sys.stdin.buffer.read(LARGEST + 1)
    if not read:
        raise Stop(REFUSED, "stdin is empty; nothing was stored")
    try:
        # Windows puts a byte order mark in front.
        text = read.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Stop(REFUSED, "stdin is not UTF-8; nothing was stored") from None
    # The last newline of an editor does not belong to the value.
    return text[:-1] if text.endswith("\n") else text


def checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise Stop(REFUSED, f"--secret: '{name[:60]}' is not the name of a secret of a release, such as telegram; nothing was stored")
    return name


def as_declared(name: str, value: str, settings: dict[str, Any], screen: Screen) -> str:
    """The value as the environment's file uses it: the content of a file stays as it is, lines NAME=value become a JSON object."""
    declared = next((one for one in _declared(settings) if one.get("name") == name), None)
    if declared is None:
        screen.line(f"warning: the environment's file does not declare a secret {name}; no release gets it")
        return value
    if "file" in declared and "field" not in declared:
        return value
    fields = _fields(value)
    if fields is None:
        screen.line(f"warning: the secret {name} must be a JSON object; a deploy with it is reported as without it")
        return value
    wanted = [declared["field"]] if "field" in declared else list(dict(declared.get("variables") or {}).values())
    missing = [field for field in wanted if field not in fields]
    if missing:
        screen.line(f"warning: the secret {name} lacks the fields {', '.join(missing)}, which the environment's file names")
    return value if value.lstrip().startswith("{") else json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def _declared(settings: dict[str, Any]) -> list[dict[str, Any]]:
    from client.robot.secrets import GIVEN

    declared = settings.get("secrets", [{"name": "keys", "variables": {name: name for name in GIVEN}}])
    return [one for one in declared if isinstance(one, dict)] if isinstance(declared, list) else []


def _fields(value: str) -> Optional[dict[str, Any]]:
    """The fields of a JSON object, or of lines NAME=value."""
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        lines = [line for line in value.splitlines() if line.strip()]
        pairs = [line.partition("=") for line in lines]
        if not lines or not all(_FIELD.fullmatch(name) and equals for name, equals, _ in pairs):
            return None
        if len({name for name, _, _ in pairs}) != len(pairs):
            return None
        return {name: text for name, _, text in pairs}
    return found if isinstance(found, dict) else None


def check(kind: str, value: str, screen: Screen) -> None:
    """Invalid keys are stored, since the deploy reports the reason. A certificate and a login must be complete."""
    if len(value.encode()) > LARGEST:
        raise Stop(REFUSED, "the value is larger than 65,536 bytes; nothing was stored")
    try:
        fields = json.loads(value)
    except (ValueError, RecursionError):
        fields = None
    if kind == "keys":
        return
    if not isinstance(fields, dict) or not _complete(kind, fields):
        raise Stop(REFUSED, f"this is not a {kind} as `{kind} --help` describes it; nothing was stored")


def _complete(kind: str, fields: dict[str, object]) -> bool:
    def strings(*names: str) -> bool:
        return all(isinstance(fields.get(name), str) for name in names)

    return strings("cert", "key") if kind == "certificate" else strings("token") or strings("ssh_key", "known_hosts")


def store(aws: Aws, name: str, value: str, screen: Screen) -> None:
    used = "the next deploy or rotation brings it into service"
    try:
        stored = _stored(aws, name)
        if stored == value:
            screen.line(f"{name} is unchanged")
        elif stored is not None:
            aws.call("secretsmanager", "put_secret_value", SecretId=name, SecretString=value)
            screen.line(f"{name} has a new version; {used}")
        else:
            description = f"Read by the instance of {name.split('/')[1]}; written by the deployer's client."
            aws.call("secretsmanager", "create_secret", Name=name, Description=description, SecretString=value)
            screen.line(f"{name} is created; {used}")
    except AwsError as e:
        raise Stop(FAILED, f"{name} was not stored: {e.message}") from None


def _stored(aws: Aws, name: str) -> Optional[str]:
    """The stored value; empty if the secret has no value yet, None if there is no secret."""
    try:
        return str(aws.call("secretsmanager", "get_secret_value", SecretId=name).get("SecretString", ""))
    except AwsError as e:
        if e.code == "AccessDeniedException" and not _listed(aws, name):
            return None
        if e.code != "ResourceNotFoundException":
            raise
        return "" if "staging label" in e.message else None


def _listed(aws: Aws, name: str) -> bool:
    """IAM may also refuse a secret that does not exist; the list of names shows whether it exists."""
    listed = aws.pages("secretsmanager", "list_secrets", "SecretList", "NextToken", Filters=[{"Key": "name", "Values": [name]}])
    return any(one["Name"] == name for one in listed)
