"""Calls to AWS: endpoint, region, credentials, and what happens while AWS cannot be reached.

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

# As the AWS CLI calls a service, and as the variable for its endpoint does where that differs.
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
    """A call that AWS refused, or that could not be made."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class AwsUnreachable(AwsError):
    """AWS could not be reached for longer than the patience lasts."""


class Aws:
    """Clients of AWS services. Where `credentials` is given, no setting of a person's own account is read."""

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
        """The address of a service where it is not AWS's own; else empty."""
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
            raise Stop(REFUSED, "no region is set: --region or AWS_REGION")
        return region

    def in_region(self, region: str) -> None:
        if region != self._region:
            self._region = region
            self._clients.clear()

    def state_machine(self, name: str) -> str:
        """The ARN of a state machine. STS says whose account it is, which needs no permission."""
        if self._account:
            return f"arn:aws:states:{self.region}:{self._account}:stateMachine:{name}"
        region = self.region
        caller = self.call("sts", "get_caller_identity")["Arn"].split(":")
        return f"arn:{caller[1]}:states:{region}:{caller[4]}:stateMachine:{name}"

    def call(self, service: str, operation: str, **arguments: Any) -> Any:
        """One call; tried again while AWS cannot be reached or is too busy, for as long as the patience lasts."""
        since, pause, told = self._clock(), 1.0, False
        while True:
            try:
                answer = getattr(self._client(service), operation)(**arguments)
                if told:
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
            if not told:
                self._screen.line(f"AWS cannot be reached; trying again for up to {self.patience:.0f} s: {error.message}")
                told = True
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
        """Makes clients in the background, while something else is waited for."""

        def make() -> None:
            for service in services:
                try:
                    self._client(service)
                except Exception:
                    # Whoever needs the client gets the error.
                    return

        threading.Thread(target=make, daemon=True).start()

    def _session(self) -> Any:
        if self._opened is None:
            # The library imports its C runtime where it finds it, for signatures that only S3 takes: a quarter of its start.
            sys.modules.setdefault("awscrt", None)  # type: ignore[arg-type]
            import botocore.session

            self._opened = botocore.session.get_session()
            if self._credentials:
                self._opened.set_credentials(*self._credentials())
        return self._opened

    def _client(self, service: str) -> Any:
        # Clients may be shared by threads; their making may not.
        with self._making:
            return self._clients[service] if service in self._clients else self._made(service)

    def _made(self, service: str) -> Any:
        from botocore.config import Config

        local = self.local
        settings = Config(
            connect_timeout=10,
            read_timeout=20,
            retries={"total_max_attempts": 1, "mode": "standard"},
            # A proxy cannot reach the loopback of this machine.
            proxies={} if local else None,
            parameter_validation=True,
        )
        self._clients[service] = self._session().create_client(
            service, region_name=self.region, endpoint_url=self.endpoint(service) or None, config=settings
        )
        return self._clients[service]

    def _translated(self, error: Exception) -> Optional[AwsError]:
        """The error in our terms; None where it is none of the library's."""
        import botocore.exceptions as library

        if isinstance(error, library.ClientError):
            said = error.response.get("Error", {})
            code = str(said.get("Code", ""))
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            kind = AwsUnreachable if status >= 500 or _BUSY.search(code) else AwsError
            return kind(code, str(error))
        if isinstance(error, (library.HTTPClientError, library.ConnectionError)):
            return AwsUnreachable(type(error).__name__, str(error))
        if isinstance(error, library.BotoCoreError):
            return AwsError(type(error).__name__, str(error))
        return None


def not_started(error: AwsError) -> Stop:
    """Nothing was started, because AWS refused it or was not reached."""
    if error.code in _NO_CREDENTIALS:
        return Stop(UNFIT, f"there are no valid AWS credentials here: {error.message}")
    wrong = re.search(r"DoesNotExist|ResourceNotFound|Validation|InvalidArn|InvalidName|InvalidExecutionInput|NoRegion", error.code)
    return Stop(REFUSED if wrong else FAILED, f"nothing was started: {error.message}")
