"""The stacks of the deployer and of its environments: remove what belongs to earlier versions, and uninstall.

An execution finishes with the documents with which it started, and an environment stays on its version, so an update keeps the old
documents and the parameters that name the old functions. They can be removed when no execution runs and every environment uses the
deployer's version. They must be removed before an earlier version of the deployer is installed again, since it would create documents
with names that exist; so run `documents --clean` before every update of the deployer.
"""

from __future__ import annotations

import re
import sys
import time
from dataclasses import dataclass
from typing import Any, Callable

from client.aws import Aws, AwsError
from client.executions import Executions
from client.exits import FAILED, PERSON_NEEDED, REFUSED, Stop
from client.screen import Screen


@dataclass(frozen=True)
class Environment:
    """The stack of an environment."""

    stack: str
    name: str
    version: str


def old_documents(aws: Aws, executions: Executions, screen: Screen, prefix: str, stack: str, remove: bool, command: str) -> None:
    try:
        resources = _all_resources(aws, stack)
        documents, versions = _left_documents(aws, prefix, resources), _left_parameters(aws, prefix, resources)
        if not documents and not versions:
            screen.line("no documents of earlier versions")
        elif not remove:
            for name in documents + versions:
                screen.line(name)
            screen.line(f"{command} documents --clean removes them")
        else:
            _refuse_while_used(aws, executions, prefix, stack)
            _remove(aws, screen, documents, versions)
    except AwsError as e:
        raise Stop(FAILED, e.message) from None


def _refuse_while_used(aws: Aws, executions: Executions, prefix: str, stack: str) -> None:
    running = executions.running()
    if running:
        raise Stop(FAILED, f"nothing was removed: running executions may need the documents: {' '.join(running)}")
    found = described(aws)
    version = next((parameters(one).get("DeployerVersion", "") for one in found if one["StackName"] == stack), "")
    others = [one for one in environments(found, prefix) if one.version != version]
    if others:
        text = ", ".join(f"{one.name} ({one.version})" for one in others)
        raise Stop(FAILED, f"nothing was removed: these environments use another version than the deployer ({version or 'none'}): {text}")


def _remove(aws: Aws, screen: Screen, documents: list[str], versions: list[str]) -> None:
    for name in documents:
        aws.call("ssm", "delete_document", Name=name)
        screen.line(f"removed {name}")
    for name in versions:
        aws.call("ssm", "delete_parameter", Name=name)
        screen.line(f"removed {name}")


def described(aws: Aws) -> list[dict[str, Any]]:
    return aws.pages("cloudformation", "describe_stacks", "Stacks", "NextToken")


def parameters(stack: dict[str, Any]) -> dict[str, str]:
    return {one["ParameterKey"]: one.get("ParameterValue", "") for one in stack.get("Parameters", [])}


def environments(found: list[dict[str, Any]], prefix: str) -> list[Environment]:
    """The environments of a prefix, by the parameters of their stacks."""
    result = []
    for one in found:
        given = parameters(one)
        if given.get("StackPrefix") == prefix and "Environment" in given:
            result.append(Environment(one["StackName"], given["Environment"], given.get("DeployerVersion", "")))
    return result


def _all_resources(aws: Aws, stack: str) -> list[dict[str, Any]]:
    """The resources of a stack and of its nested stacks; none if there is no such stack."""
    try:
        resources = _resources(aws, stack)
    except AwsError as e:
        if "does not exist" not in e.message:
            raise
        return []
    # A stack that cannot be read may own any document; the error ends the command.
    for nested in [one for one in resources if one["ResourceType"] == "AWS::CloudFormation::Stack"]:
        resources += _resources(aws, nested["PhysicalResourceId"])
    return resources


def _left_parameters(aws: Aws, prefix: str, resources: list[dict[str, Any]]) -> list[str]:
    """The parameters /PREFIX/VERSION/… of versions that are not the stack's."""
    filters = [{"Key": "Path", "Option": "Recursive", "Values": [f"/{prefix}"]}]
    listed = aws.pages("ssm", "describe_parameters", "Parameters", "NextToken", ParameterFilters=filters)
    owned = {one["PhysicalResourceId"] for one in resources if one["ResourceType"] == "AWS::SSM::Parameter"}
    ours = re.compile(rf"/{re.escape(prefix)}/[a-z0-9.-]+/functions/[A-Za-z]+")
    return [one["Name"] for one in listed if ours.fullmatch(one["Name"]) and one["Name"] not in owned]


def _left_documents(aws: Aws, prefix: str, resources: list[dict[str, Any]]) -> list[str]:
    """The documents PREFIX-STEP-HASH of the account that belong neither to the stack nor to a nested one; none of a longer prefix."""
    filters = [{"Key": "Owner", "Values": ["Self"]}, {"Key": "Name", "Values": [f"{prefix}-"]}]
    listed = aws.pages("ssm", "list_documents", "DocumentIdentifiers", "NextToken", Filters=filters)
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


_KEPT = (
    "AWS::SSM::Document", "AWS::SSM::Parameter", "AWS::IAM::OIDCProvider", "AWS::EC2::Instance", "AWS::EC2::EIP", "AWS::EC2::SecurityGroup",
)  # fmt: skip


def uninstall(
    aws: Aws, screen: Screen, prefix: str, stack: str, confirmed: bool, command: str, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Keeps what a robot needs and what no installation restores: instances, addresses, firewalls, secrets, documents."""
    try:
        resources = {stack: _resources(aws, stack)}
    except AwsError as e:
        raise Stop(REFUSED, e.message) from None
    try:
        # The environments first: without the deployer they could not be operated.
        for environment in environments(described(aws), prefix):
            resources = {environment.stack: _resources(aws, environment.stack), **resources}
    except AwsError as e:
        raise Stop(FAILED, e.message) from None
    for name, found in resources.items():
        deleted = [one for one in found if one["ResourceType"] not in _KEPT]
        screen.line(f"Deletes the stack {name} with {len(deleted)} resources.")
    screen.line("Keeps, with the command that removes it:")
    try:
        for line in _kept(aws, [one for found in resources.values() for one in found], prefix, command):
            screen.line(f"  {line}")
    except AwsError as e:
        raise Stop(FAILED, e.message) from None
    if not confirmed:
        if not sys.stdin.isatty():
            raise Stop(REFUSED, "nothing was changed; --yes deletes the stack")
        if input(f"Delete these stacks? Type {stack}: ") != stack:
            raise Stop(REFUSED, "nothing was changed")
    for name in resources:
        try:
            aws.call("cloudformation", "delete_stack", StackName=name)
        except AwsError as e:
            raise Stop(FAILED, e.message) from None
        screen.line(f"deleting {name} …")
        _wait_until_deleted(aws, name, sleep)
    screen.line(f"{', '.join(resources)} deleted. The robots keep running, but nothing deploys, watches or starts them.")


def _kept(aws: Aws, resources: list[dict[str, Any]], prefix: str, command: str) -> list[str]:
    lines = []
    for one in resources:
        if one["ResourceType"] == "AWS::IAM::OIDCProvider":
            arn = one["PhysicalResourceId"]
            lines.append(f"GitHub identity provider   aws iam delete-open-id-connect-provider --open-id-connect-provider-arn {arn}")
        lines.append(_kept_resource(one))
    secrets = aws.pages("secretsmanager", "list_secrets", "SecretList", "NextToken", Filters=[{"Key": "name", "Values": [f"{prefix}/"]}])
    for one in secrets:
        lines.append(f"secret {one['Name']}   aws secretsmanager delete-secret --secret-id {one['Name']}   (can be undone for 30 days)")
    lines.append(f"step documents and versions   {command} documents --clean   (afterwards)")
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
