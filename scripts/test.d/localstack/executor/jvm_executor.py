"""jvm_executor: lets LocalStack's Lambda run Java functions in JVMs beside it, without Docker inside Docker.

LocalStack's own executor needs a Docker daemon, an image and a program from GitHub for each function. LocalStack loads this one by
its entry point `jvm` (`localstack.lambda.runtime_executor`) when LAMBDA_RUNTIME_EXECUTOR=jvm. Written against LocalStack 4.14.0:
services/lambda_/invocation/runtime_executor.py and execution_environment.py. CLIENT_FOLDER has the jars of AWS's runtime interface client.
"""

import os
from pathlib import Path
from typing import Any

from jvm_environment import Environment, StartFailed
from localstack import config
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

HOST = "127.0.0.1"


class JvmExecutor(RuntimeExecutor):
    """One execution environment."""

    environment: Environment

    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id, function_version)
        code = function_version.config.code.get_unzipped_code_location()
        class_path = [code, code / "lib" / "*", Path(os.environ["CLIENT_FOLDER"]) / "*"]
        self.environment = Environment(function_version.config.handler, class_path, function_version.config.timeout,
                                       function_version.id.qualifier)

    def start(self, env_vars: dict[str, Any]) -> None:
        try:
            self.environment.start({name: str(value) for name, value in env_vars.items()})
        except StartFailed as failed:
            # LocalStack returns this payload to the caller of the function.
            raise StatusErrorException("the function did not start", payload=failed.payload) from failed

    def stop(self) -> None:
        self.environment.stop()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        request = payload["invoke-id"]
        answer = self.environment.invoke(request, payload["invoked-function-arn"], payload["payload"].encode(), payload["trace-id"])
        return InvocationResult(request, answer.payload, is_error=answer.is_error, logs=answer.logs)

    def get_logs(self) -> str:
        return self.environment.logs()

    def get_address(self) -> str:
        return HOST

    def get_endpoint_from_executor(self) -> str:
        return HOST

    def get_runtime_endpoint(self) -> str:
        return f"http://{HOST}:{config.GATEWAY_LISTEN[0].port}"

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        pass


class JvmExecutorPlugin(RuntimeExecutorPlugin):
    name = "jvm"

    def load(self, *args: Any, **kwargs: Any) -> type[RuntimeExecutor]:
        return JvmExecutor
