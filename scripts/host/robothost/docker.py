"""docker: the containers of this instance, by the docker command line.

Only documented commands are used. What an inspection has of an environment's values stays in the memory of the step: the step redacts
it in all that it prints, like this host's own secrets.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re

from robothost import files
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

    from robothost.layout import Layout
    from robothost.system import Ended

# Seconds.
LONGEST_COMMAND, LONGEST_ANSWER = 150, 5
LONGEST_REASON = 300


class NotDone(Exception):
    """What was not done, and why; redacted."""


def inventory_file(layout: Layout) -> str:
    """What runs in containers, see inventory.py. While it exists, a migration is under way."""
    return os.path.join(layout.migration, "inventory.json")


def held_file(layout: Layout) -> str:
    """How the containers were before they were stopped, see hold.py. While it exists, they are stopped."""
    return os.path.join(layout.migration, "held.json")


def ended(host: Host, *words: str) -> Ended:
    return host.system.run(*words, timeout=LONGEST_COMMAND)


def command(host: Host, *words: str) -> str:
    """What a command prints; NotDone with its last words when it fails."""
    done = ended(host, *words)
    if done.code:
        reason = (host.redacted(done.errors).strip().splitlines() or ["no reason given"])[-1]
        raise NotDone("%s: %s" % (" ".join(words[:2]), reason[:LONGEST_REASON]))
    return done.output


def attempt(host: Host, *words: str) -> Optional[str]:
    """What a command prints, None when it fails."""
    done = ended(host, *words)
    return None if done.code else done.output


def containers(host: Host, names: List[str]) -> List[Dict[str, Any]]:
    """The inspections of the containers with these names, or of all containers."""
    from robothost.redact import secrets_of, values

    known = command(host, "docker", "ps", "--all", "--quiet", "--no-trunc").split()
    found: List[Dict[str, Any]] = json.loads(command(host, "docker", "inspect", "--type", "container", *known)) if known else []
    for one in found:
        environment = environment_of(one)
        for name, value in environment.items():
            host.redaction.learn(secrets_of(name, value))
        host.redaction.learn(values(content_of(environment) or ""))
    return [one for one in found if not names or name_of(one) in names]


def names_of(inventory: Dict[str, Any]) -> List[str]:
    return [one["name"] for one in inventory["containers"]]


def name_of(container: Dict[str, Any]) -> str:
    name: str = container["Name"]
    return name.lstrip("/")


def environment_of(container: Dict[str, Any]) -> Dict[str, str]:
    return dict(pair.split("=", 1) for pair in container["Config"].get("Env") or [] if "=" in pair)


def content_of(environment: Dict[str, str]) -> Optional[str]:
    """The text of ENV_CONTENT; None when there is none or it is not base64 of text."""
    try:
        return base64.b64decode("".join(environment["ENV_CONTENT"].split()), validate=True).decode()
    except (KeyError, binascii.Error, UnicodeDecodeError):
        return None


def names_in(text: str) -> List[str]:
    """The names that a .env sets."""
    return sorted(set(re.findall(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=", text, re.MULTILINE)))


def read(path: str) -> Dict[str, Any]:
    with open(path, encoding="utf-8") as file:
        found: Dict[str, Any] = json.load(file)
    return found


def write(layout: Layout, path: str, value: Any) -> None:
    """For root alone."""
    files.make_folder(os.path.dirname(path), 0o700)
    files.write(layout, path, json.dumps(value, indent=1), 0o600)


def answer(host: Host, url: str) -> Tuple[int, int]:
    """The status of one request to this machine, 0 when there is none, and the milliseconds that it took."""
    import ssl
    import urllib.error
    import urllib.request

    begun = host.system.uptime()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # The container's certificate is for its public name, not for this address.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    try:
        with opener.open(url, timeout=LONGEST_ANSWER) as response:
            status: int = response.status
    except urllib.error.HTTPError as error:
        status = error.code
    except (OSError, ValueError):
        status = 0
    return status, int((host.system.uptime() - begun) * 1000)
