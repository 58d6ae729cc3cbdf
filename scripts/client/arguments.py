"""The command line: each command with its positional words and its options, the same in operate and local.

In operate the environment is the first word; in local it is --environment, with a default. Both programs accept --environment.
"""

from __future__ import annotations

import argparse
import os
import re
from dataclasses import dataclass
from typing import Any, Mapping, NoReturn, Optional

from client.exits import HELP, REFUSED, Stop
from client.migration import PHASES
from client.request import checked_environment, field_value

DEFAULT_ENVIRONMENT = "crypto-robot.local"


@dataclass(frozen=True)
class Command:
    name: str
    help: str
    options: tuple[str, ...] = ()
    words: str = ""  # the words after the environment, such as "PHASE" or "[SERVICE]"
    environment: bool = True
    only: str = ""  # operate or local, if only one of them has the command


_REQUEST = ("repository", "commit", "certificate-hostname", "mode", "protocol", "restore-power", "fresh", "set")

COMMANDS = (
    Command("up", "create what is missing: image, instance, certificate, repository", only="local"),
    Command("deploy", "deploy a commit and follow the execution to its end", (*_REQUEST, "plan", "json", "no-follow")),
    Command("plan", "show what a deploy would do; changes nothing", (*_REQUEST, "json", "no-follow")),
    Command("rollback", "return to the confirmed release before this one, with the checks of a deploy", ("to", "set", "json", "no-follow")),
    Command("restart", "restart the release that serves", ("set", "json", "no-follow")),
    Command("rotate-keys", "bring the stored keys and certificate into service", ("set", "json", "no-follow")),
    Command("rotate-certificate", "bring the stored certificate into service; the robot is not restarted", ("set", "json", "no-follow")),
    Command("power", "start or stop the instance; its disk stays, and a stop waits for a running deploy", ("json", "no-follow"), "start|stop"),
    Command("start", "the same as power start", ("json", "no-follow")),
    Command("stop", "the same as power stop", ("json", "no-follow")),
    Command("status", "show what serves, and its health; changes nothing", ("json",)),
    Command("check-health", "check the health, as the schedule does; exit code 1 when unhealthy", ("json", "no-follow")),
    Command("drift", "compare what runs with what was deployed; print the command that fixes each difference", ("json",)),
    Command("check-certificates", "show until when the certificate is valid", ("json",)),
    Command("crash-report", "show the newest crash bundles, redacted", ("last", "json")),
    Command("logs", "show the log of the robot, its web application and the deployer, redacted", ("since", "lines", "follow"), "[SERVICE]"),
    Command("migrate", "migrate from containers to releases, one phase at a time; see docs/migration.md",
            ("container", "parallel-port", *_REQUEST, "json", "no-follow"), "PHASE"),
    Command("migrate-repository", "create a branch of a repository without its Docker files", words="PATH", environment=False),
    Command("adopt-robot", "print an environment's file for a repository of a robot, with reasons; runs none of its code",
            ("branch", "json"), "PATH|URL", False),
    Command("follow", "follow an execution to its end; without an ARN, the newest deploy", ("stop", "json"), "[EXECUTION-ARN]", False),
    Command("keys", 'store the exchange keys, or another secret of the robot; on stdin JSON such as {"BINANCE_API_KEY": …, "BINANCE_SECRET_KEY": …}, '
            "lines NAME=value, or the content of the file that the secret becomes", ("secret",)),
    Command("certificate", 'store a certificate, JSON on stdin: {"cert": …, "key": …, "chain": …}, or PEM files',
            ("cert", "key", "chain")),
    Command("repository", 'store the login of a private repository, JSON on stdin: {"token": …} or {"ssh_key": …, "known_hosts": …}',
            ("ssh-key", "known-hosts")),
    Command("adopt", "make an existing instance the instance of an environment", ("yes", "json", "no-follow"), "INSTANCE-ID", only="operate"),
    Command("doctor", "check what only the account can answer: stacks, state machines, agent, secrets, roles, alarms; changes nothing", only="operate"),
    Command("upgrade", "bring the deployer's stack and each environment's stack to a new version", ("bucket", "parameter"), "VERSION", False, "operate"),
    Command("documents", "list the step documents of earlier versions, or remove them", ("clean",), environment=False, only="operate"),
    Command("uninstall", "list what is deleted and what is kept, then delete the stack", ("yes",), environment=False, only="operate"),
    Command("exec", "run a command as root in the instance; its exit code is that of the command", words="-- COMMAND", only="local"),
    Command("credentials", 'print the variables for AWS tools: eval "$(./scripts/local credentials)"', environment=False, only="local"),
    Command("down", "power everything off; disks, secrets and history stay", ("purge",), only="local"),
)  # fmt: skip


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Stop(REFUSED, f"{self.prog.split()[-1]}: {message}\n{self.format_usage().strip()}")


def overview(program: str, name: str) -> str:
    """The output of --help for the whole program."""
    shown = [command for command in COMMANDS if command.only in ("", name)]
    width = max(len(_synopsis(command, name)) for command in shown)
    lines = [f"Usage: {program} COMMAND [OPTION …]        {program} COMMAND --help", ""]
    lines += [f"  {_synopsis(command, name):<{width}}  {command.help}" for command in shown]
    lines += ["", _ABOUT[name], "", HELP]
    return "\n".join(lines)


_ABOUT = {
    "operate": """\
Options of every command: --region, --prefix (the stack's StackPrefix; default: STACK_PREFIX, then crypto-robot), --stack (default:
STACK_NAME, then the prefix), --settings (folder of ENVIRONMENT.json; default: .github/environments here, then in this repository).
AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> set other endpoints; for the local cloud: eval "$(./scripts/local credentials)".
Secrets are read from stdin or a file, never from an argument, and are stored only when they differ.""",
    "local": """\
Every command accepts --environment NAME (default: crypto-robot.local).
Variables: LOCAL_STATE (/var/lib/crypto-robot-local), LOCAL_PORT (4566), AWS_REGION (eu-west-1), LOCAL_SUBNET (10.213.0.0/16),
LOCAL_LAMBDA=process (each function in its own process), LOCAL_INSTANCE_RELEASE (Debian release of new instances, bookworm or
trixie; default: that of this machine), JAVA_HOME.""",
}


def _synopsis(command: Command, name: str) -> str:
    words = ["INSTANCE-ID ENVIRONMENT" if command.name == "adopt" else command.words]
    if command.environment and command.name != "adopt" and (name == "operate" or command.name == "exec"):
        words.insert(0, "ENVIRONMENT")
    return " ".join(filter(None, [command.name, *words]))


def parse(program: str, name: str, words: list[str], variables: Mapping[str, str] = os.environ) -> argparse.Namespace:
    """The options of a command; `command` is its name. Raises Stop if the command line is invalid, SystemExit(0) after --help."""
    command = next((one for one in COMMANDS if one.name == words[0] and one.only in ("", name)), None)
    if command is None:
        raise Stop(REFUSED, f"unknown command {words[0][:60]}; see {program} --help")
    rest, inside = words[1:], []
    if command.name == "exec" and "--" in rest:
        at = rest.index("--")
        rest, inside = rest[:at], rest[at + 1 :]
    parser = Parser(
        prog=f"{program} {command.name}",
        usage=f"{program} {_synopsis(command, name)} [OPTION …]",
        description=command.help,
        allow_abbrev=False,
    )
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    _add_common(parser, command, name, variables)
    for option in command.options:
        _ADD[option](parser)
    options = parser.parse_intermixed_args(rest)
    options.command = command.name
    options.inside = inside
    _assign_words(parser, command, name, options)
    if name == "operate":
        options.stack = options.stack or options.prefix
        if not re.fullmatch(r"[a-z][a-z0-9-]{1,18}[a-z0-9]", options.prefix):
            raise Stop(REFUSED, f"--prefix: '{options.prefix[:40]}' is not a valid stack prefix")
    return options


def _add_common(parser: Parser, command: Command, name: str, variables: Mapping[str, str]) -> None:
    if command.environment or name == "local" or command.name == "adopt-robot":
        default = "the repository's name with .local" if command.name == "adopt-robot" else DEFAULT_ENVIRONMENT if name == "local" else ""
        parser.add_argument("--environment", metavar="NAME", help="the environment" + (f" (default: {default})" if default else ""))
    if name == "operate":
        parser.add_argument("--region", default="", help="AWS region (default: AWS_REGION, AWS_DEFAULT_REGION, or that of the profile)")
        parser.add_argument("--prefix", default=variables.get("STACK_PREFIX") or "crypto-robot", help="StackPrefix of the stack")
        parser.add_argument("--stack", default=variables.get("STACK_NAME") or "", help="name of the stack (default: the prefix)")
        parser.add_argument("--settings", default="", metavar="FOLDER", help="folder of ENVIRONMENT.json, the settings of an environment")


def _assign_words(parser: Parser, command: Command, name: str, options: argparse.Namespace) -> None:
    words = list(options.words)
    options.word = None
    if command.name == "exec":
        # Without --, the words after the environment are the command.
        if options.environment is None and words:
            options.environment = words.pop(0)
        options.inside = options.inside or words
        if not options.inside:
            parser.error("the command is missing: exec ENVIRONMENT -- COMMAND")
        return
    if command.name == "adopt":
        options.word = words.pop(0) if words else parser.error("the instance id is missing")
    given = bool(command.environment and options.environment is not None)
    if command.environment and not given:
        if name == "local":
            options.environment = DEFAULT_ENVIRONMENT
        else:
            options.environment = words.pop(0) if words else ""
    options.environment_given = given
    if command.environment and name == "operate":
        checked_environment(options.environment)
    if command.words and command.name != "adopt":
        if words:
            options.word = words.pop(0)
        elif not command.words.startswith("["):
            parser.error(f"{command.words} is missing")
    if words:
        parser.error(f"unexpected argument '{words[0][:60]}'")
    _check_word(parser, command, options)


def _check_word(parser: Parser, command: Command, options: argparse.Namespace) -> None:
    if command.name == "power" and options.word not in ("start", "stop"):
        parser.error(f"'{options.word[:40]}' is not valid; use start or stop")
    if command.name == "migrate" and options.word not in PHASES:
        parser.error(f"'{options.word[:40]}' is not a phase; use {', '.join(PHASES)}")


class _Field(argparse.Action):
    """Sets a field of the request."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option: Optional[str] = None) -> None:
        if not values:
            raise argparse.ArgumentError(self, "a value is missing")
        fields = getattr(namespace, "fields", None) or {}
        name, value = field_value(values) if self.dest == "set" else (self.dest, values)
        fields[name] = value
        namespace.fields = fields


class _File(argparse.Action):
    """Sets a field of a secret from a file."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option: Optional[str] = None) -> None:
        namespace.files = {**(getattr(namespace, "files", None) or {}), self.dest: values}


class _Parameter(argparse.Action):
    """Sets a parameter of a stack."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option: Optional[str] = None) -> None:
        name, equals, value = values.partition("=")
        if not equals or not name.isalnum():
            raise argparse.ArgumentError(self, f"'{values[:40]}' is not NAME=VALUE")
        namespace.parameters = {**(getattr(namespace, "parameters", None) or {}), name: value}


class _True(argparse.Action):
    """Sets a field of the request to true."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(nargs=0, **settings)

    def __call__(self, parser: Any, namespace: Any, values: Any, option: Optional[str] = None) -> None:
        namespace.fields = {**(getattr(namespace, "fields", None) or {}), self.dest: True}


def _integer(least: int, most: int) -> Any:
    def number(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text[:10]) <= most:
            raise argparse.ArgumentTypeError(f"'{text[:40]}' is not an integer from {least} to {most}")
        return int(text)

    return number


def _field(parser: Parser, option: str, dest: str, metavar: str, text: str) -> None:
    parser.add_argument(option, dest=dest, action=_Field, metavar=metavar, help=text, default=argparse.SUPPRESS)


def _commit(parser: Parser) -> None:
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--branch", action=_Field, metavar="NAME", help="deploy the newest commit of this branch", default=argparse.SUPPRESS)
    group.add_argument("--revision", action=_Field, metavar="COMMIT", help="deploy this commit", default=argparse.SUPPRESS)


def _rollback(parser: Parser) -> None:
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--to", dest="release", action=_Field, metavar="RELEASE", help="return to this release", default=argparse.SUPPRESS)
    group.add_argument("--list", action="store_true", help="show the releases, the newest first")


def _flag(option: str, text: str) -> Any:
    return lambda parser: parser.add_argument(option, action="store_true", help=text)


def _file(option: str, text: str) -> Any:
    return lambda parser: parser.add_argument(option, action=_File, metavar="FILE", help=text, default=argparse.SUPPRESS)


_ADD: dict[str, Any] = {
    "repository": lambda p: p.add_argument("--repository", metavar="PATH|URL", help="the git repository; with local also a folder, or 'sample'"),
    "commit": _commit,
    "branch": lambda p: p.add_argument("--branch", default="", metavar="NAME", help="look at this branch (default: the one that is checked out, or the server's)"),
    "certificate-hostname": lambda p: _field(p, "--certificate-hostname", "certificate_hostname", "NAME", "host name of the certificate"),
    "mode": lambda p: _field(p, "--mode", "mode", "MODE", "robot, web or both"),
    "protocol": lambda p: _field(p, "--protocol", "protocol", "PROTOCOL", "https, https-or-http or http"),
    "restore-power": lambda p: p.add_argument(
        "--restore-power", dest="restore_power", action=_True, default=argparse.SUPPRESS, help="stop the instance again if it was stopped before the deploy"
    ),
    "fresh": lambda p: p.add_argument(
        "--fresh", dest="fresh", action=_True, default=argparse.SUPPRESS, help="resolve the versions of all requirements again"
    ),
    "set": lambda p: _field(p, "--set", "set", "FIELD=VALUE", "set a field of the request, such as keep_releases=3; see statemachine/schema"),
    "plan": _flag("--plan", "show what a deploy would do; changes nothing"),
    "to": _rollback,
    "json": _flag("--json", "print the result as JSON on stdout; progress goes to stderr"),
    "no-follow": _flag("--no-follow", "start the execution, print its ARN and exit"),
    "stop": _flag("--stop", "stop the execution, then follow it to its end"),
    "last": lambda p: p.add_argument("--last", type=_integer(1, 10), default=1, metavar="N", help="number of bundles to print in full, 1 to 10 (default: 1)"),
    "since": lambda p: p.add_argument("--since", default="1h", metavar="T", help="print lines since then: 30m, 12h, 2d, or a UTC time (default: 1h)"),
    "lines": lambda p: p.add_argument("--lines", type=_integer(1, 1_000_000), default=100, metavar="N", help="number of lines to print (default: 100)"),
    "follow": lambda p: p.add_argument("-f", "--follow", action="store_true", help="continue to print new lines until interrupted"),
    "container": lambda p: p.add_argument("--container", action="append", default=[], metavar="NAME", help="only this container, with prepare; can be repeated"),
    "parallel-port": lambda p: p.add_argument("--parallel-port", type=_integer(1, 65535), metavar="PORT", help="port of the web application in phase parallel"),
    "secret": lambda p: p.add_argument("--secret", default="keys", metavar="NAME", help="a secret that the environment's file declares (default: keys)"),
    "cert": _file("--cert", "the certificate, PEM"),
    "key": _file("--key", "its private key, PEM"),
    "chain": _file("--chain", "the intermediate certificates, PEM"),
    "ssh-key": lambda p: p.add_argument("--ssh-key", dest="ssh_key", action=_File, metavar="FILE", help="the private key", default=argparse.SUPPRESS),
    "known-hosts": lambda p: p.add_argument("--known-hosts", dest="known_hosts", action=_File, metavar="FILE", help="the keys of the server", default=argparse.SUPPRESS),
    "yes": _flag("--yes", "do not ask for confirmation"),
    "bucket": lambda p: p.add_argument("--bucket", required=True, metavar="NAME", help="the bucket for the packaged code"),
    "parameter": lambda p: p.add_argument("--parameter", action=_Parameter, metavar="NAME=VALUE", help="a parameter of template.yaml to change; can be repeated", default=argparse.SUPPRESS),
    "clean": _flag("--clean", "remove the documents"),
    "purge": _flag("--purge", "remove everything that local created; with --environment only the instance of that environment"),
}
