"""Makes an existing instance the instance of an environment: profile and tags. The first deploy prepares the host."""

from __future__ import annotations

import re
from typing import Any

from client.aws import Aws, AwsError
from client.executions import machine_name
from client.exits import FAILED, REFUSED, Stop
from client.screen import Screen

_TAG = "crypto-robot:environment"
_STACK = "crypto-robot:stack"
_ALIVE = ["pending", "running", "stopping", "stopped"]


def adopt(aws: Aws, screen: Screen, prefix: str, instance_id: str, environment: str, replace_profile: bool) -> None:
    if not re.fullmatch(r"i-[0-9a-f]{8,17}", instance_id):
        raise Stop(REFUSED, f"'{instance_id[:40]}' is not an instance id")
    try:
        instance = _instances(aws, InstanceIds=[instance_id])[0]
        _check(aws, instance, prefix, environment)
        if instance.get("MetadataOptions", {}).get("HttpTokens") != "required":
            screen.line(f"advice: require IMDSv2: aws ec2 modify-instance-metadata-options --instance-id {instance_id} --http-tokens required")
        _give_profile(aws, screen, instance_id, machine_name(prefix, environment, "instance"), replace_profile)
        aws.call("ec2", "create_tags", Resources=[instance_id], Tags=[{"Key": _TAG, "Value": environment}, {"Key": _STACK, "Value": prefix}])
    except AwsError as e:
        raise Stop(FAILED, e.message) from None
    screen.line(f"{instance_id} has the tags {_TAG} = {environment} and {_STACK} = {prefix}; starting it and waiting for its agent")
    screen.line("(an agent without credentials checks for new ones only every few minutes)")


def _check(aws: Aws, instance: dict[str, Any], prefix: str, environment: str) -> None:
    instance_id, state = instance["InstanceId"], instance["State"]["Name"]
    if state not in ("running", "stopped"):
        raise Stop(FAILED, f"{instance_id} is {state}; it must be running or stopped")
    tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", [])}
    for key, wanted, of in ((_TAG, environment, "the instance of"), (_STACK, prefix, "an instance of the stack")):
        if tags.get(key, "") not in ("", wanted):
            raise Stop(FAILED, f"{instance_id} is {of} {tags[key]}; remove its tag {key} first")
    filters = [
        {"Name": f"tag:{_TAG}", "Values": [environment]}, {"Name": f"tag:{_STACK}", "Values": [prefix]},
        {"Name": "instance-state-name", "Values": _ALIVE},
    ]  # fmt: skip
    others = [one["InstanceId"] for one in _instances(aws, Filters=filters) if one["InstanceId"] != instance_id]
    if others:
        raise Stop(FAILED, f"{environment} already has an instance: {' '.join(others)}")


def _instances(aws: Aws, **which: Any) -> list[dict[str, Any]]:
    return [one for group in aws.pages("ec2", "describe_instances", "Reservations", "NextToken", **which) for one in group["Instances"]]


def _give_profile(aws: Aws, screen: Screen, instance_id: str, profile: str, replace: bool) -> None:
    """The association refers to the profile by its id: a profile of the same name from an earlier stack is another profile."""
    wanted = aws.call("iam", "get_instance_profile", InstanceProfileName=profile)["InstanceProfile"]["InstanceProfileId"]
    filters = [{"Name": "instance-id", "Values": [instance_id]}, {"Name": "state", "Values": ["associating", "associated"]}]
    found = aws.call("ec2", "describe_iam_instance_profile_associations", Filters=filters)["IamInstanceProfileAssociations"]
    given = {"Name": profile}
    if not found:
        aws.call("ec2", "associate_iam_instance_profile", InstanceId=instance_id, IamInstanceProfile=given)
    elif found[0]["IamInstanceProfile"]["Id"] == wanted:
        screen.line(f"{instance_id} has the instance profile {profile}")
        return
    elif replace or found[0]["IamInstanceProfile"]["Arn"].endswith("/" + profile):
        aws.call("ec2", "replace_iam_instance_profile_association", AssociationId=found[0]["AssociationId"], IamInstanceProfile=given)
    else:
        raise Stop(FAILED, f"{instance_id} has another instance profile, which may be in use; --yes replaces it with {profile}")
    screen.line(f"{instance_id} now has the instance profile {profile}")
