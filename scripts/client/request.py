"""The input of a state machine: the settings of an environment, overridden by the command line.

The deployer validates the values: it refuses an invalid one with its JSON path.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Optional

from client.exits import REFUSED, Stop

SETTINGS = ".github/environments"
_ENVIRONMENT = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?")
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9_]*)=(.*)", re.DOTALL)


# An operation on a release reads these from the release's manifest; the file has those of the next release.
_ON_A_RELEASE = ("rollback", "restart", "rotate-keys", "rotate-certificate")
_OF_A_RELEASE = (
    "repository_url", "branch", "revision", "python_version", "virtual_env_path", "certificate_hostname", "services", "mode", "port",
    "health_path", "protocol", "persistent_paths", "python_source", "system_packages", "directory", "requirements", "extras", "install_project",
    "require_hashes", "builder", "fresh", "secrets", "mode_variables", "export_env",
)  # fmt: skip


class _RepeatedField(ValueError):
    pass


def checked_environment(name: str) -> str:
    if not _ENVIRONMENT.fullmatch(name):
        raise Stop(REFUSED, f"'{name[:100]}' is not an environment; use a name such as crypto-robot.local")
    return name


def settings_folder(given: str, environment: str, home: Path) -> Path:
    """The folder with the environments' settings: the given one, the one here, or that of this repository."""
    if given:
        return Path(given)
    here = Path(SETTINGS)
    return here if (here / f"{environment}.json").is_file() else home / SETTINGS


def environment_values(folder: Path, environment: str, required: bool = False) -> dict[str, Any]:
    """The settings of an environment and its name; only the name if it has no file."""
    file = folder / f"{environment}.json"
    values: dict[str, Any] = {}
    if file.is_file():
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise Stop(REFUSED, f"{file} is not one JSON object: it is not UTF-8") from None
        values = _one_object(text, str(file))
    elif required:
        raise Stop(REFUSED, f"no file {file}; `adopt-robot PATH|URL --environment {environment}` prints one for a repository")
    values["environment"] = environment
    return values


def _one_object(text: str, where: str) -> dict[str, Any]:
    try:
        document = _parsed(text)
    except json.JSONDecodeError as e:
        raise Stop(REFUSED, f"{where} is not one JSON object: line {e.lineno}, column {e.colno}") from None
    except _RepeatedField as e:
        raise Stop(REFUSED, f"{where} is not one JSON object: {e}") from None
    except (ValueError, RecursionError):
        raise Stop(REFUSED, f"{where} is not one JSON object: it has a value that JSON does not allow") from None
    if not isinstance(document, dict):
        raise Stop(REFUSED, f"{where} is not one JSON object")
    return document


def _parsed(text: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = dict(pairs)
        if len(fields) != len(pairs):
            raise _RepeatedField("it has a field twice")
        return fields

    def refuse(constant: str) -> Any:
        raise ValueError(constant)

    document = json.loads(text, object_pairs_hook=once, parse_constant=refuse)
    json.dumps(document, allow_nan=False)  # 1e999 is infinite
    return document


def field_value(text: str) -> tuple[str, Any]:
    """FIELD=VALUE: the value is JSON if it can be parsed, otherwise a string. 3.10 stays a string: as a number it would be 3.1."""
    found = _FIELD.fullmatch(text)
    if not found:
        raise Stop(REFUSED, "--set needs FIELD=VALUE, such as --set bake_seconds=30")
    name, value = found.groups()
    try:
        document = _parsed(value)
    except (ValueError, RecursionError):
        if value[:1] in ('{', '[', '"'):
            raise Stop(REFUSED, f"--set {name}: the value is not valid JSON") from None
        return name, value
    return name, value if isinstance(document, float) else document


def deploy_request(values: dict[str, Any], operation: str, fields: dict[str, Any]) -> dict[str, Any]:
    """The input of the deploy machine."""
    left_out = _OF_A_RELEASE if operation in _ON_A_RELEASE else ()
    request = {**{name: value for name, value in values.items() if name not in left_out}, "operation": operation}
    for name, value in fields.items():
        # They exclude each other: the command line overrides the file.
        if name in ("branch", "revision"):
            request.pop("revision" if name == "branch" else "branch", None)
        request[name] = value
    return request


def watch_request(values: dict[str, Any], operation: str, **fields: Any) -> dict[str, Any]:
    """The input of the watch machine."""
    request = {"environment": values["environment"], "operation": operation, **fields}
    if "application_path" in values:
        request["application_path"] = values["application_path"]
    return request


def plan_request(deploy: dict[str, Any]) -> dict[str, Any]:
    """The input of the watch machine that asks what this deploy would change."""
    return watch_request(deploy, "plan", deploy=_embedded(deploy))


def power_request(values: dict[str, Any], operation: str) -> dict[str, Any]:
    return {"environment": values["environment"], "operation": operation}


def migrate_request(deploy: dict[str, Any], phase: str, containers: list[str], parallel_port: Optional[int]) -> dict[str, Any]:
    request: dict[str, Any] = {"environment": deploy["environment"], "phase": phase, "containers": containers}
    if "application_path" in deploy:
        request["application_path"] = deploy["application_path"]
    if parallel_port is not None:
        request["parallel_port"] = parallel_port
    request["deploy"] = _embedded(deploy)
    return request


def _embedded(deploy: dict[str, Any]) -> dict[str, Any]:
    """A deploy request as the field `deploy` of another request."""
    return {name: value for name, value in deploy.items() if name != "operation"}


def has_web_application(request: dict[str, Any]) -> bool:
    """Whether a deploy of this request serves a web application."""
    services = request.get("services")
    if request.get("mode") == "robot":
        return False
    if not isinstance(services, list):
        return True
    return any(isinstance(one, dict) and one.get("type") == "web_application" and one.get("enabled", True) for one in services)
