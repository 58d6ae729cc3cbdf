"""docker: what the docker command line says of this instance's containers.

Only documented commands are used. What an inspection says of an environment's values stays in this process: it is redacted in what
docker prints, as this host's own secrets are.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request

from robothost.layout import Layout
from robothost.redact import Redaction, secrets_of, values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

LAYOUT = Layout(os.environ.get("APPLICATION", ""))
FOLDER = LAYOUT.migration
INVENTORY = os.path.join(FOLDER, "inventory.json")
HELD = os.path.join(FOLDER, "held.json")
redacted = Redaction(LAYOUT.application)


def ended(*words: str) -> Tuple[Optional[str], str]:
    """What a command prints, None when it fails; and its last words then."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=150, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, redacted(str(error))
    if done.returncode == 0:
        return done.stdout, ""
    return None, (redacted(done.stderr).strip().splitlines() or ["no reason given"])[-1]


def command(*words: str) -> str:
    """What a command prints; sys.exit with its last words when it fails."""
    output, reason = ended(*words)
    if output is None:
        sys.exit("%s: %s" % (" ".join(words[:2]), reason[:300]))
    return output


def attempt(*words: str) -> Optional[str]:
    """What a command prints, None when it fails."""
    return ended(*words)[0]


def containers(names: List[str]) -> List[Dict[str, Any]]:
    """The inspections of the containers with these names, or of all there are."""
    known = command("docker", "ps", "--all", "--quiet", "--no-trunc").split()
    found = json.loads(command("docker", "inspect", "--type", "container", *known)) if known else []
    for one in found:
        environment = environment_of(one)
        for name, value in environment.items():
            redacted.learn(secrets_of(name, value))
        redacted.learn(values(content_of(environment) or ""))
    return [one for one in found if not names or name_of(one) in names]


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
    """The names a .env sets."""
    return sorted(set(re.findall(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=", text, re.MULTILINE)))


def read(path: str) -> Dict[str, Any]:
    with open(path, encoding="utf-8") as file:
        found: Dict[str, Any] = json.load(file)
    return found


def write(path: str, value: Any) -> None:
    """In one piece, for root alone."""
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    descriptor = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)
        file.flush()
        os.fsync(descriptor)
    os.replace(path + ".new", path)


def answer(url: str) -> Tuple[int, int]:
    """The status of one request to this machine, 0 when there is none, with the milliseconds it took."""
    begun = time.monotonic()
    context = ssl.create_default_context()
    # The container's certificate is for its public name, not for this address.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    try:
        with opener.open(url, timeout=5) as response:
            status = response.status
    except urllib.error.HTTPError as error:
        status = error.code
    except OSError:
        status = 0
    except ValueError:
        status = 0
    return status, int((time.monotonic() - begun) * 1000)
