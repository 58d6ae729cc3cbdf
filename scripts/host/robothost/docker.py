"""docker: what the docker command line says of this instance's containers.

Only documented commands are used. What an inspection says of an environment's values stays in this process: it is redacted in what
docker prints, as this host's own secrets are.
"""

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

LAYOUT = Layout(os.environ.get("APPLICATION", ""))
FOLDER = LAYOUT.migration
INVENTORY = os.path.join(FOLDER, "inventory.json")
HELD = os.path.join(FOLDER, "held.json")
redacted = Redaction(LAYOUT.application)


def command(*words, may_fail=False):
    """What a command prints; None when it fails and may. Else sys.exit with its last words."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=150, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        done, said = None, redacted(str(error))
    else:
        said = (redacted(done.stderr).strip().splitlines() or ["no reason given"])[-1]
    if done is not None and done.returncode == 0:
        return done.stdout
    if may_fail:
        return None
    sys.exit("%s: %s" % (" ".join(words[:2]), said[:300]))


def containers(names):
    """The inspections of the containers with these names, or of all there are."""
    known = command("docker", "ps", "--all", "--quiet", "--no-trunc").split()
    found = json.loads(command("docker", "inspect", "--type", "container", *known)) if known else []
    for one in found:
        environment = environment_of(one)
        for name, value in environment.items():
            redacted.learn(secrets_of(name, value))
        redacted.learn(values(content_of(environment) or ""))
    return [one for one in found if not names or name_of(one) in names]


def name_of(container):
    return container["Name"].lstrip("/")


def environment_of(container):
    return dict(pair.split("=", 1) for pair in container["Config"].get("Env") or [] if "=" in pair)


def content_of(environment):
    """The text of ENV_CONTENT; None when there is none or it is not base64 of text."""
    try:
        return base64.b64decode("".join(environment["ENV_CONTENT"].split()), validate=True).decode()
    except (KeyError, binascii.Error, UnicodeDecodeError):
        return None


def names_in(text):
    """The names a .env sets."""
    return sorted(set(re.findall(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=", text, re.MULTILINE)))


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write(path, value):
    """In one piece, for root alone."""
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    descriptor = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)
        file.flush()
        os.fsync(descriptor)
    os.replace(path + ".new", path)


def answer(url):
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
