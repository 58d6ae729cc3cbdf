"""given_secrets: reads the secrets of a release with the role of the instance and decides which it is given.

A release without a good secret that is required_for_live is a simulation, or KeysRefused where the request requires keys. Another
secret that is missing or not good is a warning. A Secrets Manager that fails or refuses is KeysUnreadable.
"""

from __future__ import annotations

from robothost.failures import Failure
from robothost.keys import NoKeys, file_in, keys_in
from robothost.secrets_manager import Missing, read_secret
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Tuple

    from robothost.declared_secrets import Declaration


class Given:
    """Variable → value, and path → content. An empty reason is given keys."""

    def __init__(self) -> None:
        self.variables: Dict[str, str] = {}
        self.files: Dict[str, str] = {}
        self.problem = ""
        self.warnings: List[str] = []

    @property
    def mode(self) -> str:
        return "simulation" if self.problem else "live"

    @property
    def reason(self) -> str:
        return "no keys given: " + self.problem if self.problem else "keys given"


def read(host: Host, declared: List[Declaration]) -> Given:
    given = Given()
    required = [one for one in declared if one["required_for_live"]]
    if host.request.text("Simulate") == "true":
        given.problem = "the request requires a simulation"
    elif not required:
        given.problem = "the request declares no secret that is required_for_live"
    else:
        problems = take(host, required, given)
        given.problem = described(*problems[0]) if problems else ""
        if given.problem and host.request.text("WhenKeysInvalid") == "refuse":
            raise Failure("KeysRefused", given.problem)
    if given.problem:
        given.variables, given.files = {}, {}
    others = [one for one in declared if not one["required_for_live"] and (one["in_simulation"] or not given.problem)]
    given.warnings = ["secret %s is not given: %s" % pair for pair in take(host, others, given)]
    return given


def take(host: Host, declared: List[Declaration], given: Given) -> List[Tuple[str, str]]:
    """The name and the problem of each secret that is missing or not good."""
    problems = []
    for one in declared:
        try:
            variables, files = content_of(host, one)
        except NoKeys as problem:
            problems.append((one["name"], str(problem)))
            continue
        except Missing as missing:
            problems.append((one["name"], missing.reason))
            continue
        given.variables.update(variables)
        given.files.update(files)
    return problems


def described(name: str, problem: str) -> str:
    """The keys are the usual case and need no name."""
    return problem if name == "keys" or "/%s" % name in problem else "secret %s: %s" % (name, problem)


def content_of(host: Host, one: Declaration) -> Tuple[Dict[str, str], Dict[str, str]]:
    """Its variables and its files."""
    name, version = host.request.text("SecretPrefix") + one["name"], one.get("version", "")
    if not version:
        raise NoKeys("there is no secret " + name)
    text = read_secret(host, name, version, "KeysUnreadable")
    if "variables" in one:
        fields = keys_in(text, one["variables"].values())
        host.redaction.learn(fields.values())
        return {variable: fields[field] for variable, field in one["variables"].items()}, {}
    from robothost.redact import secrets_of_file

    # The CLI ends its output with a line break that the secret does not have.
    content = file_in(text[:-1] if text.endswith("\n") else text, one["file"], one.get("field", ""))
    host.redaction.learn(secrets_of_file(content))
    return {}, {one["file"]: content}
