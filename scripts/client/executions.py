"""Executions: start, read and stop. Each start uses a unique name, so that a repeated request never starts two."""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Mapping, Optional

from client.aws import Aws, AwsError, not_started
from client.exits import REFUSED, Stop

_ARN = re.compile(r"^arn:[a-z-]+:states:([a-z0-9-]+):[0-9]{12}:execution:[^:]+:[^:]+$")
_ENDED = re.compile(r"^Execution(Succeeded|Failed|Aborted|TimedOut)$")
_NEWEST = 60


@dataclass(frozen=True)
class Execution:
    """An execution as DescribeExecution reports it; output is empty unless it succeeded."""

    arn: str
    status: str
    started: datetime
    stopped: Optional[datetime]
    input: dict[str, Any] = field(default_factory=dict)
    output: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    cause: str = ""

    @property
    def running(self) -> bool:
        return self.status == "RUNNING"

    @property
    def seconds(self) -> float:
        return ((self.stopped or self.started) - self.started).total_seconds()


def machine_name(prefix: str, environment: str, kind: str) -> str:
    """The state machine of an environment: PREFIX_ENVIRONMENT-KIND, with a hyphen for each character that is no letter or digit."""
    return f"{prefix}_{re.sub('[^A-Za-z0-9]', '-', environment)}-{kind}"


class Executions:
    def __init__(self, aws: Aws, prefix: str, variables: Mapping[str, str] = os.environ) -> None:
        self._aws = aws
        self._prefix = prefix
        self._variables = variables
        # For the message after an interruption: the execution that runs, or that may have been started.
        self.current = ""
        self.starting = ""

    def start(self, machine: str, operation: str, request: dict[str, Any]) -> str:
        """Returns its ARN. If the response was lost, the same name and input return the existing execution."""
        environment = str(request.get("environment", ""))
        name = machine_name(self._prefix, environment, machine)
        try:
            state_machine = self._aws.state_machine(name)
            self.starting = self._name(operation, environment)
            arn = state_machine.replace(":stateMachine:", ":execution:") + ":" + self.starting
            self._aws.call(
                "stepfunctions", "start_execution", stateMachineArn=state_machine, name=self.starting, input=json.dumps(request)
            )
        except AwsError as e:
            if e.code == "StateMachineDoesNotExist":
                raise Stop(REFUSED, f"nothing was started: there is no environment {environment}: it has no state machine {name}") from None
            if e.code != "ExecutionAlreadyExists":
                raise not_started(e) from None
        self.current, self.starting = arn, ""
        return arn

    def describe(self, arn: str) -> Execution:
        try:
            found = self._aws.call("stepfunctions", "describe_execution", executionArn=arn)
        except AwsError as e:
            if e.code in ("ExecutionDoesNotExist", "InvalidArn"):
                raise Stop(REFUSED, f"there is no execution {arn}") from None
            raise
        return Execution(
            arn, found["status"], found["startDate"], found.get("stopDate"), _object(found.get("input")), _object(found.get("output")),
            found.get("error", ""), found.get("cause", ""),
        )  # fmt: skip

    def events_after(self, arn: str, seen: int) -> list[dict[str, Any]]:
        """The events after `seen`, oldest first. Usually the newest few contain them; if not, all are read."""
        arguments = {"executionArn": arn, "includeExecutionData": False}
        newest = self._aws.call("stepfunctions", "get_execution_history", reverseOrder=True, maxResults=_NEWEST, **arguments)["events"]
        if newest and min(event["id"] for event in newest) > seen + 1:
            newest = self._aws.pages("stepfunctions", "get_execution_history", "events", "nextToken", maxResults=1000, **arguments)
        return sorted((event for event in newest if event["id"] > seen), key=lambda event: event["id"])

    def newest(self, kind: str) -> str:
        """The ARN of the newest execution of a machine of this kind, of all environments; empty if there is none."""
        found = []
        for machine in self._machines():
            if machine.endswith(f"-{kind}"):
                found += self._aws.call("stepfunctions", "list_executions", stateMachineArn=machine, maxResults=1)["executions"]
        return str(max(found, key=lambda one: one["startDate"])["executionArn"]) if found else ""

    def running(self) -> list[str]:
        """The names of the running executions of every environment."""
        names = []
        for machine in self._machines():
            listed = self._aws.pages("stepfunctions", "list_executions", "executions", "nextToken", stateMachineArn=machine, statusFilter="RUNNING")
            names += [one["name"] for one in listed]
        return names

    def _machines(self) -> list[str]:
        """The ARNs of the state machines of every environment of this prefix."""
        listed = self._aws.pages("stepfunctions", "list_state_machines", "stateMachines", "nextToken")
        return [one["stateMachineArn"] for one in listed if one["name"].startswith(f"{self._prefix}_")]

    def stop(self, arn: str, program: str) -> None:
        self._aws.call(
            "stepfunctions", "stop_execution", executionArn=arn, error="StoppedByPerson", cause=f"stopped with {program} follow --stop"
        )

    def _name(self, operation: str, environment: str) -> str:
        """OPERATION-ENVIRONMENT-TIME-RANDOM, at most 80 characters that CloudWatch accepts. In a workflow, TIME is the number of the run."""
        when = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        if self._variables.get("GITHUB_RUN_ID"):
            when = f"github-{self._variables['GITHUB_RUN_ID']}-{self._variables.get('GITHUB_RUN_ATTEMPT') or 1}"
        plain = re.sub(r"[^0-9A-Za-z_-]", "-", environment)
        return f"{operation}-{plain[:34]}-{re.sub(r'[^0-9A-Za-z_-]', '-', when)[:24]}-{secrets.token_hex(3)}"


def region_of(arn: str) -> str:
    found = _ARN.match(arn)
    if not found:
        raise Stop(REFUSED, f"'{arn}' is not the ARN of an execution")
    return found.group(1)


def has_ended(events: list[dict[str, Any]]) -> bool:
    return any(_ENDED.match(event["type"]) for event in events)


def _object(text: Optional[str]) -> dict[str, Any]:
    document = json.loads(text) if text else {}
    return document if isinstance(document, dict) else {}
