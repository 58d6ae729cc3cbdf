"""What Docker files say about a robot: its commands, Python, system packages, ports and volumes. No image is built."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from client.robot import yaml
from client.robot.files import Files

_INSTALL = re.compile(r"\b(?:apt-get|apt|yum|dnf|microdnf|apk)\b(?:\s+-\S+)*\s+(?:install|add)\b([^;&|]*)")
# Of the image or for its build, not what a program loads.
_COMMON = {
    "ca-certificates", "curl", "wget", "git", "procps", "locales", "sudo", "vim", "nano", "bash", "tzdata", "unzip", "gnupg", "less", "make", "openssl",
    "build-essential", "python3", "python3-dev", "python3-pip", "python3-venv", "apt-utils", "software-properties-common", "tini", "dumb-init", "supervisor",
    "cron", "gosu", "jq", "pkg-config", "htop", "net-tools", "iputils-ping",
}  # fmt: skip


@dataclass
class Command:
    text: str  # as written
    source: str  # the file, and the service in it
    kind: str = ""  # web or robot, if the file names it


@dataclass
class Containers:
    commands: list[Command] = field(default_factory=list)
    python: tuple[str, str] = ("", "")  # version 3.N and the file that has it
    packages: dict[str, str] = field(default_factory=dict)  # system package: file
    folder: str = "/app"  # the working folder in the image
    variables: dict[str, str] = field(default_factory=dict)  # name of a variable that a compose file sets: file
    volumes: dict[str, str] = field(default_factory=dict)  # path in the working folder that is mounted for writing: file
    tools: dict[str, str] = field(default_factory=dict)  # a build tool such as rustup: file


def of(files: Files) -> Containers:
    found = Containers()
    for path, text in files.read(r"(?:[^/.][^/]*/)?[^/]*Dockerfile[^/]*"):
        if not path.endswith((".py", ".md", ".sh", ".dockerignore")):
            _dockerfile(found, path, text)
    built, found.commands = found.commands, []
    for path, text in files.read(r"(?:[^/.][^/]*/)?(?:docker-)?compose[^/]*\.ya?ml"):
        _compose(found, path, text)
    found.commands += built
    return found


def _dockerfile(found: Containers, path: str, text: str) -> None:
    entry: list[str] = []
    command: list[str] = []
    for line in re.sub(r"\\\s*\n(\s*#.*\n)*", " ", text).splitlines():
        word, _, rest = line.strip().partition(" ")
        rest = rest.strip()
        if word.upper() == "FROM":
            image = re.search(r"(?:^|/|\s)python:(3\.\d+)", rest)
            entry, command = [], []
            if image and (not found.python[0] or found.python[1] == path):
                found.python = (image.group(1), path)
        elif word.upper() == "RUN":
            _run(found, path, rest)
        elif word.upper() == "WORKDIR" and rest.startswith("/") and len(rest) > 1:
            found.folder = rest.rstrip("/")
        elif word.upper() == "ENTRYPOINT":
            entry = _words(rest)
        elif word.upper() == "CMD":
            command = _words(rest)
    words = entry + command if entry and (not command or len(command) > 1 or command[0].startswith("-") or len(entry) > 1) else entry or command
    if words:
        found.commands.append(Command(" ".join(words), path))


def _words(text: str) -> list[str]:
    """Of the exec form; the shell form is one word."""
    try:
        words = json.loads(text)
    except ValueError:
        return [text] if text else []
    return [str(one) for one in words] if isinstance(words, list) else []


def _run(found: Containers, path: str, text: str) -> None:
    for names in _INSTALL.findall(text):
        for name in names.split():
            name = name.partition("=")[0]
            if re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", name) and name not in _COMMON:
                found.packages.setdefault(name, path)
    for tool, mark in (("rustup (Rust)", r"rustup"), ("maturin", r"\bmaturin\b"), ("npm", r"\bnpm (?:install|ci|run)\b")):
        if re.search(mark, text):
            found.tools.setdefault(tool, path)


def _compose(found: Containers, path: str, text: str) -> None:
    document = yaml.parsed(text)
    services = document.get("services") if isinstance(document, dict) else None
    for name, service in (services if isinstance(services, dict) else {}).items():
        if not isinstance(service, dict):
            continue
        command, entry = _line(service.get("command")), _line(service.get("entrypoint"))
        if command or entry:
            kind = "web" if service.get("ports") and re.search(r"web|api|ui|dash|front", str(name)) else ""
            found.commands.append(Command(f"{entry} {command}".strip(), f"{path}, service {name}", kind))
        for variable in _names(service.get("environment")):
            found.variables.setdefault(variable, path)
        for volume in service.get("volumes") or []:
            parts = volume.split(":") if isinstance(volume, str) else []
            folder = str(service.get("working_dir") or found.folder).rstrip("/") + "/"
            if (
                len(parts) > 1
                and "ro" not in parts[2:]
                and parts[1].startswith(folder)
                and re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._/-]*", parts[1][len(folder) :])
            ):
                found.volumes.setdefault(parts[1][len(folder) :].rstrip("/"), path)


def _line(found: Any) -> str:
    return " ".join(str(one) for one in found) if isinstance(found, list) else str(found or "")


def _names(found: Any) -> list[str]:
    names = found if isinstance(found, dict) else [str(one).partition("=")[0] for one in found] if isinstance(found, list) else []
    return [str(one) for one in names if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", str(one))]
