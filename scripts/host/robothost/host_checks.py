"""host_checks: whether the instance has a role, the right time and an agent that is new enough. HostUnfit where it has not."""

from __future__ import annotations

import re
import time

from robothost import aws
from robothost.failures import Failure
from robothost.step import Host

# Seconds.
LARGEST_DIFFERENCE = 300
# https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
OLDEST_AGENT = "3.3.2746.0"


def check_role(host: Host) -> None:
    if not aws.metadata(host, "meta-data/iam/security-credentials/"):
        raise Failure("HostUnfit", "the instance metadata service (IMDSv2) names no role: attach the instance profile that may read the secrets")


def check_clock(host: Host) -> None:
    url = aws.endpoint(host, "sts")
    name = url or "sts.%s.amazonaws.com" % aws.region(host)
    answer = host.system.run("curl", "-s", "--max-time", "10", "-o", "/dev/null", "-D", "-", url or "https://%s/" % name).output
    date = re.search(r"^date: *(.*\S)", answer, re.MULTILINE | re.IGNORECASE)
    if not date:
        raise Failure("HostUnfit", "AWS cannot be reached at %s; check the instance's route and DNS" % name)
    difference = int(host.system.now()) - seconds_of(date.group(1))
    if abs(difference) > LARGEST_DIFFERENCE:
        raise Failure("HostUnfit", "the clock is %d seconds off; AWS refuses signatures beyond %d; check chronyd or timesyncd"
                      % (difference, LARGEST_DIFFERENCE))


def seconds_of(date: str) -> int:
    """Of a date in a header of HTTP, like "Sun, 06 Nov 1994 08:49:37 GMT"."""
    from calendar import timegm

    return timegm(time.strptime(date, "%a, %d %b %Y %H:%M:%S GMT"))


def check_agent(host: Host) -> None:
    """An instance whose agent has another name, as the local cloud's, is not examined."""
    if not host.system.which("amazon-ssm-agent"):
        return
    found = re.search(r"[0-9]+(\.[0-9]+){3}", host.system.run("amazon-ssm-agent", "-version").output)
    if found and numbers(found.group()) < numbers(OLDEST_AGENT):
        raise Failure("HostUnfit", "amazon-ssm-agent is %s; %s or newer is needed" % (found.group(), OLDEST_AGENT))


def numbers(version: str) -> "list[int]":
    return [int(part) for part in version.split(".")]
