"""Calls to AWS: endpoint, region, credentials, and retries while AWS cannot be reached.

Debian's boto3 1.26 does not know AWS_ENDPOINT_URL, so the endpoint is passed from here. The library is imported when the
first client is made, since that takes a quarter of a second.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from typing import Any, Callable, Mapping, Optional

from client.exits import FAILED, REFUSED, UNFIT, Stop
from client.screen import Screen

# The names of services in variables for endpoints, where they differ from those of the AWS CLI.
_ENDPOINT_NAMES = {"stepfunctions": "SFN", "secretsmanager": "SECRETS_MANAGER"}
_LOOPBACK = re.compile(r"^https?://(127\.0\.0\.1|localhost|\[::1\])(:|/|$)")
_BUSY = re.compile(
    r"throttl|toomanyrequests|requestlimitexceeded|slowdown|serviceunavailable|internal(service|server)?(error|failure)"
    r"|^serviceexception$",
    re.IGNORECASE,
)
_NO_CREDENTIALS = {
    "NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "ProfileNotFound", "SSOError",
    "UnauthorizedSSOTokenError", "SSOTokenLoadError", "TokenRetrievalError", "TokenLoadError", "InvalidClientTokenId",
    "UnrecognizedClientException", "ExpiredToken", "ExpiredTokenException", "InvalidAccessKeyId", "SignatureDoesNotMatch",
    "InvalidSignatureException",
}  # fmt: skip


class AwsError(Exception):
    """AWS refused a call, or the call could not be made."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class AwsUnreachable(AwsError):
    """AWS could not be reached within the time for retries."""


class Aws:
    """Clients of AWS services. With `credentials`, no setting of the user's own AWS account is read."""

    def __init__(
        self,
        screen: Screen,
        variables: Mapping[str, str] = os.environ,
        region: str = "",
        credentials: Optional[Callable[[], tuple[str, str]]] = None,
        endpoint: str = "",
        account: str = "",
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._screen = screen
        self._variables = variables
        self._region = region
        self._credentials = credentials
        self._endpoint = endpoint
        self._account = account
        self._clock = clock
        self._sleep = sleep
        self._clients: dict[str, Any] = {}
        self._opened: Any = None
        self._making = threading.Lock()
        self.patience = float(variables.get("OPERATE_PATIENCE") or 600)

    def endpoint(self, service: str) -> str:
        """The endpoint of a service; empty for AWS's own."""
        if self._endpoint:
            return self._endpoint
        name = "AWS_ENDPOINT_URL_" + _ENDPOINT_NAMES.get(service, service.upper())
        return self._variables.get(name) or self._variables.get("AWS_ENDPOINT_URL") or ""

    @property
    def local(self) -> bool:
        """Whether Step Functions is on this machine."""
        return bool(_LOOPBACK.match(self.endpoint("stepfunctions")))

    @property
    def region(self) -> str:
        region = self._region or self._variables.get("AWS_REGION") or self._variables.get("AWS_DEFAULT_REGION")
        if not region and self.endpoint("stepfunctions"):
            region = "eu-west-1"
        if not region:
            region = self._session().get_config_variable("region")
        if not region:
            raise Stop(REFUSED, "no region is set; use --region or AWS_REGION")
        return region

    def in_region(self, region: str) -> None:
        if region != self._region:
            self._region = region
            self._clients.clear()

    def state_machine(self, name: str) -> str:
        """The ARN of a state machine. STS returns the account, which needs no permission."""
        if self._account:
            return f"arn:aws:states:{self.region}:{self._account}:stateMachine:{name}"
        region = self.region
        caller = self.call("sts", "get_caller_identity")["Arn"].split(":")
        return f"arn:{caller[1]}:states:{region}:{caller[4]}:stateMachine:{name}"

    def call(self, service: str, operation: str, **arguments: Any) -> Any:
        """One call; retried for `patience` seconds while AWS cannot be reached or throttles."""
        since, pause, reported = self._clock(), 1.0, False
        while True:
            try:
                method = getattr(self._client(service), operation, None)
                if method is None:
                    raise AwsError("UnknownOperation", f"the installed boto3 is too old: it does not know {operation} of {service}")
                answer = method(**arguments)
                if reported:
                    self._screen.line("connected again")
                return answer
            except Exception as e:
                error = self._translated(e)
                if error is None:
                    raise
                if not isinstance(error, AwsUnreachable):
                    raise error from None
                if self._clock() - since >= self.patience:
                    raise error from None
            if not reported:
                self._screen.line(f"AWS cannot be reached; retrying for up to {self.patience:.0f} s: {error.message}")
                reported = True
            self._sleep(pause)
            pause = min(pause * 2, 15.0)

    def pages(self, service: str, operation: str, key: str, token: str, **arguments: Any) -> list[Any]:
        """Every item of a list that comes in pages."""
        items: list[Any] = []
        while True:
            answer = self.call(service, operation, **arguments)
            items.extend(answer.get(key, []))
            if not answer.get(token):
                return items
            arguments[token] = answer[token]

    def prepare(self, *services: str) -> None:
        """Creates clients in the background, during a wait."""

        def make() -> None:
            for service in services:
                try:
                    self._client(service)
                except Exception:
                    # The first call of the client raises the error again.
                    return

        threading.Thread(target=make, daemon=True).start()

    def _session(self) -> Any:
        if self._opened is None:
            # botocore imports these if they are installed, and works the same without them: awscrt is for signatures that only
            # S3 needs, and pyopenssl supplies the SSLContext that urllib3 has too. Each takes a quarter of the start.
            for unused in ("awscrt", "urllib3.contrib.pyopenssl"):
                sys.modules.setdefault(unused, None)  # type: ignore[arg-type]
            import botocore.session

            self._opened = botocore.session.get_session()
            if self._credentials:
                self._opened.set_credentials(*self._credentials())
        return self._opened

    def _client(self, service: str) -> Any:
        # Threads may share clients, but must not create them at the same time.
        with self._making:
            return self._clients[service] if service in self._clients else self._made(service)

    def _made(self, service: str) -> Any:
        from botocore.config import Config

        endpoint = self.endpoint(service)
        settings = Config(
            connect_timeout=10,
            read_timeout=20,
            retries={"total_max_attempts": 1, "mode": "standard"},
            # A proxy cannot reach the loopback of this machine.
            proxies={} if _LOOPBACK.match(endpoint) else None,
            parameter_validation=True,
        )
        self._clients[service] = self._session().create_client(
            service, region_name=self.region, endpoint_url=endpoint or None, config=settings
        )
        return self._clients[service]

    def _translated(self, error: Exception) -> Optional[AwsError]:
        """The error as an AwsError; None if it does not come from the library."""
        import botocore.exceptions as library

        if isinstance(error, library.ClientError):
            code = str(error.response.get("Error", {}).get("Code", ""))
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            kind = AwsUnreachable if status >= 500 or _BUSY.search(code) else AwsError
            return kind(code, str(error))
        if isinstance(error, (library.HTTPClientError, library.ConnectionError)):
            return AwsUnreachable(type(error).__name__, str(error))
        if isinstance(error, library.BotoCoreError):
            return AwsError(type(error).__name__, str(error))
        return None


def not_started(error: AwsError) -> Stop:
    """Nothing was started, because AWS refused the call or could not be reached."""
    if error.code in _NO_CREDENTIALS:
        return Stop(UNFIT, f"no valid AWS credentials: {error.message}")
    wrong = re.search(r"DoesNotExist|ResourceNotFound|Validation|InvalidArn|InvalidName|InvalidExecutionInput|NoRegion", error.code)
    return Stop(REFUSED if wrong else FAILED, f"nothing was started: {error.message}")
