"""The command doctor: checks of an account that only the account can answer. All of them only read, and none costs anything.

Each check prints what it found and what to do. A check that AWS refuses, or that an emulator does not implement, is reported as not checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Callable, Optional

from client import stack
from client.aws import Aws, AwsError
from client.executions import machine_name
from client.exits import DONE, FAILED
from client.screen import Screen

GOOD, ADVICE, BAD, UNKNOWN = "good", "advice", "BAD", "not checked"
MACHINES = ("deploy", "power", "watch", "migrate")
# docs/aws.md: an earlier agent refuses documents with parameters that are environment variables.
OLDEST_AGENT = (3, 3, 2746, 0)
# A deploy runs two functions at once; each environment's readings come besides.
LEAST_CONCURRENCY = 10
_NOT_FOUND = "ResourceNotFoundException"
# How botocore words an error.
_BOTOCORE = re.compile(r"^An error occurred \(([^)]*)\) when calling the (\w+) operation(?: \([^)]*\))?: ")
_ALIVE = ["pending", "running", "stopping", "stopped"]


@dataclass(frozen=True)
class Finding:
    status: str
    found: str
    remedy: str = ""


@dataclass(frozen=True)
class Place:
    """What is checked. The protocol is that of the environment's file."""

    aws: Aws
    prefix: str
    deployer: str
    environment: str
    protocol: str

    def name(self, kind: str) -> str:
        return machine_name(self.prefix, self.environment, kind)

    @cached_property
    def stacks(self) -> list[dict[str, Any]]:
        return stack.described(self.aws)

    @cached_property
    def identity(self) -> str:
        return str(self.aws.call("sts", "get_caller_identity")["Arn"])

    def read(self, missing: str, service: str, operation: str, **arguments: Any) -> Optional[dict[str, Any]]:
        """What a call answers; None where it fails with this code, because there is no such thing."""
        try:
            return dict(self.aws.call(service, operation, **arguments))
        except AwsError as e:
            if e.code != missing:
                raise
            return None

    @cached_property
    def definitions(self) -> dict[str, Optional[str]]:
        """Of each state machine; None if it is missing."""
        found = {}
        for kind in MACHINES:
            arn = self.aws.state_machine(self.name(kind))
            described = self.read("StateMachineDoesNotExist", "stepfunctions", "describe_state_machine", stateMachineArn=arn)
            found[kind] = str(described["definition"]) if described else None
        return found

    @cached_property
    def instances(self) -> list[dict[str, Any]]:
        tags = {"crypto-robot:environment": self.environment, "crypto-robot:stack": self.prefix}
        filters = [{"Name": f"tag:{key}", "Values": [value]} for key, value in tags.items()]
        groups = self.aws.pages("ec2", "describe_instances", "Reservations", "NextToken", Filters=[*filters, {"Name": "instance-state-name", "Values": _ALIVE}])
        return [one for group in groups for one in group["Instances"]]


def examine(place: Place, screen: Screen) -> int:
    """The exit code: FAILED if a check found something that stops a deploy or an alarm."""
    bad = 0
    for name, check in CHECKS:
        for finding in _findings(place, check):
            bad += finding.status == BAD
            screen.result(f"{finding.status:<11}  {name:<14}  {finding.found}")
            if finding.remedy:
                screen.result(f"{'':<29}{finding.remedy}")
    screen.result(f"{bad} problem(s) in {place.environment}" if bad else f"no problem found in {place.environment}")
    return FAILED if bad else DONE


def _findings(place: Place, check: Callable[[Place], list[Finding]]) -> list[Finding]:
    try:
        return check(place)
    except AwsError as e:
        return [Finding(UNKNOWN, _BOTOCORE.sub(r"\2: \1: ", e.message).strip())]


def account(place: Place) -> list[Finding]:
    return [Finding(GOOD, f"{place.identity} in {place.aws.region}")]


def stacks(place: Place) -> list[Finding]:
    found = place.stacks
    deployer = next((one for one in found if one["StackName"] == place.deployer), None)
    if deployer is None:
        return [Finding(BAD, f"there is no stack {place.deployer}", "docs/aws.md, section 3; or choose another one with --stack and --prefix")]
    version = stack.parameters(deployer).get("DeployerVersion", "")
    findings = [_stack_finding(deployer, version)]
    own = [one for one in stack.environments(found, place.prefix) if one.name == place.environment]
    if not own:
        return [*findings, Finding(BAD, f"no stack has Environment={place.environment}", "docs/aws.md, section 3: deploy environment.yaml")]
    described = next(one for one in found if one["StackName"] == own[0].stack)
    findings.append(_stack_finding(described, own[0].version))
    if own[0].version != version:
        findings.append(Finding(ADVICE, f"{own[0].stack} has version {own[0].version}, the deployer {version}: both work", "scripts/operate upgrade"))
    return findings


def _stack_finding(one: dict[str, Any], version: str) -> Finding:
    status, text = one["StackStatus"], f"{one['StackName']}, version {version}, {one['StackStatus']}"
    if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        return Finding(GOOD, text)
    if status == "UPDATE_ROLLBACK_COMPLETE":
        return Finding(ADVICE, text, f"its last update failed; the events have the reason: aws cloudformation describe-stack-events --stack-name {one['StackName']}")
    return Finding(BAD, text, f"aws cloudformation describe-stack-events --stack-name {one['StackName']}")


def functions(place: Place) -> list[Finding]:
    """The published versions that the state machines of this environment call."""
    version = next((one.version for one in stack.environments(place.stacks, place.prefix) if one.name == place.environment), "")
    path = f"/{place.prefix}/{version}/functions/"
    parameters = place.aws.pages("ssm", "get_parameters_by_path", "Parameters", "NextToken", Path=path)
    if not parameters:
        return [Finding(BAD, f"no parameter below {path} names a function", "deploy the deployer's stack with this version, or upgrade the environment")]
    names = [one["Value"] for one in parameters]
    missing = [one for one in names if place.read(_NOT_FOUND, "lambda", "get_function_configuration", FunctionName=one) is None]
    if missing:
        return [Finding(BAD, f"missing: {' '.join(missing)}", "scripts/operate upgrade")]
    return [Finding(GOOD, f"{len(parameters)} functions of version {version}")]


def concurrency(place: Place) -> list[Finding]:
    """New accounts have as few as 10 concurrent executions: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
    limit = place.aws.call("lambda", "get_account_settings")["AccountLimit"]["UnreservedConcurrentExecutions"]
    text = f"{limit} functions can run at once"
    if limit < LEAST_CONCURRENCY:
        return [Finding(ADVICE, text, "request more: aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384")]
    return [Finding(GOOD, text)]


def state_machines(place: Place) -> list[Finding]:
    missing = [place.name(kind) for kind, definition in place.definitions.items() if definition is None]
    if missing:
        return [Finding(BAD, f"missing: {' '.join(missing)}", "deploy the environment's stack")]
    return [Finding(GOOD, f"{place.name('')}{'|'.join(MACHINES)}")]


def definitions(place: Place) -> list[Finding]:
    findings = []
    for kind, definition in place.definitions.items():
        if definition is not None:
            checked = place.aws.call("stepfunctions", "validate_state_machine_definition", definition=definition, type="STANDARD")
            problems = [one for one in checked["diagnostics"] if one["severity"] == "ERROR"]
            findings += [Finding(BAD, f"{kind}: {one['code']} at {one.get('location', '?')}: {one['message']}") for one in problems]
    return findings or [Finding(GOOD, "AWS accepts them")]


def instance(place: Place) -> list[Finding]:
    found = place.instances
    if len(found) != 1:
        names = " ".join(one["InstanceId"] for one in found)
        remedy = f"remove the tags of all but one: {names}" if found else f"scripts/operate adopt INSTANCE-ID {place.environment}, or InstanceImageId of its stack"
        return [Finding(BAD, f"{len(found)} instances have the tags of {place.environment}", remedy)]
    one = found[0]
    number = one["InstanceId"]
    findings = [Finding(GOOD, f"{number}, {one['State']['Name']}, {one.get('PublicIpAddress') or 'no public address'}")]
    profile = one.get("IamInstanceProfile", {}).get("Arn", "")
    if not profile.endswith("/" + place.name("instance")):
        text = f"its instance profile is {profile}, not {place.name('instance')}" if profile else "it has no instance profile"
        findings.append(Finding(ADVICE if profile else BAD, text, f"scripts/operate adopt {number} {place.environment}"))
    if one.get("MetadataOptions", {}).get("HttpTokens") != "required":
        findings.append(Finding(ADVICE, "it answers IMDSv1", f"aws ec2 modify-instance-metadata-options --instance-id {number} --http-tokens required"))
    return findings


def agent(place: Place) -> list[Finding]:
    running = [one["InstanceId"] for one in place.instances if one["State"]["Name"] == "running"]
    if not running:
        return [Finding(UNKNOWN, "no instance runs")]
    filters = [{"Key": "InstanceIds", "Values": running}]
    listed = place.aws.pages("ssm", "describe_instance_information", "InstanceInformationList", "NextToken", Filters=filters)
    if not listed:
        return [Finding(BAD, f"the agent of {running[0]} has never reported", "check its instance profile, its route to the internet, and that amazon-ssm-agent runs")]
    one = listed[0]
    text = f"version {one['AgentVersion']}, {one['PingStatus']}, {one.get('PlatformName', '?')} {one.get('PlatformVersion', '')}".rstrip()
    if one["PingStatus"] != "Online":
        return [Finding(BAD, text, "check its instance profile, its route to the internet, and that amazon-ssm-agent runs")]
    if tuple(int(part) for part in one["AgentVersion"].split(".")) < OLDEST_AGENT:
        return [Finding(BAD, text, f"update it to {'.'.join(map(str, OLDEST_AGENT))} or newer: aws ssm send-command --document-name AWS-UpdateSSMAgent --instance-ids {one['InstanceId']}")]
    return [Finding(GOOD, text)]


def secrets(place: Place) -> list[Finding]:
    """Only their names. A secret that does not exist also shows whether the caller may read that."""
    certificate = Finding(GOOD, "no certificate, and the protocol is http") if place.protocol == "http" else Finding(
        BAD if place.protocol == "https" else ADVICE, "no certificate: " + ("a deploy fails" if place.protocol == "https" else "the page is served over http"),
        f"scripts/operate certificate {place.environment} --cert … --key … --chain …")  # fmt: skip
    missing = {
        "keys": Finding(ADVICE, "no keys: a deploy gives the robot none", f"scripts/operate keys {place.environment} <keys.json"),
        "certificate": certificate,
        "repository": Finding(GOOD, "no login for the repository: it must be public"),
    }
    findings = []
    for kind, absent in missing.items():
        described = place.read(_NOT_FOUND, "secretsmanager", "describe_secret", SecretId=f"{place.prefix}/{place.environment}/{kind}")
        if described is None:
            findings.append(absent)
        elif described.get("DeletedDate"):
            findings.append(Finding(BAD, f"{kind} is being deleted", f"aws secretsmanager restore-secret --secret-id {described['Name']}"))
        else:
            findings.append(Finding(GOOD, kind))
    return findings


def github(place: Place) -> list[Finding]:
    role = place.name("github")
    found = place.read("NoSuchEntity", "iam", "get_role", RoleName=role)
    if found is None:
        return [Finding(ADVICE, "GitHub Actions cannot deploy here", "deploy the environment's stack with GitHubRepository=OWNER/REPO")]
    findings = []
    for statement in found["Role"]["AssumeRolePolicyDocument"]["Statement"]:
        subjects = statement["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
        findings.append(Finding(GOOD, f"{role} trusts {' '.join([subjects] if isinstance(subjects, str) else subjects)}"))
        provider = statement["Principal"]["Federated"]
        if provider not in [one["Arn"] for one in place.aws.call("iam", "list_open_id_connect_providers")["OpenIDConnectProviderList"]]:
            findings.append(Finding(BAD, f"the identity provider {provider} is missing", "deploy the deployer's stack with GitHubOidcProvider=create"))
    return findings


def alarms(place: Place) -> list[Finding]:
    prefix = f"{place.prefix}_{place.environment}-"
    found = place.aws.pages("cloudwatch", "describe_alarms", "MetricAlarms", "NextToken", AlarmNamePrefix=prefix)
    if not found:
        return [Finding(BAD, f"no alarm is named {prefix}…", "deploy the environment's stack")]
    findings = []
    for one in found:
        if not one["ActionsEnabled"] or not one["AlarmActions"]:
            findings.append(Finding(BAD, f"{one['AlarmName']} notifies nothing", f"aws cloudwatch enable-alarm-actions --alarm-names {one['AlarmName']}"))
        if one["StateValue"] == "ALARM":
            findings.append(Finding(ADVICE, f"{one['AlarmName']} is in ALARM: {one.get('StateReason', '')}"[:300], "docs/operations.md describes each alarm"))
    return findings or [Finding(GOOD, f"{len(found)} alarms, none in ALARM")]


def notices(place: Place) -> list[Finding]:
    caller = place.identity.split(":")
    topic = f"arn:{caller[1]}:sns:{place.aws.region}:{caller[4]}:{place.prefix}-reports"
    found = place.aws.pages("sns", "list_subscriptions_by_topic", "Subscriptions", "NextToken", TopicArn=topic)
    confirmed = [one for one in found if one["SubscriptionArn"].startswith("arn:")]
    waiting = len(found) - len(confirmed)
    findings = [Finding(ADVICE, f"{waiting} subscription(s) of {topic} wait for confirmation", "open the link in the mail from AWS")] if waiting else []
    if not confirmed:
        return [*findings, Finding(ADVICE, f"nothing receives the notices of {topic}", "deploy the deployer's stack with NotificationEmail=, or subscribe to the topic")]
    return [*findings, Finding(GOOD, f"{len(confirmed)} subscription(s)")]


CHECKS: tuple[tuple[str, Callable[[Place], list[Finding]]], ...] = (
    ("account", account), ("stacks", stacks), ("functions", functions), ("concurrency", concurrency), ("state machines", state_machines),
    ("definitions", definitions), ("instance", instance), ("agent", agent), ("secrets", secrets), ("github", github), ("alarms", alarms), ("notices", notices),
)  # fmt: skip
