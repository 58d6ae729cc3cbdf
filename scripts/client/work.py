"""The objects that every command uses, and the run of an execution from its start to its outcome."""

from __future__ import annotations

import argparse
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional, Protocol

from client import adopt_robot, outcome, status
from client.arguments import DEFAULT_ENVIRONMENT
from client.aws import Aws, AwsError
from client.executions import Execution, Executions
from client.exits import DONE, FAILED, PERSON_NEEDED, REFUSED, Stop
from client.follow import Follower
from client.github import GitHub
from client.request import SETTINGS, environment_values, has_web_application, settings_folder, watch_request
from client.screen import Screen, detail

READING_LIMIT = 30.0


class Cloud(Protocol):
    """The control interface of the local cloud, which AWS does not have."""

    def instance(self, environment: str) -> Optional[status.Instance]: ...


@dataclass
class Work:
    name: str  # operate or local
    program: str  # as the user types it
    home: Path
    options: argparse.Namespace
    screen: Screen
    aws: Aws
    executions: Executions
    github: GitHub = field(default_factory=GitHub)
    cloud: Optional[Cloud] = None

    def command(self, words: str, environment: str = "") -> str:
        """A command of this program, as the user types it for an environment."""
        if not environment:
            return f"{self.program} {words}"
        if self.name == "local":
            return f"{self.program} {words}" + ("" if environment == DEFAULT_ENVIRONMENT else f" --environment {environment}")
        first, _, rest = words.partition(" ")
        return f"{self.program} {first} {environment} {rest}".rstrip()

    def as_typed(self, text: str, environment: str) -> str:
        """A text from the instance, with its commands of `operate` as the user types them here."""
        inside = "on the instance: "
        if self.name == "local" and text.startswith(inside):
            return f"{self.program} exec {environment} -- {text[len(inside):]}"
        named = rf"\boperate ([a-z-]+)(?: {re.escape(environment)})?"
        return re.sub(named, lambda found: self.command(found.group(1), environment), text)

    def values(self) -> dict[str, Any]:
        """The settings of the environment."""
        given, environment = getattr(self.options, "settings", ""), self.options.environment
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", environment):
            # Only such a name can be a file; the deployer refuses other names.
            return {"environment": environment}
        folder = settings_folder(given, environment, self.home) if self.name == "operate" else self.home / SETTINGS
        return environment_values(folder, environment, required=bool(given))

    def settings_place(self) -> str:
        """The folder where a new file of settings belongs, as the user types it."""
        given = getattr(self.options, "settings", "")
        return given or (SETTINGS if self.name == "operate" or Path.cwd() == self.home else str(self.home / SETTINGS))

    def adopt_command(self, place: Optional[str]) -> str:
        return adopt_robot.advice(self.program, self.options.environment, place, self.settings_place())

    def run(self, machine: str, operation: str, request: dict[str, Any]) -> int:
        """Starts an execution and follows it to its end; returns the exit code."""
        if getattr(self.options, "json", False):
            self.screen.results_only()
        arn = self.executions.start(machine, operation, request)
        self.github.started(arn)
        if getattr(self.options, "no_follow", False):
            self.screen.result(arn)
            return DONE
        return self.follow(arn)

    def follow(self, arn: str) -> int:
        self.screen.line(f"  execution {arn}")
        if not self.aws.endpoint("stepfunctions"):
            self.screen.line(f"  {self.link(arn)}")
        ended = Follower(self.aws, self.executions, self.screen, self.program).follow(arn)
        return self._conclude(ended)

    def read(self, machine: str, request: dict[str, Any], limit: float = 0) -> Execution:
        """Runs an execution that only reads, without printing its states. After `limit` seconds it returns the running execution."""
        operation = str(request["operation"])
        arn = self.executions.start(machine, operation, request)
        since, pause = time.monotonic(), 0.02 if self.aws.local else 0.5
        try:
            while True:
                ended = self.executions.describe(arn)
                waited = time.monotonic() - since
                if not ended.running or (limit and waited > limit):
                    self.executions.current = ""
                    return ended
                self.screen.moving(f"  reading {waited:.0f} s")
                time.sleep(pause)
                pause = min(pause * 1.5, 0.05 if self.aws.local else 2.0)
        except AwsError as e:
            raise Stop(FAILED, f"{operation} failed: {e.message}") from None

    def reading(self, operation: str, **fields: Any) -> dict[str, Any]:
        """The report of the host to the watch machine."""
        ended = self.read("watch", watch_request(self.values(), operation, **fields))
        if ended.status != "SUCCEEDED":
            code = outcome.exit_code(ended)
            raise Stop(REFUSED if code == REFUSED else FAILED, "\n".join(outcome.failure_lines(ended)))
        if ended.output.get("outcome") == "asleep":
            raise Stop(FAILED, f"the instance of {self.options.environment} is stopped")
        return ended.output.get("host") or {}

    def status_of(self, values: dict[str, Any], limit: float = 0) -> Execution:
        """Reads what serves in an environment. Every command that needs it reads it here."""
        return self.read("watch", watch_request(values, "status"), limit)

    def link(self, arn: str) -> str:
        """The page or the command that shows an execution."""
        endpoint = self.aws.endpoint("stepfunctions")
        if endpoint:
            return f"aws --endpoint-url {endpoint} stepfunctions describe-execution --execution-arn {arn}"
        _, partition, _, region = arn.split(":")[:4]
        hosts = {"aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com"}
        host = hosts.get(partition, f"{region}.console.aws.amazon.com")
        return f"https://{host}/states/home?region={region}#/v2/executions/details/{arn}"

    def _conclude(self, ended: Execution) -> int:
        self.executions.current = ""
        environment = str(ended.input.get("environment", ""))
        code = outcome.exit_code(ended)
        if code == DONE:
            if getattr(self.options, "json", False):
                self.screen.document(ended.output)
            lines = outcome.success_lines(ended) + self._after(ended, environment)
            for line in lines:
                self.screen.line(line)
        else:
            lines = outcome.failure_lines(ended)
            if code < 0:
                code, more = self._read_back(environment)
                lines += more
            if code == PERSON_NEEDED:
                lines.append(f"Manual intervention required: {self.command('status', environment)}, {self.command('logs', environment)}")
            for line in lines:
                self.screen.error(line)
        self.github.ended(ended.arn, outcome.outcome_name(ended), str(ended.output.get("release", "")))
        self.github.summarize(environment or "execution", outcome.outcome_name(ended), code == DONE, lines, self.link(ended.arn))
        return code

    def _after(self, ended: Execution, environment: str) -> list[str]:
        """The lines after a deploy: the URL of its web application, and the next commands."""
        output = ended.output
        if output.get("outcome") not in outcome.SERVING:
            return []
        url = self._url(ended)
        lines = [detail("url", url)] if url else []
        if output.get("mode") == "simulation":
            lines += self._store_keys(ended.input, environment)
        see_also = " · ".join([self.command("status", environment), *(self.command(w, environment).split(" ", 1)[1] for w in ("logs", "rollback"))])
        return [*lines, detail("see also", see_also)]

    def _store_keys(self, request: dict[str, Any], environment: str) -> list[str]:
        """The commands that store what a release without keys needs to be live."""
        lines = [detail("next", "the robot has no keys; store them and deploy again:")]
        declared = [one for one in request.get("secrets") or [] if one.get("required_for_live")] if isinstance(request.get("secrets"), list) else []
        if not declared:
            return [*lines, f'            {self.command("keys", environment)} <keys.json   {{"BINANCE_API_KEY": "…", "BINANCE_SECRET_KEY": "…"}}']
        for one in declared:
            words = "keys" if one["name"] == "keys" else f"keys --secret {one['name']}"
            fields = [one["field"]] if "field" in one else list(one.get("variables", {}).values())
            content = f"<{one['name']}.json   {{" + ", ".join(f'"{field}": "…"' for field in fields) + "}" if fields else f"<{one.get('file')}"
            lines.append(f"            {self.command(words, environment)} {content}")
        return lines

    def _url(self, ended: Execution) -> str:
        """The request of a deploy has the port. For other operations the instance reports the port of the release."""
        output = ended.output
        if ended.input.get("operation", "deploy") == "deploy":
            port = ended.input.get("port", 5000) if has_web_application(ended.input) else ""
        else:
            port = (self.status_of(ended.input, READING_LIMIT).output.get("host") or {}).get("port", "")
        return status.web_url(output.get("protocol", ""), output.get("address", ""), port)

    def _read_back(self, environment: str) -> tuple[int, list[str]]:
        """The execution could not report what serves, so the instance is read before the exit code is chosen."""
        if not environment:
            return PERSON_NEEDED, ["The execution has no environment; check its instance."]
        self.screen.line("The execution could not report what serves; reading it from the instance.")
        self.options.environment = environment
        read = self.status_of(self.values())
        if read.status != "SUCCEEDED":
            return PERSON_NEEDED, [f"The instance does not answer: {read.cause or read.status}"]
        host = read.output.get("host") or {}
        if read.output.get("state") == "stopped":
            now = "the instance is stopped"
        elif host.get("release"):
            now = f"release {host['release']}, {host.get('mode')}, {host.get('health')}"
        else:
            now = "nothing"
        return outcome.unknown_code(True), [f"The instance now serves: {now}. Find out why the execution ended, then deploy again."]
