"""A fake AWS for tests: the parts of Step Functions, STS and Secrets Manager that the client uses, over real HTTP.

The client under test is the real one with the real library; only the server is a fake.
"""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Optional

ACCOUNT = "000000000000"
IDENTITY = f"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::{ACCOUNT}:user/x</Arn><UserId>x</UserId><Account>{ACCOUNT}</Account></GetCallerIdentityResult>
</GetCallerIdentityResponse>"""


class FakeAws:
    """`history` and `end` are the history and the end of every execution that is started."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.executions: dict[str, dict[str, Any]] = {}
        self.secrets: dict[str, Optional[str]] = {}
        self.history: list[dict[str, Any]] = ended_history("Prepare")
        self.end: dict[str, Any] = {"status": "SUCCEEDED", "output": json.dumps({"outcome": "deployed", "environment": "a.local"})}
        self.ends_after = 0.0
        self.refuse: dict[str, tuple[int, str, str]] = {}  # operation -> status, code, message
        self.drop_answers: dict[str, int] = {}  # operation -> how many answers are lost after the work is done
        self.control: list[tuple[str, str, dict[str, Any]]] = []
        self.machines: list[dict[str, Any]] = []
        self.refuse_control: tuple[int, str] = (0, "")
        self.entries: list[dict[str, Any]] = []
        self.plan: dict[str, Any] = {}  # what PlanDeployment answers
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.private()

            do_PUT = do_DELETE = do_GET

            def private(self) -> None:
                """The endpoints of the local cloud that AWS does not have."""
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                path = self.path[len("/_local/") :]
                fake.control.append((self.command, path, json.loads(body) if body else {}))
                self.reply(*fake.answer_control(self.command, path))

            def do_POST(self) -> None:
                if self.path.startswith("/_local/"):
                    return self.private()
                if self.path.endswith("/invocations"):
                    payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                    fake.calls.append(("Invoke", payload))
                    return self.reply(200, fake.plan, {"X-Amz-Function-Error": "Unhandled"} if "errorType" in fake.plan else {})
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                target = self.headers.get("X-Amz-Target", "")
                operation = target.rsplit(".", 1)[-1] if target else "GetCallerIdentity"
                if fake.drop_answers.get(operation, 0) > 0:
                    fake.drop_answers[operation] -= 1
                    fake._answer(operation, json.loads(body) if target else {})
                    self.close_connection = True
                    return
                status, answer = fake._answer(operation, json.loads(body) if target else {})
                self.reply(status, answer)

            def reply(self, status: int, answer: Any, headers: Optional[dict[str, str]] = None) -> None:
                data = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/xml" if isinstance(answer, str) else "application/x-amz-json-1.0")
                self.send_header("Content-Length", str(len(data)))
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def of(self, operation: str) -> list[dict[str, Any]]:
        """The requests of an operation so far."""
        return [request for name, request in self.calls if name == operation]

    def answer_control(self, method: str, path: str) -> tuple[int, Any]:
        status, message = self.refuse_control
        if status:
            return status, {"message": message}
        kind, _, name = path.partition("/")
        if (method, kind) == ("GET", "machines"):
            return 200, self.machines
        if (method, kind) == ("PUT", "environments"):
            made = [one for one in self.machines if one["environment"] == name] or [machine(name)]
            made[0]["state"] = "running"
            self.machines = [one for one in self.machines if one["environment"] != name] + made
            return 200, made[0]
        if kind == "repositories":
            return 200, {"url": f"https://git.test/{name}"}
        if kind == "certificates":
            return 200, {"cert": "c", "key": "k", "chain": "h"}
        return 200, {"entries": self.entries} if path.startswith("logs") else {}

    def _answer(self, operation: str, request: dict[str, Any]) -> tuple[int, Any]:
        self.calls.append((operation, request))
        if operation in self.refuse:
            status, code, message = self.refuse[operation]
            return status, {"__type": code, "message": message}
        return getattr(self, "_" + operation)(request)

    def _GetCallerIdentity(self, request: dict[str, Any]) -> tuple[int, Any]:
        return 200, IDENTITY

    def _StartExecution(self, request: dict[str, Any]) -> tuple[int, Any]:
        arn = request["stateMachineArn"].replace(":stateMachine:", ":execution:") + ":" + request["name"]
        self.executions.setdefault(arn, {"input": request["input"], "started": time.time()})
        return 200, {"executionArn": arn, "startDate": time.time()}

    def _has_ended(self, arn: str) -> bool:
        one = self.executions[arn]
        return "stopped" in one or time.time() - one["started"] >= self.ends_after

    def _DescribeExecution(self, request: dict[str, Any]) -> tuple[int, Any]:
        arn = request["executionArn"]
        if arn not in self.executions:
            return 400, {"__type": "ExecutionDoesNotExist", "message": "Execution Does Not Exist"}
        started = self.executions[arn]["started"]
        common = {"executionArn": arn, "input": self.executions[arn]["input"], "startDate": started}
        if not self._has_ended(arn):
            return 200, {**common, "status": "RUNNING"}
        return 200, {**common, **self.end, "stopDate": started + 7.5}

    def _GetExecutionHistory(self, request: dict[str, Any]) -> tuple[int, Any]:
        events = self.history if self._has_ended(request["executionArn"]) else self.history[:-2]
        ordered = list(reversed(events)) if request.get("reverseOrder") else events
        return 200, {"events": ordered[: request["maxResults"]]}

    def _ListStateMachines(self, request: dict[str, Any]) -> tuple[int, Any]:
        arns = {arn.rsplit(":", 1)[0].replace(":execution:", ":stateMachine:") for arn in self.executions}
        return 200, {"stateMachines": [{"stateMachineArn": arn, "name": arn.rsplit(":", 1)[-1], "type": "STANDARD", "creationDate": 0} for arn in arns]}

    def _ListExecutions(self, request: dict[str, Any]) -> tuple[int, Any]:
        listed = [{"executionArn": arn, "name": arn.rsplit(":", 1)[-1], "status": "SUCCEEDED", "startDate": one["started"],
                   "stateMachineArn": request["stateMachineArn"]} for arn, one in reversed(list(self.executions.items()))
                  if arn.startswith(request["stateMachineArn"].replace(":stateMachine:", ":execution:") + ":")]  # fmt: skip
        return 200, {"executions": listed}

    def _StopExecution(self, request: dict[str, Any]) -> tuple[int, Any]:
        self.executions[request["executionArn"]]["stopped"] = True
        return 200, {"stopDate": time.time()}

    def _DescribeSecret(self, request: dict[str, Any]) -> tuple[int, Any]:
        if request["SecretId"] not in self.secrets:
            return 400, {"__type": "ResourceNotFoundException", "message": "Secrets Manager can't find the specified secret."}
        return 200, {"Name": request["SecretId"]}

    def _GetSecretValue(self, request: dict[str, Any]) -> tuple[int, Any]:
        name = request["SecretId"]
        if self.secrets.get(name) is None:
            why = "staging label: AWSCURRENT" if name in self.secrets else "specified secret."
            return 400, {"__type": "ResourceNotFoundException", "message": f"Secrets Manager can't find the {why}"}
        return 200, {"Name": name, "SecretString": self.secrets[name]}

    def _PutSecretValue(self, request: dict[str, Any]) -> tuple[int, Any]:
        self.secrets[request["SecretId"]] = request["SecretString"]
        return 200, {"Name": request["SecretId"]}

    def _CreateSecret(self, request: dict[str, Any]) -> tuple[int, Any]:
        self.secrets[request["Name"]] = request["SecretString"]
        return 200, {"Name": request["Name"]}


def machine(environment: str, state: str = "running") -> dict[str, Any]:
    return {"environment": environment, "instance_id": f"i-{environment}", "state": state, "address": "10.213.0.2", "agent_online": state == "running"}


def event(number: int, kind: str, previous: int = 0, at: float = 0, **details: Any) -> dict[str, Any]:
    return {"id": number, "previousEventId": previous, "type": kind, "timestamp": 1_790_000_000 + (at or number), **details}


def ended_history(*states: str, end: str = "ExecutionSucceeded") -> list[dict[str, Any]]:
    """A history in which these states ran in sequence."""
    events = [event(1, "ExecutionStarted")]
    for state in states:
        number = len(events) + 1
        events.append(event(number, "TaskStateEntered", number - 1, stateEnteredEventDetails={"name": state, "input": "{}"}))
        events.append(event(number + 1, "TaskScheduled", number, taskScheduledEventDetails={
            "resourceType": "lambda", "resource": "invoke", "region": "eu-west-1", "parameters": "{}"}))
        events.append(event(number + 2, "TaskSucceeded", number + 1, taskSucceededEventDetails={"resourceType": "lambda", "resource": "invoke"}))
        events.append(event(number + 3, "TaskStateExited", number + 2, stateExitedEventDetails={"name": state, "output": "{}"}))
    last = len(events) + 1
    events.append(event(last, end, last - 1, **({} if end != "ExecutionSucceeded" else {"executionSucceededEventDetails": {"output": "{}"}})))
    return events
