"""rules: what the settings of a release may be, in a request and in a manifest."""

from __future__ import annotations

import json
import re

from robothost import service_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, TypeVar

    Value = TypeVar("Value")

SERVICE_TYPES = ("trading_robot", "web_application")
HEARTBEAT = {"heartbeat_file", "max_age_seconds"}
LONGEST_SILENCE = 86400
# Paths in a release that are the deployer's own.
RESERVED = {".env", ".git", ".deployer", ".deployer-env-base", ".deployer-files", "venv", "release.json", "requirements.txt"}


class Refused(Exception):
    """One sentence about a value that is not allowed."""


def checked(text: str, rule: Callable[[Any], Value], name: str = "") -> Value:
    """What a JSON text has, if the rule allows it; else Refused."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("%snot JSON: %s" % (name, error)) from None
    return rule(found)


def services(found: Any) -> List[Dict[str, Any]]:
    if not isinstance(found, list) or not found:
        raise Refused("Services is not an array with a service in it")
    for service in found:
        check_service(service)
    names = [service["name"] for service in found]
    if len(set(names)) != len(names):
        raise Refused("two services have the same name")
    return found


def check_service(service: Any) -> None:
    if not isinstance(service, dict) or set(service) - HEARTBEAT - set(service_rules.FIELDS) != {"name", "type", "command", "enabled"}:
        raise Refused("a service lacks name, type, command or enabled, or has a field that this version does not know")
    name, command = service["name"], service["command"]
    if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9-]{0,40}", name):
        raise Refused("service name %r is not like crypto-robot" % (name,))
    if re.match(r"crypto-robot-(step|plan|settle|dead-man|metadata)", name):
        raise Refused("service name %s is the deployer's own" % name)
    if service["type"] not in SERVICE_TYPES:
        raise Refused("service %s has type %r; allowed are %s" % (name, service["type"], ", ".join(SERVICE_TYPES)))
    if not isinstance(service["enabled"], bool):
        raise Refused("service %s: enabled is not true or false" % name)
    if not isinstance(command, str) or not command.strip() or re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", command):
        raise Refused("service %s has no command on one line" % name)
    if HEARTBEAT & set(service):
        check_heartbeat(name, service.get("heartbeat_file"), service.get("max_age_seconds"))
    problem = service_rules.problem(service)
    if problem:
        raise Refused("service %s: %s" % (name, problem))


def check_heartbeat(name: str, file: Any, age: Any) -> None:
    if not isinstance(file, str) or not re.fullmatch(r"\.?[A-Za-z0-9_][A-Za-z0-9._-]*(/\.?[A-Za-z0-9_][A-Za-z0-9._-]*)+", file):
        raise Refused("service %s: heartbeat_file %r is not a path like data/heartbeat" % (name, file))
    if type(age) is not int or not 1 <= age <= LONGEST_SILENCE:
        raise Refused("service %s: max_age_seconds %r is not a number of seconds up to %d" % (name, age, LONGEST_SILENCE))


def persistent_paths(paths: Any) -> List[str]:
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise Refused("not an array of strings")
    for path in paths:
        parts = path.split("/")
        if not re.fullmatch(r"[A-Za-z0-9._][A-Za-z0-9._/-]*", path) or any(part in ("", ".", "..") for part in parts):
            raise Refused("'%s' is not a relative path inside the application" % path)
        if parts[0] in RESERVED:
            raise Refused("'%s' belongs to the deployer" % path)
    for one in paths:
        for other in paths:
            if other.startswith(one + "/"):
                raise Refused("'%s' lies inside '%s'" % (other, one))
    return list(dict.fromkeys(paths))
