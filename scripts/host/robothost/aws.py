"""aws: the AWS calls of a step, by the AWS CLI and with the role of the instance."""

from __future__ import annotations

from robothost.failures import Failure
from robothost.step import Host
from robothost.system import Ended

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

# Seconds that the metadata service has for an answer.
LONGEST_METADATA = "3"


def metadata(host: Host, path: str) -> Optional[str]:
    """The answer of the instance metadata service (IMDSv2); None when there is none."""
    base = host.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254").rstrip("/")
    curl = ("curl", "-sf", "--noproxy", "*", "--max-time", LONGEST_METADATA)
    token = host.system.run(*curl, "-X", "PUT", "-H", "X-aws-ec2-metadata-token-ttl-seconds: 60", base + "/latest/api/token")
    if token.code:
        return None
    # The token is a credential: no other process may read it in the arguments.
    done = host.system.run(*curl, "-H", "@-", base + "/latest/" + path, text="X-aws-ec2-metadata-token: %s\n" % token.output)
    return None if done.code else done.output


def region(host: Host) -> str:
    found = host.variable("AWS_REGION", "") or host.variable("AWS_DEFAULT_REGION", "")
    answer = found or metadata(host, "meta-data/placement/region")
    if not answer:
        raise Failure("HostUnfit", "the instance metadata service does not answer; IMDSv2 must be on")
    return answer


def endpoint(host: Host, service: str) -> str:
    """The endpoint of a service where the environment names one, else nothing."""
    name = "AWS_ENDPOINT_URL_" + service.upper().replace("-", "_")
    return host.variable(name, "") or host.variable("AWS_ENDPOINT_URL", "")


def call(host: Host, service: str, *arguments: str) -> Ended:
    """One call of a service. The CLI repeats what is throttled or fails for a moment, up to three times."""
    name, url = region(host), endpoint(host, service)
    variables = {"AWS_REGION": name, "AWS_DEFAULT_REGION": name, "HOME": "/root", "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "4",
                 "AWS_RETRY_MODE": "standard"}
    # Older clients do not know AWS_ENDPOINT_URL.
    own = ["--endpoint-url", url] if url else []
    return host.system.run("aws", *own, "--cli-connect-timeout", "5", "--cli-read-timeout", "20", service, *arguments, variables=variables)
