"""jvm_environment: an execution environment of Lambda: a JVM with AWS's runtime interface client, and its Runtime API on loopback.

It starts when it is created or when its process has ended, and runs one invocation at a time, as on Lambda. A process that exceeds the
timeout of the function is killed. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import queue
import subprocess
import tempfile
import threading
import time
from concurrent.futures import Future, TimeoutError as Timeout
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any, Dict, List, Optional, Tuple

ROOT = "/2018-06-01/runtime/"
CLIENT = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda"
# The options of Lambda for Java functions.
OPTIONS = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx384m", "-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED"]
# Lambda's limit for the start of a function.
START_SECONDS = 60


class StartFailed(Exception):
    """The function did not start. The payload is the error that its caller gets."""

    def __init__(self, payload: bytes) -> None:
        super().__init__(payload.decode(errors="replace"))
        self.payload = payload


@dataclass
class Answer:
    payload: bytes
    is_error: bool
    logs: str = ""


@dataclass
class Invocation:
    request: str
    arn: str
    payload: bytes
    trace: str
    deadline: float
    answer: "Future[Answer]" = field(default_factory=Future)


class Api(ThreadingHTTPServer):
    """The Runtime API of one process."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.waiting: "queue.Queue[Optional[Invocation]]" = queue.Queue()
        self.open: Dict[str, Invocation] = {}
        # The process waits for an invocation. It may print until then.
        self.idle = threading.Event()
        # None when the process requests its first invocation, or the error of its start.
        self.started: "Future[Optional[bytes]]" = Future()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.waiting.put(None)
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Api

    def do_GET(self) -> None:
        if self.path != ROOT + "invocation/next":
            return self.respond(404, b"", {})
        settle(self.server.started, None)
        self.server.idle.set()
        invocation = self.server.waiting.get()
        if invocation is None:
            self.close_connection = True
            return None
        return self.respond(200, invocation.payload, {
            "Lambda-Runtime-Aws-Request-Id": invocation.request,
            "Lambda-Runtime-Deadline-Ms": str(int(invocation.deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.arn,
            "Lambda-Runtime-Trace-Id": invocation.trace})

    def do_POST(self) -> None:
        body = self.body()
        if self.path == ROOT + "init/error":
            settle(self.server.started, body)
        else:
            request, _, kind = self.path[len(ROOT + "invocation/"):].partition("/")
            invocation = self.server.open.pop(request, None)
            if invocation is None or kind not in ("response", "error"):
                return self.respond(400, b"{}", {})
            settle(invocation.answer, Answer(body, kind == "error"))
        return self.respond(202, b'{"status":"OK"}\n', {})

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def respond(self, status: int, body: bytes, headers: Dict[str, str]) -> None:
        self.send_response(status)
        # The client's native code reads it without checking that it exists.
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def settle(future: "Future[Any]", value: Any) -> None:
    """Sets the result unless the future has one."""
    if not future.done():
        future.set_result(value)


def error(kind: str, message: str) -> bytes:
    return json.dumps({"errorMessage": message, "errorType": kind}).encode()


def exited(process: "subprocess.Popen[bytes]") -> str:
    status = process.returncode
    return "Runtime exited with error: " + (f"exit status {status}" if status >= 0 else f"signal {-status}")


def lost(invocation: Invocation, process: "subprocess.Popen[bytes]") -> Answer:
    return Answer(error("Runtime.ExitError", f"RequestId: {invocation.request} Error: {exited(process)}"), True)


class Environment:
    def __init__(self, handler: str, class_path: List[Path], timeout: int, version: str) -> None:
        self.handler = handler
        self.class_path = class_path
        self.timeout = timeout
        self.version = version
        self.variables: Dict[str, str] = {}
        # A file, not a pipe: what the function printed is in it at once.
        self.output: IO[bytes] = tempfile.NamedTemporaryFile("ab")
        self.running: Optional[Tuple["subprocess.Popen[bytes]", Api]] = None
        self.lock = threading.Lock()

    def start(self, variables: Dict[str, str]) -> None:
        """Starts the process. Returns when it requests an invocation, or raises StartFailed."""
        self.variables = variables
        api = Api()
        command = ["java", *OPTIONS, "-cp", ":".join(map(str, self.class_path)), CLIENT, self.handler]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.output, stderr=subprocess.STDOUT, env={
            "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", **variables,
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server_port}"})
        with self.lock:
            self.running = process, api
        threading.Thread(target=self.watch, args=(process, api), daemon=True).start()
        try:
            failure = api.started.result(START_SECONDS)
        except Timeout:
            failure = error("Sandbox.Timedout", f"Init timed out after {START_SECONDS} seconds")
        if failure is not None:
            self.stop()
            raise StartFailed(failure)

    def watch(self, process: "subprocess.Popen[bytes]", api: Api) -> None:
        """Answers what waits for a process when the process ends."""
        process.wait()
        settle(api.started, error("Runtime.ExitError", exited(process)))
        for invocation in list(api.open.values()):
            settle(invocation.answer, lost(invocation, process))

    def invoke(self, request: str, arn: str, payload: bytes, trace: str) -> Answer:
        if self.running is None or self.running[0].poll() is not None:
            self.stop()
            self.start(self.variables)
        assert self.running
        process, api = self.running
        begun, printed = time.time(), self.size()
        invocation = api.open[request] = Invocation(request, arn, payload, trace, begun + self.timeout)
        api.idle.clear()
        api.waiting.put(invocation)
        if process.poll() is not None:
            settle(invocation.answer, lost(invocation, process))
        try:
            answer = invocation.answer.result(self.timeout)
            api.idle.wait(1)
        except Timeout:
            self.stop()
            message = f"RequestId: {request} Error: Task timed out after {self.timeout}.00 seconds"
            answer = Answer(error("Sandbox.Timedout", message), True)
        milliseconds = (time.time() - begun) * 1000
        answer.logs = (f"START RequestId: {request} Version: {self.version}\n{self.logs(printed)}END RequestId: {request}\n"
                       f"REPORT RequestId: {request}\tDuration: {milliseconds:.2f} ms\n")
        return answer

    def size(self) -> int:
        return Path(self.output.name).stat().st_size

    def logs(self, since: int = 0) -> str:
        """What the process printed after the first `since` bytes."""
        text = Path(self.output.name).read_bytes()[since:].decode(errors="replace")
        return text if not text or text.endswith("\n") else text + "\n"

    def stop(self) -> None:
        with self.lock:
            running, self.running = self.running, None
        if running:
            process, api = running
            process.kill()
            process.wait()
            api.close()
