"""The stack of the deployer: remove documents of earlier versions, and uninstall.

An execution finishes with the documents with which it started, so an update keeps the old ones. They can be removed when no execution
runs. They must be removed before an earlier version of the deployer is installed again, since it would create documents with names that
exist; so run `documents --clean` before every update of the stack.
"""

from __future__ import annotations

import re
import sys
import time
from typing import Any, Callable

from client.aws import Aws, AwsError
from client.executions import Executions
from client.exits import FAILED, PERSON_NEEDED, REFUSED, Stop
from client.screen import Screen

_MACHINES = ("deploy", "power", "watch", "migrate")


def old_documents(aws: Aws, executions: Executions, screen: Screen, prefix: str, stack: str, remove: bool, command: str) -> None:
    try:
        left = _left_documents(aws, prefix, stack)
        if not left:
            screen.line("no documents of earlier versions")
        elif not remove:
            for name in left:
                screen.line(name)
            screen.line(f"{command} documents --clean removes them")
        else:
            _remove(aws, executions, screen, left)
    except AwsError as e:
        raise Stop(FAILED, e.message) from None


def _remove(aws: Aws, executions: Executions, screen: Screen, names: list[str]) -> None:
    running = [name for machine in _MACHINES for name in executions.running(machine)]
    if running:
        raise Stop(FAILED, f"nothing was removed: running executions may need the documents: {' '.join(running)}")
    for name in names:
        aws.call("ssm", "delete_document", Name=name)
        screen.line(f"removed {name}")


def _left_documents(aws: Aws, prefix: str, stack: str) -> list[str]:
    """The documents PREFIX-STEP-HASH of the account that belong neither to the stack nor to a nested one; none of a longer prefix."""
    filters = [{"Key": "Owner", "Values": ["Self"]}, {"Key": "Name", "Values": [f"{prefix}-"]}]
    listed = aws.pages("ssm", "list_documents", "DocumentIdentifiers", "NextToken", Filters=filters)
    try:
        resources = _resources(aws, stack)
    except AwsError as e:
        if "does not exist" not in e.message:
            raise
        resources = []
    # A stack that cannot be read may own any document; the error ends the command.
    for nested in [one for one in resources if one["ResourceType"] == "AWS::CloudFormation::Stack"]:
        resources += _resources(aws, nested["PhysicalResourceId"])
    owned = {one["PhysicalResourceId"] for one in resources if one["ResourceType"] == "AWS::SSM::Document"}
    ours = re.compile(re.escape(prefix) + r"-(" + "|".join(_STEPS) + r")-[0-9a-f]{12}")
    return [one["Name"] for one in listed if ours.fullmatch(one["Name"]) and one["Name"] not in owned]


# Every present and former step: documents of a stack crypto-robot-b begin with crypto-robot- too.
_STEPS = (
    "acquire-lock", "release-lock", "inspect-host", "deploy-release", "inject-keys", "validate-certificate", "activate-release",
    "check-health", "confirm-release", "roll-back", "discard-release", "start-services", "stop-services", "inject-certificate",
    "read-status", "read-health", "read-certificates", "read-drift", "read-crashes", "read-logs", "record-notice",
    "take-inventory", "adopt-settings", "remove-containers", "undo-migration", "compare-health", "install-[0-9]+",
    "prepare", "fetch", "build", "begin", "end", "inspect", "inspect-certificate", "activate", "health", "confirm", "discard", "status", "check-certificates",
    "check-drift", "told", "crash-report", "logs", "migrate-[a-z]+",
)  # fmt: skip


def _resources(aws: Aws, stack: str) -> list[dict[str, Any]]:
    return aws.pages("cloudformation", "list_stack_resources", "StackResourceSummaries", "NextToken", StackName=stack)


def uninstall(
    aws: Aws, screen: Screen, prefix: str, stack: str, confirmed: bool, command: str, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Keeps what a robot needs and what no installation restores: instances, addresses, firewalls, secrets, documents."""
    try:
        resources = _resources(aws, stack)
    except AwsError as e:
        raise Stop(REFUSED, e.message) from None
    deleted = [one for one in resources if one["ResourceType"] not in ("AWS::SSM::Document", "AWS::IAM::OIDCProvider")]
    screen.line(f"Deletes the stack {stack} with {len(deleted)} resources: functions, state machines, schedules, roles, alarms, logs.")
    screen.line("Keeps, with the command that removes it:")
    try:
        for line in _kept(aws, resources, prefix, command):
            screen.line(f"  {line}")
    except AwsError as e:
        raise Stop(FAILED, e.message) from None
    if not confirmed:
        if not sys.stdin.isatty():
            raise Stop(REFUSED, "nothing was changed; --yes deletes the stack")
        if input(f"Delete the stack {stack}? Type its name: ") != stack:
            raise Stop(REFUSED, "nothing was changed")
    try:
        aws.call("cloudformation", "delete_stack", StackName=stack)
    except AwsError as e:
        raise Stop(FAILED, e.message) from None
    screen.line("deleting …")
    _wait_until_deleted(aws, stack, sleep)
    screen.line(f"{stack} is deleted. The robots keep running, but nothing deploys, watches or starts them.")


def _kept(aws: Aws, resources: list[dict[str, Any]], prefix: str, command: str) -> list[str]:
    lines = []
    for one in resources:
        if one["ResourceType"] == "AWS::IAM::OIDCProvider":
            arn = one["PhysicalResourceId"]
            lines.append(f"GitHub identity provider   aws iam delete-open-id-connect-provider --open-id-connect-provider-arn {arn}")
        if one["ResourceType"] == "AWS::CloudFormation::Stack":
            lines.extend(_kept_resource(nested) for nested in _resources(aws, one["PhysicalResourceId"]))
    secrets = aws.pages("secretsmanager", "list_secrets", "SecretList", "NextToken", Filters=[{"Key": "name", "Values": [f"{prefix}/"]}])
    for one in secrets:
        lines.append(f"secret {one['Name']}   aws secretsmanager delete-secret --secret-id {one['Name']}   (can be undone for 30 days)")
    lines.append(f"step documents   {command} documents --clean   (afterwards)")
    return [line for line in lines if line]


def _kept_resource(one: dict[str, Any]) -> str:
    number = one["PhysicalResourceId"]
    if one["ResourceType"] == "AWS::EC2::Instance":
        return (
            f"instance {number}   aws ec2 modify-instance-attribute --instance-id {number} --no-disable-api-termination; "
            f"aws ec2 terminate-instances --instance-ids {number}   (its disk stays)"
        )
    if one["ResourceType"] == "AWS::EC2::EIP":
        return f"address {number}   aws ec2 release-address --public-ip {number}   (after the instance; an unused address costs money)"
    if one["ResourceType"] == "AWS::EC2::SecurityGroup":
        return f"firewall {number}   aws ec2 delete-security-group --group-id {number}   (after the instance)"
    return ""


def _wait_until_deleted(aws: Aws, stack: str, sleep: Callable[[float], None]) -> None:
    while True:
        try:
            found = aws.call("cloudformation", "describe_stacks", StackName=stack)["Stacks"][0]
        except AwsError as e:
            # A deleted stack cannot be found by its name.
            if "does not exist" in e.message:
                return
            raise Stop(PERSON_NEEDED, e.message) from None
        if found["StackStatus"] == "DELETE_COMPLETE":
            return
        if found["StackStatus"] != "DELETE_IN_PROGRESS":
            raise Stop(PERSON_NEEDED, f"the stack is {found['StackStatus']}: {found.get('StackStatusReason', 'see its events')}")
        sleep(5)
