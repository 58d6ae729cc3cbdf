"""The commands adopt, documents and uninstall."""

from __future__ import annotations

import io
import re
import unittest
from pathlib import Path
from typing import Any, Optional

from client.adopt import adopt
from client.aws import AwsError
from client.executions import Executions
from client.exits import FAILED, PERSON_NEEDED, REFUSED, Stop
from client.screen import Screen
from client.stack import _STEPS, old_documents, uninstall

INSTANCE = "i-0123456789abcdef0"
PROFILE_ARN = "arn:aws:iam::1:instance-profile/"


class Account:
    """Responses of an AWS account, by operation; records the calls."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def state_machine(self, name: str) -> str:
        return f"arn:aws:states:eu-west-1:1:stateMachine:{name}"

    def call(self, service: str, operation: str, **arguments: Any) -> Any:
        self.calls.append((operation, arguments))
        answer = self.answers.get(operation, {})
        if callable(answer):
            answer = answer(**arguments)
        if isinstance(answer, list) and operation == "describe_stacks":
            answer = answer.pop(0)
        if isinstance(answer, AwsError):
            raise answer
        return answer

    def pages(self, service: str, operation: str, key: str, token: str, **arguments: Any) -> Any:
        return self.call(service, operation, **arguments)[key]

    def made(self) -> list[str]:
        """The operations that change something."""
        return [operation for operation, _ in self.calls if operation.split("_")[0] not in ("describe", "get", "list")]


def a_stack(name: str, **parameters: str) -> dict[str, Any]:
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    return {"StackName": name, "StackStatus": "UPDATE_COMPLETE", "Parameters": given}


def instances(*found: dict[str, Any]) -> dict[str, Any]:
    return {"Reservations": [{"Instances": list(found)}]}


def instance(state: str = "stopped", tag: str = "", number: str = INSTANCE, stack: str = "crypto-robot") -> dict[str, Any]:
    tags = [{"Key": "crypto-robot:environment", "Value": tag}, {"Key": "crypto-robot:stack", "Value": stack}] if tag else []
    return {"InstanceId": number, "State": {"Name": state}, "Tags": tags, "MetadataOptions": {"HttpTokens": "required"}}


class Case(unittest.TestCase):
    def setUp(self) -> None:
        self.out = io.StringIO()
        self.screen = Screen(self.out, self.out, {})


class AdoptTest(Case):
    def account(self, one: dict[str, Any], others: Optional[list[dict[str, Any]]] = None, associations: Optional[list[Any]] = None) -> Account:
        return Account(
            describe_instances=lambda **which: instances(one) if "InstanceIds" in which else instances(*(others or [])),
            get_instance_profile={"InstanceProfile": {"InstanceProfileId": "AIPA1"}},
            describe_iam_instance_profile_associations={"IamInstanceProfileAssociations": associations or []},
        )

    def adopt(self, account: Account, number: str = INSTANCE, replace: bool = False) -> None:
        adopt(account, self.screen, "crypto-robot", number, "a.local", replace)  # type: ignore[arg-type]

    def test_an_instance_gets_profile_and_tag(self) -> None:
        account = self.account(instance())
        self.adopt(account)
        self.assertEqual(["associate_iam_instance_profile", "create_tags"], account.made())
        tags = {tag["Key"]: tag["Value"] for tag in dict(account.calls)["create_tags"]["Tags"]}
        self.assertEqual({"crypto-robot:environment": "a.local", "crypto-robot:stack": "crypto-robot"}, tags)
        self.assertEqual({"Name": "crypto-robot_a-local-instance"}, dict(account.calls)["associate_iam_instance_profile"]["IamInstanceProfile"])

    def test_one_that_has_both_keeps_them(self) -> None:
        account = self.account(instance("running", "a.local"), associations=[{"AssociationId": "x", "IamInstanceProfile": {"Id": "AIPA1", "Arn": PROFILE_ARN + "y"}}])
        self.adopt(account)
        self.assertEqual(["create_tags"], account.made())

    def test_a_profile_of_the_same_name_from_an_earlier_stack_is_replaced_and_a_foreign_one_only_when_confirmed(self) -> None:
        def account(name: str) -> Account:
            return self.account(instance(), associations=[{"AssociationId": "x", "IamInstanceProfile": {"Id": "AIPA0", "Arn": PROFILE_ARN + name}}])

        ours = account("crypto-robot_a-local-instance")
        self.adopt(ours)
        self.assertEqual(["replace_iam_instance_profile_association", "create_tags"], ours.made())
        foreign = account("other")
        with self.assertRaisesRegex(Stop, "another instance profile"):
            self.adopt(foreign)
        self.assertEqual([], foreign.made())
        self.adopt(foreign, replace=True)
        self.assertEqual(["replace_iam_instance_profile_association", "create_tags"], foreign.made())

    def test_an_instance_that_cannot_be_adopted_is_not_changed(self) -> None:
        other = instance("running", "a.local", "i-00000000")
        for one, others, text in (
            (instance("terminated"), [], "is terminated"), (instance("running", "b.local"), [], "is the instance of b.local"),
            (instance("running", "a.local", stack="crypto-robot-b"), [], "is an instance of the stack crypto-robot-b"),
            (instance(), [other], "already has an instance: i-00000000"),
        ):  # fmt: skip
            account = self.account(one, others)
            with self.subTest(text), self.assertRaisesRegex(Stop, text) as refused:
                self.adopt(account)
            self.assertEqual((FAILED, []), (refused.exception.code, account.made()))
        with self.assertRaisesRegex(Stop, "is not an instance id") as refused:
            self.adopt(self.account(instance()), "i-x; rm")
        self.assertEqual(REFUSED, refused.exception.code)


class DocumentsTest(Case):
    NAMES = ("crypto-robot-fetch-0123456789ab", "crypto-robot-build-0123456789ab", "crypto-robot-b-fetch-0123456789ab", "crypto-robot-mine", "crypto-robot-migrate-undo-0123456789ab")

    PARAMETERS = ("/crypto-robot/v1/functions/InjectKeys", "/crypto-robot/v2/functions/InjectKeys", "/crypto-robot/mine")

    def account(self, running: str = "", stack: Any = None, uses: str = "v2") -> Account:
        held = {"StackResourceSummaries": [{"ResourceType": "AWS::SSM::Document", "PhysicalResourceId": self.NAMES[1]},
                                           {"ResourceType": "AWS::SSM::Parameter", "PhysicalResourceId": self.PARAMETERS[1]}]}  # fmt: skip
        return Account(
            describe_parameters={"Parameters": [{"Name": name} for name in self.PARAMETERS]},
            describe_stacks={"Stacks": [
                a_stack("crypto-robot", StackPrefix="crypto-robot", DeployerVersion="v2"), a_stack("other"),
                a_stack("robot-a", StackPrefix="crypto-robot", Environment="a.local", DeployerVersion=uses),
                a_stack("robot-b", StackPrefix="crypto-robot-b", Environment="a.local", DeployerVersion="v0"),
            ]},
            list_documents={"DocumentIdentifiers": [{"Name": name} for name in self.NAMES]},
            list_stack_resources=stack or held,
            list_state_machines={"stateMachines": [{"name": name, "stateMachineArn": name} for name in ("crypto-robot_a-local-deploy", "crypto-robot-b_a-local-deploy", "mine")]},
            list_executions=lambda stateMachineArn, statusFilter: {"executions": [{"name": running}] if running and stateMachineArn == "crypto-robot_a-local-deploy" else []},
        )

    def documents(self, account: Account, remove: bool) -> None:
        executions = Executions(account, "crypto-robot", {})  # type: ignore[arg-type]
        old_documents(account, executions, self.screen, "crypto-robot", "crypto-robot", remove, "scripts/operate")  # type: ignore[arg-type]

    def removed(self, account: Account) -> list[str]:
        return [arguments["Name"] for operation, arguments in account.calls if operation in ("delete_document", "delete_parameter")]

    def test_only_documents_of_this_prefix_that_the_stack_does_not_own_are_removed(self) -> None:
        account = self.account()
        self.documents(account, True)
        self.assertEqual([self.NAMES[0], self.NAMES[4], self.PARAMETERS[0]], self.removed(account))

    def test_nothing_is_removed_while_an_environment_uses_an_earlier_version(self) -> None:
        account = self.account(uses="v1")
        with self.assertRaisesRegex(Stop, r"another version than the deployer \(v2\): a.local \(v1\)") as refused:
            self.documents(account, True)
        self.assertEqual((FAILED, []), (refused.exception.code, account.made()))

    def test_the_documents_of_every_step_and_of_the_host_program_are_known(self) -> None:
        host = Path(__file__).resolve().parents[2] / "host"
        ported = [file.stem.replace("_", "-") for file in host.glob("robothost/steps/[a-z]*.py")]
        steps = [file.stem for file in host.glob("*.sh")] + ported + ["install-1", "install-12"]
        self.assertGreater(len(steps), 20)
        for step in steps:
            self.assertTrue(any(re.fullmatch(pattern, step) for pattern in _STEPS), step)

    def test_without_a_stack_all_of_them_are_removed(self) -> None:
        account = self.account(stack=AwsError("ValidationError", "Stack with id crypto-robot does not exist"))
        account.answers["describe_stacks"] = {"Stacks": []}
        self.documents(account, True)
        self.assertEqual([self.NAMES[0], self.NAMES[1], self.NAMES[4], *self.PARAMETERS[:2]], self.removed(account))

    def test_they_are_listed_first_and_none_is_removed_while_an_execution_runs(self) -> None:
        account = self.account()
        self.documents(account, False)
        self.assertEqual([], account.made())
        self.assertIn("scripts/operate documents --clean removes them", self.out.getvalue())
        account = self.account("deploy-1")
        with self.assertRaisesRegex(Stop, "may need the documents: deploy-1"):
            self.documents(account, True)
        self.assertEqual([], account.made())


class UninstallTest(Case):
    def account(self, *ends: Any) -> Account:
        resources = {
            "crypto-robot": [("AWS::CloudFormation::Stack", "nested"), ("AWS::Lambda::Function", "f"), ("AWS::SSM::Document", "d"), ("AWS::IAM::OIDCProvider", "arn:p")],
            "robot-a": [("AWS::EC2::Instance", INSTANCE), ("AWS::EC2::EIP", "1.2.3.4"), ("AWS::IAM::Role", "r")],
        }  # fmt: skip
        stacks = [a_stack("crypto-robot", StackPrefix="crypto-robot"), a_stack("robot-a", StackPrefix="crypto-robot", Environment="a.local"),
                  a_stack("robot-b", StackPrefix="crypto-robot-b", Environment="a.local")]  # fmt: skip
        coming = list(ends)

        def described(StackName: str = "") -> Any:
            return coming.pop(0) if StackName else {"Stacks": stacks}

        return Account(
            list_stack_resources=lambda StackName: {"StackResourceSummaries": [
                {"ResourceType": kind, "PhysicalResourceId": number} for kind, number in resources[StackName]]},
            list_secrets={"SecretList": [{"Name": "crypto-robot/a.local/keys"}]}, describe_stacks=described,
        )  # fmt: skip

    def uninstall(self, account: Account, confirmed: bool = True) -> None:
        uninstall(account, self.screen, "crypto-robot", "crypto-robot", confirmed, "scripts/operate", lambda _: None)  # type: ignore[arg-type]

    def test_it_names_what_is_kept_deletes_the_stacks_of_the_environments_first_and_waits(self) -> None:
        under_way, gone = {"Stacks": [{"StackStatus": "DELETE_IN_PROGRESS"}]}, AwsError("ValidationError", "Stack with id x does not exist")
        account = self.account(under_way, gone, under_way, gone)
        self.uninstall(account)
        self.assertEqual(["delete_stack", "delete_stack"], account.made())
        self.assertEqual(["robot-a", "crypto-robot"], [given["StackName"] for operation, given in account.calls if operation == "delete_stack"])
        text = self.out.getvalue()
        for kept in (INSTANCE, "1.2.3.4", "secret crypto-robot/a.local/keys", "arn:p", "documents --clean", "robot-a with 1 resources", "robot with 2 resources", "deleted"):
            self.assertIn(kept, text)

    def test_without_a_terminal_it_has_to_be_confirmed(self) -> None:
        account = self.account()
        with self.assertRaisesRegex(Stop, "--yes deletes the stack") as refused:
            self.uninstall(account, confirmed=False)
        self.assertEqual((REFUSED, []), (refused.exception.code, account.made()))

    def test_a_stack_that_cannot_be_deleted_requires_manual_intervention(self) -> None:
        failed = {"Stacks": [{"StackStatus": "DELETE_FAILED", "StackStatusReason": "the bucket is not empty"}]}
        with self.assertRaisesRegex(Stop, "DELETE_FAILED: the bucket is not empty") as stopped:
            self.uninstall(self.account(failed))
        self.assertEqual(PERSON_NEEDED, stopped.exception.code)
