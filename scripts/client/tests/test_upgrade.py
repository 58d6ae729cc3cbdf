"""The command upgrade."""

from __future__ import annotations

import io
import json
import re
import unittest
from pathlib import Path
from typing import Any

from client.aws import AwsError
from client.exits import DONE, FAILED, REFUSED, Stop
from client.screen import Screen
from client.upgrade import PROTECTED, Upgrade

SAME = "The submitted information didn't contain changes. Submit different information to create a change set."


class CloudFormation:
    """The stacks of an account. `changes` has the changes of a stack's next change set; a stack without has none."""

    region = "eu-west-1"

    def __init__(self, **changes: list[dict[str, Any]]) -> None:
        self.stacks = {name: a_stack(name, **given) for name, given in STACKS.items()}
        self.changes = {name.replace("_", "-"): given for name, given in changes.items()}
        self.fails: dict[str, str] = {}  # stack -> reason
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def endpoint(self, service: str) -> str:
        return ""

    def call(self, service: str, operation: str, **arguments: Any) -> Any:
        self.calls.append((operation, arguments))
        return getattr(self, operation)(**arguments)

    def pages(self, service: str, operation: str, key: str, token: str, **arguments: Any) -> list[Any]:
        return list(self.call(service, operation, **arguments)[key])

    def of(self, operation: str) -> list[dict[str, Any]]:
        return [given for name, given in self.calls if name == operation]

    def put_object(self, Bucket: str, Key: str, Body: bytes) -> Any:
        return {}

    def describe_stacks(self, StackName: str = "") -> Any:
        return {"Stacks": [one for name, one in self.stacks.items() if StackName in ("", name)]}

    def get_template_summary(self, TemplateURL: str) -> Any:
        return {"Parameters": [{"ParameterKey": key} for key in ("StackPrefix", "DeployerVersion", "Environment", "LogRetentionDays", "New")]}

    def create_change_set(self, StackName: str, **given: Any) -> Any:
        return {"Id": f"change-of-{StackName}"}

    def describe_change_set(self, StackName: str, ChangeSetName: str) -> Any:
        changes = self.changes.get(StackName, [])
        status = {"Status": "CREATE_COMPLETE"} if changes else {"Status": "FAILED", "StatusReason": SAME}
        return {"ChangeSetId": ChangeSetName, "Changes": [{"ResourceChange": one} for one in changes], **status}

    def delete_change_set(self, **given: Any) -> Any:
        return {}

    def set_stack_policy(self, **given: Any) -> Any:
        return {}

    def execute_change_set(self, StackName: str, ChangeSetName: str) -> Any:
        self.stacks[StackName]["StackStatus"] = "UPDATE_ROLLBACK_COMPLETE" if StackName in self.fails else "UPDATE_COMPLETE"
        return {}

    def describe_stack_events(self, StackName: str) -> Any:
        def event(resource: str, status: str, reason: str = "") -> dict[str, str]:
            kind = "AWS::CloudFormation::Stack" if resource == StackName else "AWS::IAM::Role"
            return {"LogicalResourceId": resource, "ResourceType": kind, "ResourceStatus": status, "ResourceStatusReason": reason}

        return {"StackEvents": [
            event(StackName, "UPDATE_ROLLBACK_COMPLETE"), event("Watch", "UPDATE_FAILED", "Resource update cancelled"),
            event("DeployRole", "UPDATE_FAILED", self.fails[StackName]), event(StackName, "UPDATE_IN_PROGRESS"),
            event("Topic", "CREATE_FAILED", "a failure of another update"),
        ]}  # fmt: skip


STACKS = {
    "crypto-robot": {"StackPrefix": "crypto-robot", "DeployerVersion": "v1", "LogRetentionDays": "30"},
    "robot-a": {"StackPrefix": "crypto-robot", "DeployerVersion": "v1", "Environment": "a.local", "Gone": "x"},
    "robot-b": {"StackPrefix": "crypto-robot", "DeployerVersion": "v0", "Environment": "b.local"},
    "another": {"StackPrefix": "crypto-robot-b", "DeployerVersion": "v1", "Environment": "a.local"},
}


def a_stack(name: str, **parameters: str) -> dict[str, Any]:
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    return {"StackName": name, "StackStatus": "CREATE_COMPLETE", "Parameters": given}


def a_change(name: str, action: str = "Modify", replacement: str = "False", *because: str) -> dict[str, Any]:
    return {"LogicalResourceId": name, "Action": action, "Replacement": replacement, "Details": [{"Target": {"Name": one}} for one in because]}


class UpgradeTest(unittest.TestCase):
    def setUp(self) -> None:
        self.out = io.StringIO()

    def upgrade(self, account: CloudFormation, **given: str) -> int:
        upgrading = Upgrade(account, Screen(self.out, self.out, {}), "b", "v2", lambda file: file, lambda _: None)  # type: ignore[arg-type]
        return upgrading.run("crypto-robot", "crypto-robot", given)

    def test_changes_the_deployer_first_then_each_environment_of_its_prefix(self) -> None:
        account = CloudFormation(crypto_robot=[a_change("PlanDeployment")], robot_a=[a_change("Watch")], robot_b=[a_change("Watch")])
        self.assertEqual(DONE, self.upgrade(account), self.out.getvalue())
        self.assertEqual(["crypto-robot", "robot-a", "robot-b"], [one["StackName"] for one in account.of("execute_change_set")])
        self.assertIn("robot-b: v0 → v2, 1 changes", self.out.getvalue())

    def test_keeps_every_parameter_that_the_template_still_has_but_for_the_version_and_those_given(self) -> None:
        account = CloudFormation()
        self.assertEqual(DONE, self.upgrade(account, New="x y"), self.out.getvalue())
        given = {one["StackName"]: one["Parameters"] for one in account.of("create_change_set")}
        version, new = {"ParameterKey": "DeployerVersion", "ParameterValue": "v2"}, {"ParameterKey": "New", "ParameterValue": "x y"}
        kept = lambda *names: [{"ParameterKey": one, "UsePreviousValue": True} for one in names]  # noqa: E731
        self.assertEqual([version, new, *kept("LogRetentionDays", "StackPrefix")], given["crypto-robot"])
        self.assertEqual([version, *kept("Environment", "StackPrefix")], given["robot-a"])

    def test_changes_nothing_where_there_is_nothing_to_change(self) -> None:
        account = CloudFormation()
        self.assertEqual(DONE, self.upgrade(account))
        self.assertEqual([], account.of("execute_change_set"))
        self.assertEqual(3, len(account.of("delete_change_set")), "the empty change sets are deleted")
        self.assertEqual(3, self.out.getvalue().count("nothing to do, it has version v2"))

    def test_refuses_what_would_replace_or_remove_an_instance_its_address_or_its_group_and_upgrades_the_others(self) -> None:
        for change, words in (
            (a_change("Instance", "Modify", "True", "ImageId"), "replace Instance, whose ImageId changes"),
            (a_change("WebSecurityGroup", "Modify", "Conditional"), "replace WebSecurityGroup"), (a_change("Address", "Remove"), "remove Address"),
        ):  # fmt: skip
            account = CloudFormation(robot_a=[a_change("Watch"), change], robot_b=[a_change("Watch")])
            with self.subTest(words):
                self.assertEqual(FAILED, self.upgrade(account))
                self.assertEqual(["robot-b"], [one["StackName"] for one in account.of("execute_change_set")])
                self.assertIn({"StackName": "robot-a", "ChangeSetName": "change-of-robot-a"}, account.of("delete_change_set"))
                self.assertIn(f"robot-a: nothing was changed, because the update would {words}\n", self.out.getvalue())
                self.assertIn("still on their version: robot-a.", self.out.getvalue())

    def test_reads_every_page_of_the_changes(self) -> None:
        account = CloudFormation(robot_a=[a_change("Watch")])
        one = account.describe_change_set

        def paged(StackName: str, ChangeSetName: str, NextToken: str = "") -> Any:
            if NextToken:
                return {"Changes": [{"ResourceChange": a_change("Instance", "Remove")}]}
            return {**one(StackName, ChangeSetName), **({"NextToken": "2"} if StackName == "robot-a" else {})}

        account.describe_change_set = paged  # type: ignore[method-assign]
        self.assertEqual(FAILED, self.upgrade(account))
        self.assertEqual([], account.of("execute_change_set"))
        self.assertIn("would remove Instance", self.out.getvalue())

    def test_what_other_resources_are_replaced_by_is_no_loss(self) -> None:
        account = CloudFormation(robot_a=[a_change("StateMachineLogGroup", "Modify", "True"), a_change("Instance", "Modify", "False", "Tags")])
        self.assertEqual(DONE, self.upgrade(account), self.out.getvalue())

    def test_cloudformation_refuses_the_same_from_then_on(self) -> None:
        account = CloudFormation(crypto_robot=[a_change("Topic")], robot_a=[a_change("Watch")])
        self.upgrade(account)
        (given,) = account.of("set_stack_policy")
        self.assertEqual("robot-a", given["StackName"])
        denied = json.loads(given["StackPolicyBody"])["Statement"][1]
        self.assertEqual(["LogicalResourceId/" + name for name in PROTECTED], denied["Resource"])

    def test_what_is_protected_is_in_the_template(self) -> None:
        template = (Path(__file__).resolve().parents[3] / "environment.yaml").read_text()
        for name in PROTECTED:
            self.assertRegex(template, re.compile(f"^  {name}:\n    Type: AWS::EC2::", re.MULTILINE))

    def test_no_environment_is_changed_when_the_deployer_cannot_be(self) -> None:
        account = CloudFormation(crypto_robot=[a_change("Topic")], robot_a=[a_change("Watch")])
        account.fails["crypto-robot"] = "no permission"
        self.assertEqual(FAILED, self.upgrade(account))
        self.assertEqual(["crypto-robot"], [one["StackName"] for one in account.of("execute_change_set")])
        self.assertIn("crypto-robot: UPDATE_ROLLBACK_COMPLETE: DeployRole: no permission\n", self.out.getvalue())

    def test_an_environment_that_fails_does_not_stop_the_next(self) -> None:
        account = CloudFormation(robot_a=[a_change("DeployRole")], robot_b=[a_change("Watch")])
        account.fails["robot-a"] = "the role exists"
        self.assertEqual(FAILED, self.upgrade(account))
        self.assertEqual("UPDATE_COMPLETE", account.stacks["robot-b"]["StackStatus"])
        self.assertIn("robot-a: UPDATE_ROLLBACK_COMPLETE: DeployRole: the role exists\n", self.out.getvalue())

    def test_a_stack_whose_creation_failed_or_that_changes_is_left_alone(self) -> None:
        for status, words in (("ROLLBACK_COMPLETE", "delete-stack --stack-name robot-a"), ("UPDATE_IN_PROGRESS", "it is UPDATE_IN_PROGRESS")):
            account = CloudFormation(robot_a=[a_change("Watch")])
            account.stacks["robot-a"]["StackStatus"] = status
            with self.subTest(status):
                self.assertEqual(FAILED, self.upgrade(account))
                self.assertEqual([], account.of("execute_change_set"))
                self.assertIn(words, self.out.getvalue())

    def test_a_call_that_aws_refuses_is_reported_with_its_stack(self) -> None:
        account = CloudFormation()

        def refuse(**given: Any) -> Any:
            raise AwsError("AccessDenied", "not authorized to perform cloudformation:CreateChangeSet")

        account.create_change_set = refuse  # type: ignore[method-assign]
        self.assertEqual(FAILED, self.upgrade(account))
        self.assertIn("crypto-robot: not authorized to perform", self.out.getvalue())

    def test_an_invalid_request_changes_nothing(self) -> None:
        account = CloudFormation()
        self.assertEqual(FAILED, self.upgrade(account, Retention="3"))
        self.assertIn("the template has no parameter Retention", self.out.getvalue())
        self.assertEqual([], account.of("create_change_set"))
        with self.assertRaisesRegex(Stop, "'V 2' is not a version") as refused:
            Upgrade(account, Screen(self.out, self.out, {}), "b", "V 2", lambda file: file)  # type: ignore[arg-type]
        self.assertEqual(REFUSED, refused.exception.code)
        del account.stacks["crypto-robot"]
        with self.assertRaisesRegex(Stop, "there is no stack crypto-robot"):
            self.upgrade(account)
