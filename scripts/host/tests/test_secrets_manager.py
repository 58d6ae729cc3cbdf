"""How a step reads a secret: with which program and settings, and how that fails."""

import json
from typing import Dict, List, Mapping, Optional, Tuple

from robothost import aws
from robothost.failures import Failure
from robothost.secrets_manager import Missing, read_secret
from robothost.step import Host
from robothost.system import Ended
from tests.fixture import FakeSystem, FolderTest

NAME, VERSION = "crypto-robot/x.local/keys", "v1"
VALUE = "qu1et-value-of-a-key"
SECRET = json.dumps({"BINANCE_API_KEY": VALUE, "exchange": "binance", "list": [1]})


class WatchedSystem(FakeSystem):
    """Keeps what each program got on stdin and as variables."""

    def __init__(self) -> None:
        super().__init__()
        self.given: List[Tuple[str, Dict[str, str]]] = []

    def run(self, *command: str, text: str = "", timeout: Optional[float] = None, variables: Optional[Mapping[str, str]] = None) -> Ended:
        self.given.append((text, dict(variables or {})))
        return super().run(*command, text=text, timeout=timeout, variables=variables)


class SecretsManagerTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.watched = WatchedSystem()
        self.variables = {"AWS_REGION": "eu-west-1"}

    def host(self) -> Host:
        return self.step_host(None, self.watched, **self.variables)

    def failure(self, errors: str, code: int = 254) -> Failure:
        self.watched.answer("aws", errors=errors, code=code)
        with self.assertRaises(Failure) as caught:
            read_secret(self.host(), NAME, VERSION, "KeysUnreadable")
        self.assertEqual("KeysUnreadable", caught.exception.name)
        return caught.exception

    def test_is_read_by_its_name_and_version(self) -> None:
        self.watched.answer("aws", output=SECRET + "\n")
        self.assertEqual(SECRET + "\n", read_secret(self.host(), NAME, VERSION, "KeysUnreadable"))
        self.assertEqual([("aws", "--cli-connect-timeout", "5", "--cli-read-timeout", "20", "secretsmanager", "get-secret-value", "--secret-id",
                           NAME, "--version-id", VERSION, "--query", "SecretString", "--output", "text")], self.watched.calls)
        self.assertEqual([("", {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1", "HOME": "/root", "AWS_PAGER": "",
                                "AWS_MAX_ATTEMPTS": "4", "AWS_RETRY_MODE": "standard"})], self.watched.given)

    def test_is_read_at_the_endpoint_that_the_environment_names(self) -> None:
        self.variables["AWS_ENDPOINT_URL"] = "http://one"
        self.assertEqual("http://one", aws.endpoint(self.host(), "secretsmanager"))
        self.variables["AWS_ENDPOINT_URL_SECRETSMANAGER"] = "http://own"
        read_secret(self.host(), NAME, VERSION, "KeysUnreadable")
        self.assertEqual(("aws", "--endpoint-url", "http://own"), self.watched.calls[0][:3])

    def test_the_region_is_the_instances_where_no_variable_names_it(self) -> None:
        self.variables = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://metadata/"}
        self.watched.answer("curl", "PUT", output="t0ken-of-metadata")
        self.watched.answer("curl", "http://metadata/latest/meta-data/placement/region", output="eu-north-1")
        read_secret(self.host(), NAME, VERSION, "KeysUnreadable")
        self.assertEqual("eu-north-1", self.watched.given[-1][1]["AWS_REGION"])
        self.assertEqual("X-aws-ec2-metadata-token: t0ken-of-metadata\n", self.watched.given[1][0])
        self.assertNotIn("t0ken-of-metadata", str(self.watched.calls))

    def test_without_a_region_the_host_is_unfit(self) -> None:
        self.variables = {}
        self.watched.answer("curl", code=22)
        with self.assertRaises(Failure) as caught:
            read_secret(self.host(), NAME, VERSION, "KeysUnreadable")
        self.assertEqual(("HostUnfit", "the instance metadata service does not answer; IMDSv2 must be on"),
                         (caught.exception.name, caught.exception.message))

    def test_one_that_does_not_exist_is_missing(self) -> None:
        for error, reason in (("ResourceNotFoundException", "the secret %s has no version %s" % (NAME, VERSION)),
                              ("InvalidRequestException",
                               "the secret %s cannot be read in its present state: is it scheduled for deletion?" % NAME)):
            failure = self.failure("\nAn error occurred (%s) when calling GetSecretValue\n" % error)
            assert isinstance(failure, Missing)
            self.assertEqual(reason, failure.reason)
            self.assertEqual("secret %s, version %s, cannot be read by this instance's role: An error occurred (%s) when calling"
                             " GetSecretValue" % (NAME, VERSION, error), failure.message)

    def test_one_that_is_refused_or_throttled_is_not_missing(self) -> None:
        for error in ("AccessDeniedException", "ThrottlingException", "InternalServiceError", "DecryptionFailure"):
            failure = self.failure("An error occurred (%s) when calling GetSecretValue" % error)
            self.assertNotIsInstance(failure, Missing)
            self.assertIn(error, failure.message)

    def test_one_that_no_program_can_read_is_not_missing(self) -> None:
        self.assertNotIsInstance(self.failure("aws: No such file or directory", code=127), Missing)

    def test_a_message_of_the_service_is_redacted_and_cut(self) -> None:
        self.write("releases/a/.env", "SECRET_TOKEN=%s\n" % VALUE)
        failure = self.failure("denied for %s\nand more %s" % (VALUE, "x" * 1000))
        self.assertNotIn(VALUE, failure.message)
        self.assertIn("denied for [redacted] and more", failure.message)
        self.assertLess(len(failure.message), 720)

    def test_its_value_is_redacted_from_then_on(self) -> None:
        self.watched.answer("aws", output="\ufeff" + SECRET)
        host = self.host()
        read_secret(host, NAME, VERSION, "KeysUnreadable")
        self.assertEqual("[redacted] of binance", host.redacted(VALUE + " of binance"))
        self.watched.answer("aws", output="what is no JSON\n")
        read_secret(host, NAME, VERSION, "KeysUnreadable")
        self.assertEqual("it is [redacted]!", host.redacted("it is what is no JSON!"))
