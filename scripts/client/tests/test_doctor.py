"""The command doctor."""

from __future__ import annotations

import io
import unittest
from typing import Any

from client.aws import AwsError
from client.doctor import BAD, Place, examine
from client.exits import DONE, FAILED
from client.screen import Screen

ROLE = {"Statement": [{
    "Principal": {"Federated": "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com"},
    "Condition": {"StringEquals": {"token.actions.githubusercontent.com:sub": ["repo:me/robot:environment:a.local"]}},
}]}  # fmt: skip


def a_stack(name: str, status: str = "CREATE_COMPLETE", **parameters: str) -> dict[str, Any]:
    return {"StackName": name, "StackStatus": status, "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]}


def an_instance(**changed: Any) -> dict[str, Any]:
    return {"InstanceId": "i-1", "State": {"Name": "running"}, "PublicIpAddress": "192.0.2.7", "MetadataOptions": {"HttpTokens": "required"},
            "IamInstanceProfile": {"Arn": "arn:aws:iam::1:instance-profile/crypto-robot_a-local-instance"}, **changed}  # fmt: skip


def an_alarm(**changed: Any) -> dict[str, Any]:
    return {"AlarmName": "crypto-robot_a.local-run-failed", "ActionsEnabled": True, "AlarmActions": ["arn:t"], "StateValue": "OK", **changed}


def an_agent(**changed: Any) -> dict[str, Any]:
    return {"InstanceId": "i-1", "PingStatus": "Online", "AgentVersion": "3.3.2746.0", "PlatformName": "Amazon Linux", "PlatformVersion": "2023", **changed}


class Account:
    """An account where everything is as it should be, but for `changed`: operation -> answer, error or function."""

    region = "eu-west-1"

    def __init__(self, **changed: Any) -> None:
        self.answers: dict[str, Any] = {
            "get_caller_identity": {"Arn": "arn:aws:iam::1:user/me"},
            "describe_stacks": {"Stacks": [a_stack("crypto-robot", StackPrefix="crypto-robot", DeployerVersion="v1"),
                                           a_stack("robot-a", StackPrefix="crypto-robot", DeployerVersion="v1", Environment="a.local")]},
            "get_parameters_by_path": {"Parameters": [{"Value": "arn:f:1"}]},
            "get_function_configuration": {},
            "get_account_settings": {"AccountLimit": {"UnreservedConcurrentExecutions": 1000}},
            "describe_state_machine": {"definition": "{}"},
            "validate_state_machine_definition": {"diagnostics": []},
            "describe_instances": {"Reservations": [{"Instances": [an_instance()]}]},
            "describe_instance_information": {"InstanceInformationList": [an_agent()]},
            "describe_secret": {"Name": "s"},
            "get_role": {"Role": {"AssumeRolePolicyDocument": ROLE}},
            "list_open_id_connect_providers": {"OpenIDConnectProviderList": [{"Arn": ROLE["Statement"][0]["Principal"]["Federated"]}]},  # type: ignore[index]
            "describe_alarms": {"MetricAlarms": [an_alarm()]},
            "list_subscriptions_by_topic": {"Subscriptions": [{"SubscriptionArn": "arn:s"}]},
            **changed,
        }  # fmt: skip
        self.asked: list[str] = []

    def call(self, service: str, operation: str, **arguments: Any) -> Any:
        self.asked.append(operation)
        answer = self.answers[operation]
        answer = answer(**arguments) if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    def pages(self, service: str, operation: str, key: str, token: str, **arguments: Any) -> list[Any]:
        return list(self.call(service, operation, **arguments)[key])

    def state_machine(self, name: str) -> str:
        return f"arn:aws:states:eu-west-1:1:stateMachine:{name}"


class DoctorTest(unittest.TestCase):
    def examined(self, account: Account, protocol: str = "https") -> tuple[int, str]:
        out = io.StringIO()
        code = examine(Place(account, "crypto-robot", "crypto-robot", "a.local", protocol), Screen(out, out, {}))  # type: ignore[arg-type]
        return code, out.getvalue()

    def assert_finds(self, status: str, found: str, remedy: str = "", protocol: str = "https", **changed: Any) -> None:
        code, text = self.examined(Account(**changed), protocol)
        with self.subTest(found):
            line = next((line for line in text.splitlines() if found in line), "")
            self.assertTrue(line.startswith(f"{status:<11}"), text)
            self.assertEqual(FAILED if status == BAD else DONE, code, text)
            self.assertIn(remedy, text)

    def test_finds_no_problem_where_there_is_none_and_changes_nothing(self) -> None:
        account = Account()
        code, text = self.examined(account)
        self.assertEqual(DONE, code, text)
        self.assertTrue(text.endswith("no problem found in a.local\n"), text)
        self.assertEqual([], [line for line in text.splitlines()[:-1] if not line.startswith("good ")], text)
        self.assertEqual([], [one for one in account.asked if not one.startswith(("get_", "describe_", "list_", "validate_"))])

    def test_finds_a_missing_or_failed_stack_and_a_version_that_differs(self) -> None:
        deployer, own = a_stack("crypto-robot", StackPrefix="crypto-robot", DeployerVersion="v2"), a_stack("robot-a", StackPrefix="crypto-robot", DeployerVersion="v1", Environment="a.local")
        self.assert_finds(BAD, "there is no stack crypto-robot", "--stack", describe_stacks={"Stacks": []})
        self.assert_finds(BAD, "no stack has Environment=a.local", describe_stacks={"Stacks": [deployer]})
        self.assert_finds("advice", "robot-a has version v1, the deployer v2", "operate upgrade", describe_stacks={"Stacks": [deployer, own]})
        failed = a_stack("robot-a", "UPDATE_ROLLBACK_FAILED", StackPrefix="crypto-robot", DeployerVersion="v2", Environment="a.local")
        self.assert_finds(BAD, "robot-a, version v2, UPDATE_ROLLBACK_FAILED", "describe-stack-events", describe_stacks={"Stacks": [deployer, failed]})

    def test_finds_functions_that_the_environment_calls_and_that_are_missing(self) -> None:
        gone = AwsError("ResourceNotFoundException", "Function not found")
        self.assert_finds(BAD, "missing: arn:f:1", "operate upgrade", get_function_configuration=gone)
        self.assert_finds(BAD, "no parameter below /crypto-robot/v1/functions/", get_parameters_by_path={"Parameters": []})
        few = {"AccountLimit": {"UnreservedConcurrentExecutions": 3}}
        self.assert_finds("advice", "3 functions can run at once", "service-quotas", get_account_settings=few)

    def test_finds_a_missing_state_machine_and_one_that_aws_does_not_accept(self) -> None:
        def described(stateMachineArn: str) -> Any:
            return AwsError("StateMachineDoesNotExist", "no") if stateMachineArn.endswith("-watch") else {"definition": "{}"}

        self.assert_finds(BAD, "missing: crypto-robot_a-local-watch", describe_state_machine=described)
        refused = {"diagnostics": [{"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "location": "/States/A", "message": "no Next"}, {"severity": "WARNING", "code": "W", "message": "w"}]}
        self.assert_finds(BAD, "deploy: SCHEMA_VALIDATION_FAILED at /States/A: no Next", validate_state_machine_definition=refused)

    def test_finds_no_instance_several_and_one_without_its_profile(self) -> None:
        def found(*instances: Any) -> Any:
            return {"Reservations": [{"Instances": list(instances)}]}

        self.assert_finds(BAD, "0 instances have the tags", "operate adopt", describe_instances=found())
        self.assert_finds(BAD, "2 instances have the tags", "all but one: i-1 i-1", describe_instances=found(an_instance(), an_instance()))
        self.assert_finds(BAD, "it has no instance profile", "operate adopt i-1 a.local", describe_instances=found(an_instance(IamInstanceProfile={})))
        other = an_instance(IamInstanceProfile={"Arn": "arn:aws:iam::1:instance-profile/other"})
        self.assert_finds("advice", "instance-profile/other, not crypto-robot_a-local-instance", "operate adopt", describe_instances=found(other))
        self.assert_finds("advice", "it answers IMDSv1", "--http-tokens required", describe_instances=found(an_instance(MetadataOptions={"HttpTokens": "optional"})))
        self.assert_finds("not checked", "no instance runs", describe_instances=found(an_instance(State={"Name": "stopped"})))

    def test_finds_an_agent_that_is_missing_offline_or_too_old(self) -> None:
        self.assert_finds(BAD, "has never reported", describe_instance_information={"InstanceInformationList": []})
        self.assert_finds(BAD, "ConnectionLost", describe_instance_information={"InstanceInformationList": [an_agent(PingStatus="ConnectionLost")]})
        self.assert_finds(BAD, "version 3.3.987.0", "AWS-UpdateSSMAgent", describe_instance_information={"InstanceInformationList": [an_agent(AgentVersion="3.3.987.0")]})

    def test_finds_missing_secrets_as_bad_as_the_protocol_makes_them(self) -> None:
        gone = AwsError("ResourceNotFoundException", "no")
        self.assert_finds(BAD, "no certificate: a deploy fails", "operate certificate a.local", describe_secret=gone)
        self.assert_finds("advice", "no certificate: the page is served over http", protocol="https-or-http", describe_secret=gone)
        self.assert_finds("advice", "no keys", "operate keys a.local", protocol="http", describe_secret=gone)
        self.assert_finds(BAD, "keys is being deleted", "restore-secret", describe_secret={"Name": "s", "DeletedDate": "2026-01-01"})

    def test_finds_roles_and_providers_that_are_missing(self) -> None:
        self.assert_finds("advice", "GitHub Actions cannot deploy here", "GitHubRepository=", get_role=AwsError("NoSuchEntity", "no"))
        self.assert_finds(BAD, "the identity provider", "GitHubOidcProvider=create", list_open_id_connect_providers={"OpenIDConnectProviderList": []})
        self.assert_finds("good", "crypto-robot_a-local-github trusts repo:me/robot:environment:a.local")

    def test_finds_alarms_and_notices_that_reach_no_person(self) -> None:
        self.assert_finds(BAD, "no alarm is named crypto-robot_a.local-", describe_alarms={"MetricAlarms": []})
        self.assert_finds(BAD, "run-failed notifies nothing", "enable-alarm-actions", describe_alarms={"MetricAlarms": [an_alarm(AlarmActions=[])]})
        self.assert_finds("advice", "is in ALARM: 3 failed", describe_alarms={"MetricAlarms": [an_alarm(StateValue="ALARM", StateReason="3 failed")]})
        self.assert_finds("advice", "nothing receives the notices", "NotificationEmail", list_subscriptions_by_topic={"Subscriptions": []})
        self.assert_finds("advice", "1 subscription(s)", "open the link", list_subscriptions_by_topic={"Subscriptions": [{"SubscriptionArn": "PendingConfirmation"}]})

    def test_what_aws_refuses_is_not_checked_and_the_other_checks_run(self) -> None:
        words = "An error occurred (AccessDenied) when calling the GetRole operation (reached max retries: 0): not authorized to perform iam:GetRole"
        refused = AwsError("AccessDenied", words)
        self.assert_finds("not checked", "GetRole: AccessDenied: not authorized to perform iam:GetRole", get_role=refused)
        code, text = self.examined(Account(get_role=refused))
        self.assertIn("1 alarms, none in ALARM", text)
