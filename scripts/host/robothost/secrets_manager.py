"""secrets_manager: reads a secret with the role of the instance.

The value comes through a pipe into the memory of the step. It is never in an argument, a variable of the environment, a file or a
log. From then on the step redacts it in all that it prints.
"""

from __future__ import annotations

import json

from robothost import aws
from robothost.failures import Failure
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict

LONGEST_MESSAGE = 600


class Missing(Failure):
    """The secret, or this version of it, does not exist. reason is for a step that can continue without the secret."""

    def __init__(self, name: str, message: str, reason: str) -> None:
        super().__init__(name, message)
        self.reason = reason


def read_secret(host: Host, name: str, version: str, failure: str) -> str:
    """The value of one version of a secret. Fails by the given name; as Missing when it does not exist."""
    done = aws.call(host, "secretsmanager", "get-secret-value", "--secret-id", name, "--version-id", version,
                    "--query", "SecretString", "--output", "text")
    if done.code == 0:
        learn(host, done.output)
        return done.output
    words = " ".join(host.redacted(done.errors).split("\n")).strip()[:LONGEST_MESSAGE]
    message = "secret %s, version %s, cannot be read by this instance's role: %s" % (name, version, words)
    if "(ResourceNotFoundException)" in done.errors:
        raise Missing(failure, message, "the secret %s has no version %s" % (name, version))
    if "(InvalidRequestException)" in done.errors:
        raise Missing(failure, message, "the secret %s cannot be read in its present state: is it scheduled for deletion?" % name)
    raise Failure(failure, message)


def learn(host: Host, value: str) -> None:
    from robothost.redact import secrets_of

    for name, text in fields_of(value).items():
        host.redaction.learn(secrets_of(name, text))


def fields_of(value: str) -> Dict[str, str]:
    """The fields of a secret that are strings. A value that is no JSON object is one secret."""
    try:
        found = json.loads(value.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        return {"SECRET": value}
    return {name: text for name, text in found.items() if isinstance(text, str)}
