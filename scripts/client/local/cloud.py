"""The local cloud on this machine: its address, its process, and its control interface under /_local/."""

from __future__ import annotations

import configparser
import json
import os
import re
import subprocess
import urllib.parse
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Mapping, Optional

from client.aws import Aws
from client.exits import FAILED, REFUSED, UNFIT, Stop
from client.screen import Screen
from client.status import Instance

# The main class, as start-cloud.sh names it.
_PROGRAM = b"cryptorobot.localcloud.LocalCloud"
ACCOUNT = "000000000000"


class LocalCloud:
    def __init__(self, screen: Screen, home: Path, variables: Mapping[str, str] = os.environ) -> None:
        self._screen = screen
        self._home = home
        self.state = Path(variables.get("LOCAL_STATE") or "/var/lib/crypto-robot-local")
        self.region = variables.get("AWS_REGION") or "eu-west-1"
        port = variables.get("LOCAL_PORT") or "4566"
        if not re.fullmatch(r"[1-9][0-9]{0,4}", port) or int(port) > 65535:
            raise Stop(REFUSED, f"LOCAL_PORT is '{port[:40]}'; it must be a port from 1 to 65535")
        self._port = int(port)
        self._instance_release = variables.get("LOCAL_INSTANCE_RELEASE", "")
        self._started = False

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def aws(self, screen: Screen) -> Aws:
        """Clients of this cloud, never of the user's own AWS account."""
        return Aws(screen, {}, self.region, self.credentials, self.endpoint, ACCOUNT)

    def credentials(self) -> tuple[str, str]:
        """The operator's access key id and secret, which the cloud creates at its first start."""
        file = self.state / "credentials"
        fields = configparser.RawConfigParser()
        try:
            fields.read_string(file.read_text())
            return fields["default"]["aws_access_key_id"], fields["default"]["aws_secret_access_key"]
        except FileNotFoundError:
            raise Stop(FAILED, f"{file} is missing; './scripts/local up' creates it") from None
        except (OSError, KeyError, configparser.Error) as e:
            raise Stop(FAILED, f"{file} cannot be read: {type(e).__name__}") from None

    def start(self) -> None:
        """Starts the cloud unless one of the current sources answers already."""
        if self._started or (self._is_current() and self.answers()):
            self._started = True
            return
        code = self.script("start-cloud.sh")
        if code:
            raise Stop(UNFIT if code == UNFIT else FAILED, "the local cloud could not be started")
        self._started = True

    def answers(self) -> bool:
        try:
            return self._call("GET", "health")[0] == 200
        except ConnectionError:
            return False
        except (OSError, HTTPException) as e:
            raise Stop(FAILED, f"{self.endpoint}: {e}") from None

    def process(self) -> Optional[int]:
        """The id of the cloud's process; None unless a process with this id runs the cloud."""
        try:
            number = int((self.state / "cloud.pid").read_text())
            return number if _PROGRAM in Path(f"/proc/{number}/cmdline").read_bytes() else None
        except (OSError, ValueError):
            return None

    def instances(self) -> list[Instance]:
        return [
            Instance(one["environment"], one["instance_id"], one["state"], one.get("address", ""), one.get("agent_online", False))
            for one in self.request("GET", "machines")
        ]

    def instance(self, environment: str) -> Optional[Instance]:
        return next((one for one in self.instances() if one.environment == environment), None)

    def instances_on_disk(self) -> list[Instance]:
        """The instances of a cloud that has ended."""
        found = []
        for file in sorted((self.state / "machines").glob("*/machine.json")):
            machine = json.loads(file.read_text())
            number = (machine.get("supervisor") or {}).get("pid")
            runs = number is not None and Path(f"/proc/{number}").exists()
            found.append(Instance(machine["environment"], machine["instance_id"], "running" if runs else "stopped", ""))
        return sorted(found, key=lambda one: one.environment)

    def request(self, method: str, path: str, body: Optional[dict[str, Any]] = None) -> Any:
        try:
            status, answer = self._call(method, path, body)
        except (OSError, HTTPException) as e:
            raise Stop(FAILED, f"{method} {self.endpoint}/_local/{path}: {e}") from None
        if status // 100 != 2:
            message = answer.get("message") if isinstance(answer, dict) else answer
            # 400: the request is invalid.
            raise Stop(REFUSED if status == 400 else FAILED, str(message or f"the local cloud answered with status {status}"))
        return answer

    def script(self, name: str, *arguments: str, stdin: Optional[str] = None) -> int:
        """Runs a script of scripts/local.d and returns its exit code. With stdin, its output is progress and goes to stderr."""
        command = [str(self._home / "scripts/local.d" / name), *arguments]
        if stdin is None:
            return subprocess.run(command).returncode
        return subprocess.run(command, input=stdin.encode(), stdout=2).returncode

    def _is_current(self) -> bool:
        try:
            built = (self._home / "target/built").read_text().rstrip("\n")
            # As start-cloud.sh writes it.
            return self.process() is not None and (self.state / "cloud.built").read_text() == f"{built} {self._instance_release}\n"
        except OSError:
            return False

    def _call(self, method: str, path: str, body: Optional[dict[str, Any]] = None) -> tuple[int, Any]:
        connection = HTTPConnection("127.0.0.1", self._port)
        try:
            data = None if body is None else json.dumps(body).encode()
            connection.request(method, f"/_local/{path}", data, {"Content-Type": "application/json"} if data else {})
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        try:
            return answer.status, json.loads(text) if text.strip() else {}
        except ValueError:
            return answer.status, text.strip()


def quoted(text: str) -> str:
    return urllib.parse.quote(text, safe="")
