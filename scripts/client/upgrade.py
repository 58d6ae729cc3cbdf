"""The command upgrade: a new version for the deployer's stack, then for each environment's stack.

Each stack is changed by a change set that keeps the parameters it has, but for the version and those given. A change set that replaces or
removes an instance, its address or its security group is refused and deleted, and a stack policy lets CloudFormation refuse the same. A stack
that fails keeps the version that it had, which works beside the deployer's new one; the other stacks are upgraded. Running executions
finish on the version with which they started. Run it again after a failure: stacks that have the version are not changed.

Shapes and states: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Mapping, Optional

from client import stack
from client.aws import Aws, AwsError
from client.exits import DONE, FAILED, REFUSED, UNFIT, Stop
from client.screen import Screen

# The resources of environment.yaml that a robot would lose its disk or its address with.
PROTECTED = ("Instance", "Address", "WebSecurityGroup")
_POLICY = json.dumps({
    "Statement": [
        {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": ["Update:Replace", "Update:Delete"], "Principal": "*",
         "Resource": ["LogicalResourceId/" + name for name in PROTECTED]},
    ]
})  # fmt: skip
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_UPDATABLE = re.compile(r"(CREATE|UPDATE|IMPORT)_COMPLETE|(UPDATE|IMPORT)_ROLLBACK_COMPLETE")
_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
# The pattern of the templates' parameter DeployerVersion.
_VERSION = re.compile(r"[a-z0-9]([a-z0-9.-]{0,38}[a-z0-9])?")


class Upgrade:
    """`package` uploads what a template of this repository names, and returns the packaged template."""

    def __init__(
        self, aws: Aws, screen: Screen, bucket: str, version: str, package: Callable[[str], str], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        if not _VERSION.fullmatch(version):
            raise Stop(REFUSED, f"'{version[:60]}' is not a version: up to 40 of a-z, 0-9, '.' and '-', such as the output of git rev-parse --short=12 HEAD")
        self._aws = aws
        self._screen = screen
        self._bucket = bucket
        self._version = version
        self._package = package
        self._sleep = sleep

    def run(self, prefix: str, deployer: str, given: Mapping[str, str]) -> int:
        """The exit code: FAILED if a stack does not have the version afterwards."""
        try:
            found = stack.described(self._aws)
            described = {one["StackName"]: one for one in found}
            if deployer not in described:
                raise Stop(REFUSED, f"there is no stack {deployer}; docs/aws.md describes the installation")
            template, environment_template = self._uploaded("template.yaml"), self._uploaded("environment.yaml")
        except AwsError as e:
            raise Stop(FAILED, f"nothing was changed: {e.message}") from None
        if not self._has_version(described[deployer], template, given, ()):
            self._screen.error("The environments were not changed and stay on their version.")
            return FAILED
        environments = [one.stack for one in stack.environments(found, prefix)]
        failed = [name for name in environments if not self._has_version(described[name], environment_template, {}, PROTECTED)]
        if failed:
            self._screen.error(f"Not upgraded, and still on their version: {', '.join(failed)}. Fix the cause, then run this command again.")
        return FAILED if failed else DONE

    def _uploaded(self, file: str) -> str:
        """The URL of the packaged template. A request itself may have 51,200 bytes at most."""
        body = self._package(file).encode()
        key = f"{hashlib.sha256(body).hexdigest()}.template"
        self._aws.call("s3", "put_object", Bucket=self._bucket, Key=key, Body=body)
        endpoint = self._aws.endpoint("s3")
        if endpoint:
            return f"{endpoint}/{self._bucket}/{key}"
        suffix = "amazonaws.com.cn" if self._aws.region.startswith("cn-") else "amazonaws.com"
        return f"https://{self._bucket}.s3.{self._aws.region}.{suffix}/{key}"

    def _has_version(self, one: dict[str, Any], template: str, given: Mapping[str, str], protected: tuple[str, ...]) -> bool:
        try:
            self._change(one, template, given, protected)
            return True
        except AwsError as e:
            self._screen.error(f"{one['StackName']}: {e.message}")
        except _NotUpgraded as e:
            self._screen.error(f"{one['StackName']}: {e}")
        return False

    def _change(self, one: dict[str, Any], template: str, given: Mapping[str, str], protected: tuple[str, ...]) -> None:
        name, status = one["StackName"], one["StackStatus"]
        if status == "ROLLBACK_COMPLETE":
            raise _NotUpgraded(f"its first creation failed; delete it, then create it again: aws cloudformation delete-stack --stack-name {name}")
        if not _UPDATABLE.fullmatch(status):
            raise _NotUpgraded(f"it is {status}")
        before = stack.parameters(one)
        change = self._change_set(name, template, before, {**given, "DeployerVersion": self._version})
        if change is None:
            self._screen.line(f"{name}: nothing to do, it has version {self._version}")
            return
        self._refuse_losses(name, change, protected)
        if protected:
            self._aws.call("cloudformation", "set_stack_policy", StackName=name, StackPolicyBody=_POLICY)
        self._aws.call("cloudformation", "execute_change_set", StackName=name, ChangeSetName=change["ChangeSetId"])
        self._screen.line(f"{name}: {before.get('DeployerVersion') or 'no version'} → {self._version}, {len(change['Changes'])} changes …")
        self._await_update(name)
        self._screen.line(f"{name}: has version {self._version}")

    def _change_set(self, name: str, template: str, before: Mapping[str, str], given: Mapping[str, str]) -> Optional[dict[str, Any]]:
        """The change set with all its changes; None if there is nothing to change."""
        summary = self._aws.call("cloudformation", "get_template_summary", TemplateURL=template)
        declared = {one["ParameterKey"] for one in summary["Parameters"]}
        unknown = sorted(set(given) - declared)
        if unknown:
            raise _NotUpgraded(f"the template has no parameter {', '.join(unknown)}")
        parameters: list[dict[str, Any]] = [{"ParameterKey": key, "ParameterValue": value} for key, value in sorted(given.items())]
        parameters += [{"ParameterKey": key, "UsePreviousValue": True} for key in sorted((declared & set(before)) - set(given))]
        made = self._aws.call(
            "cloudformation", "create_change_set", StackName=name, ChangeSetName=f"upgrade-{time.time_ns()}", ChangeSetType="UPDATE",
            TemplateURL=template, Parameters=parameters, Capabilities=_CAPABILITIES,
        )["Id"]  # fmt: skip
        change = self._described_change(name, made)
        if change["Status"] == "CREATE_COMPLETE":
            return change
        reason = change.get("StatusReason", "")
        self._aws.call("cloudformation", "delete_change_set", StackName=name, ChangeSetName=made)
        if any(text in reason for text in _NO_CHANGES):
            return None
        raise _NotUpgraded(f"CloudFormation refused the change: {reason or change['Status']}")

    def _described_change(self, name: str, change: str) -> dict[str, Any]:
        while True:
            described = dict(self._aws.call("cloudformation", "describe_change_set", StackName=name, ChangeSetName=change))
            if described["Status"] in ("CREATE_COMPLETE", "FAILED"):
                break
            self._sleep(1)
        more = described.get("NextToken")
        if more:
            described["Changes"] += self._aws.pages(
                "cloudformation", "describe_change_set", "Changes", "NextToken", StackName=name, ChangeSetName=change, NextToken=more
            )  # fmt: skip
        return {"Changes": [], **described, "ChangeSetId": change}

    def _refuse_losses(self, name: str, change: dict[str, Any], protected: tuple[str, ...]) -> None:
        resources = [one["ResourceChange"] for one in change["Changes"] if one.get("ResourceChange", {}).get("LogicalResourceId") in protected]
        losses = [loss for loss in map(_loss, resources) if loss]
        if losses:
            self._aws.call("cloudformation", "delete_change_set", StackName=name, ChangeSetName=change["ChangeSetId"])
            raise _NotUpgraded(f"nothing was changed, because the update would {' and '.join(losses)}")

    def _await_update(self, name: str) -> None:
        while True:
            status = self._aws.call("cloudformation", "describe_stacks", StackName=name)["Stacks"][0]["StackStatus"]
            if status in ("UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"):
                return
            if not status.endswith("_IN_PROGRESS"):
                raise _NotUpgraded(f"{status}: {self._first_failure(name)}")
            self._sleep(2)

    def _first_failure(self, name: str) -> str:
        """The events come newest first. What failed first is the cause of the rest."""
        reason = "see its events"
        for event in self._aws.call("cloudformation", "describe_stack_events", StackName=name)["StackEvents"]:
            if event["ResourceType"] == "AWS::CloudFormation::Stack" and event["ResourceStatus"] == "UPDATE_IN_PROGRESS":
                break
            if event["ResourceStatus"].endswith("_FAILED"):
                reason = f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', event['ResourceStatus'])}"
        return reason


class _NotUpgraded(Exception):
    """A stack was not changed, or CloudFormation undid its update; the message has the reason."""


def _loss(resource: Mapping[str, Any]) -> str:
    """What a change would remove or replace; empty if it does neither."""
    if resource["Action"] == "Remove":
        return f"remove {resource['LogicalResourceId']}"
    if resource.get("Replacement") not in ("True", "Conditional"):
        return ""
    names = sorted({one["Target"]["Name"] for one in resource.get("Details", []) if one.get("Target", {}).get("Name")})
    return f"replace {resource['LogicalResourceId']}" + (f", whose {', '.join(names)} changes" if names else "")


def package(home: Path, bucket: str, region: str, file: str) -> str:
    """By the AWS CLI, which uploads the jar, the documents and the definitions that the template names."""
    if not (home / "functions/target/functions.jar").exists():
        raise Stop(REFUSED, "functions/target is missing; build it: ./mvnw -q package -DskipTests")
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "packaged"
        words = ["aws", "cloudformation", "package", "--region", region, "--template-file", str(home / file), "--s3-bucket", bucket,
                 "--output-template-file", str(output)]  # fmt: skip
        try:
            done = subprocess.run(words, capture_output=True, text=True)
        except FileNotFoundError:
            raise Stop(UNFIT, "the AWS CLI is missing: apt-get install awscli") from None
        if done.returncode:
            raise Stop(FAILED, f"{file} cannot be packaged: {(done.stderr or done.stdout).strip()}")
        return output.read_text()
