"""The commands of scripts/local: those that create or remove things on this machine, then those shared with operate."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import threading
import time
from argparse import Namespace
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable

from client import commands, status
from client.aws import AwsError
from client.executions import machine_name
from client.exits import DONE, FAILED, REFUSED, Stop
from client.history import error_name
from client.local import source as sources
from client.local import source_check
from client.local.cloud import LocalCloud, quoted
from client.local.source import Source
from client.request import deploy_request, plan_request
from client.screen import seconds
from client.work import READING_LIMIT, Work

# Counted from the moment when the disk exists: creating it has no limit.
_START_LIMIT = 120.0
_REMINDER = 15.0
# A reading that succeeded is not an event of its environment; this command starts one itself.
_ONLY_READ = re.compile(r"crypto-robot_\S+ (status|read-logs|check-drift|check-certificates|crash-report)-\S+ (started|SUCCEEDED)")


def _cloud(work: Work) -> LocalCloud:
    if not isinstance(work.cloud, LocalCloud):
        raise TypeError("no local cloud")
    return work.cloud


def _source(work: Work) -> Source:
    cloud = _cloud(work)
    spelled = getattr(work.options, "repository", None) or sources.remembered(cloud.state, work.options.environment)
    return sources.choose(spelled, cloud.state, work.home)


def _check_source(work: Work, source: Source) -> None:
    """Nothing is started for a commit that cannot be deployed."""
    values = work.values()
    adopt_command = work.adopt_command(source.shown)
    if set(values) == {"environment"} and source.spelled != sources.SAMPLE:
        work.screen.line(f"  note: {work.options.environment} has no file of settings, so each has its default; {adopt_command}")
    if source.spelled == sources.SAMPLE or not source.path:
        return
    request = deploy_request(deploy_request(values, "deploy", source.commit()), "deploy", getattr(work.options, "fields", {}))
    for note in source_check.check(source, request, adopt_command):
        work.screen.line(f"  note: {note}")


def _request(work: Work, operation: str, source: Source) -> dict[str, Any]:
    """The request of a deploy; the local cloud serves a repository of this machine to the instances."""
    cloud = _cloud(work)
    cloud.start()
    if source.path:
        served = cloud.request("PUT", f"repositories/{quoted(source.served_name)}", {"path": str(source.path)})
        chosen: dict[str, Any] = {"repository_url": served["url"], **source.commit()}
    else:
        chosen = {"repository_url": source.spelled}
    fields = dict(getattr(work.options, "fields", {}))
    if "revision" in fields:
        fields["revision"] = source.revision(fields["revision"])
    return deploy_request(deploy_request(work.values(), operation, chosen), operation, fields)


def up(work: Work) -> int:
    source = _source(work)
    request = _request(work, "deploy", source)
    _check_before_making(work, request)
    instance = _make(work, request, source)
    work.screen.line(f"{instance.environment} is up: {instance.id} at {instance.address}; AWS endpoint {_cloud(work).endpoint}")
    return DONE


def deploy(work: Work) -> int:
    plan = work.options.command == "plan" or getattr(work.options, "plan", False)
    operation = "plan" if plan else "deploy"
    if work.options.json:
        work.screen.results_only()
    source = _source(work)
    _check_source(work, source)
    request = _request(work, "deploy", source)
    _check_before_making(work, request)
    work.screen.line(f"{operation}: {request.get('revision') or request.get('branch', 'main')} of {source.shown}")
    sources.mention_uncommitted(source, work.screen)
    work.aws.prepare("secretsmanager", "stepfunctions")
    if not _is_asleep(work, request, source):
        _make(work, request, source)
    code = work.run("watch", operation, plan_request(request)) if plan else work.run("deploy", operation, request)
    if code != REFUSED:
        sources.remember(_cloud(work).state, work.options.environment, source)
    return code


def migrate(work: Work) -> int:
    request = _request(work, "deploy", _source(work))
    return commands.start_phase(work, request)


def show_status(work: Work) -> int:
    """Every environment, or one. Does not start a cloud: without one it shows the instances on disk."""
    cloud = _cloud(work)
    found = cloud.instances() if cloud.answers() else cloud.instances_on_disk()
    if work.options.environment_given:
        found = [one for one in found if one.environment == work.options.environment]
    read: list[Any] = [None] * len(found)

    def one(number: int) -> None:
        read[number] = _described(work, found[number])

    threads = [threading.Thread(target=one, args=(number,), daemon=True) for number in range(len(found))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    commands.show_statuses(work, read)
    if not found and not work.options.json:
        work.screen.result("no environment yet; ./scripts/local deploy creates one")
    return DONE


def _described(work: Work, instance: status.Instance) -> dict[str, Any]:
    host = None
    if instance.state == "running" and instance.agent_online:
        own = replace(work, options=Namespace(**{**vars(work.options), "environment": instance.environment}))
        try:
            host = own.status_of(own.values(), READING_LIMIT).output.get("host")
        except Stop:
            # An environment that cannot be read has unknown health; the others are still shown.
            host = None
    return status.document(instance, host)


def logs(work: Work) -> int:
    cloud, environment = _cloud(work), work.options.environment
    cloud.start()
    for entry in cloud.request("GET", f"logs?environment={quoted(environment)}")["entries"]:
        if _ONLY_READ.fullmatch(entry["text"]):
            continue
        work.screen.result(f"{entry['at']} {entry['source']}: {entry['text']}")
        following = (entry.get("message") or {}).get("next")
        if following:
            work.screen.result(f"  {following}")
    instance = cloud.instance(environment)
    if instance is None or instance.state != "running":
        work.screen.error(f"the instance of {environment} does not run")
        return DONE
    return commands.logs(work)


def execute(work: Work) -> int:
    cloud, environment = _cloud(work), work.options.environment
    cloud.start()
    instance = cloud.instance(environment)
    if instance is None:
        raise Stop(FAILED, f"{environment} has no instance; {work.command('up', environment)}")
    script = str(work.home / "scripts/local.d/enter-machine.sh")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    os.execv(script, [script, instance.id, *work.options.inside])


def down(work: Work) -> int:
    cloud, environment = _cloud(work), work.options.environment
    if work.options.environment_given:
        if not work.options.purge:
            raise Stop(REFUSED, f"down powers everything off; for one environment: {work.command('power stop', environment)}")
        cloud.start()
        cloud.request("DELETE", f"environments/{quoted(environment)}")
        work.screen.line(f"the instance of {environment} and its disk are removed")
        return DONE
    process = cloud.process()
    if process and cloud.answers():
        cloud.request("POST", "shutdown")
        _await_end(process)
    # A cloud that was killed left its instances; after a normal end there are none.
    if cloud.process():
        os.kill(cloud.process() or 0, signal.SIGKILL)
    if cloud.state.is_dir():
        if cloud.script("stop-machines.sh"):
            raise Stop(FAILED, "some instances could not be powered off, see above")
        if work.options.purge and cloud.script("remove-state.sh"):
            raise Stop(FAILED, f"{cloud.state} could not be removed, see above")
    work.screen.line("everything is removed" if work.options.purge else "everything is powered off; disks, secrets and history are kept")
    return DONE


def _await_end(process: int) -> None:
    for _ in range(1200):
        if not Path(f"/proc/{process}").exists():
            return
        time.sleep(0.05)


def _check_before_making(work: Work, request: dict[str, Any]) -> None:
    """PlanDeployment validates the request before an instance is created: a refused request changes nothing."""
    if _cloud(work).instance(work.options.environment):
        return
    environment = work.options.environment
    execution = work.aws.state_machine(machine_name("crypto-robot", environment, "deploy")).replace(":stateMachine:", ":execution:") + ":check"
    payload = {
        "machine": "deploy",
        "scope": {"environment": environment, "repository_url": "", "application_path": "", "ship_logs": False, "system_packages": "*"},
        "request": request,
        "execution": execution,
        "started_at": datetime.now(timezone.utc).isoformat().replace("+00:00", "Z"),
    }
    answer = work.aws.call("lambda", "invoke", FunctionName="crypto-robot-PlanDeployment", Payload=json.dumps(payload).encode())
    body = json.loads(answer["Payload"].read())
    if answer.get("FunctionError") and error_name(body.get("errorType", "")) == "InvalidRequest":
        message = body.get("errorMessage", "").rstrip(". ")
        work.screen.error(f"RequestRefused: InvalidRequest: {message}. Nothing was touched.")
        raise Stop(REFUSED)


def _is_asleep(work: Work, request: dict[str, Any], source: Source) -> bool:
    """Whether the instance is complete and only stopped: then the state machine starts it, as on AWS."""
    cloud = _cloud(work)
    instance = cloud.instance(work.options.environment)
    if instance is None or instance.state != "stopped":
        return False
    offered = cloud.script("offer-wheels.sh", "--offered", instance.id, stdin=source.requirements(request, work.home)) == 0
    return offered and _has_certificate(work)


def _make(work: Work, request: dict[str, Any], source: Source) -> status.Instance:
    """Returns the running instance, with a certificate and packages for pip. Creates only what is missing."""
    cloud, environment = _cloud(work), work.options.environment
    found = cloud.instance(environment)
    if found is None or found.state != "running":
        work.screen.line(f"  starting an instance for {environment}")
        began = time.monotonic()
        found = _started(work, environment, began)
        work.screen.line(f"  instance {found.id} at {found.address} runs, {seconds(time.monotonic() - began)}")
    if cloud.script("offer-wheels.sh", found.id, stdin=source.requirements(request, work.home)):
        work.screen.error("  packages for pip could not be prepared; if one is missing, pip reports it")
    _certify(work, request, found.address)
    return found


def _has_certificate(work: Work) -> bool:
    try:
        work.aws.call("secretsmanager", "describe_secret", SecretId=_certificate_name(work))
        return True
    except AwsError as e:
        if e.code != "ResourceNotFoundException":
            raise
        return False


def _certificate_name(work: Work) -> str:
    return f"crypto-robot/{work.options.environment}/certificate"


def _certify(work: Work, request: dict[str, Any], address: str) -> None:
    """Stores a certificate of the local test authority if there is none."""
    if _has_certificate(work):
        return
    hostname = str(request.get("certificate_hostname") or work.options.environment)
    issued = _cloud(work).request("POST", "certificates", {"hostname": hostname, "address": address})
    work.aws.call("secretsmanager", "create_secret", Name=_certificate_name(work), SecretString=json.dumps(issued))
    work.screen.line(f"  created a certificate for {hostname} from the local test authority")


def _started(work: Work, environment: str, began: float) -> status.Instance:
    cloud = _cloud(work)
    _with_progress(work, lambda: cloud.request("PUT", f"environments/{quoted(environment)}"), began)
    started = time.monotonic()
    while True:
        instance = cloud.instance(environment)
        waited = time.monotonic() - started
        if instance and instance.state == "running":
            return instance
        if instance is None or instance.state == "stopped" or waited > _START_LIMIT:
            named = f"{instance.id} is {instance.state}" if instance else "it does not exist"
            raise Stop(FAILED, f"the instance of {environment} does not start: {named}; {work.command('logs', environment)}")
        work.screen.moving(f"  {instance.state} {seconds(waited)}")
        time.sleep(0.1)


def _with_progress(work: Work, call: Callable[[], Any], began: float) -> None:
    """The first instance creates the image, which takes minutes: prints progress during the call."""
    failure: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as e:
            failure.append(e)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    reported = 0.0
    while thread.is_alive():
        thread.join(0.2)
        waited = time.monotonic() - began
        text = f"  creating its disk (minutes the first time) {seconds(waited)}"
        work.screen.moving(text)
        if not work.screen.terminal and waited - reported >= _REMINDER:
            reported = waited
            work.screen.line(text)
    if failure:
        raise failure[0]


def _after_start(command: Callable[[Work], int]) -> Callable[[Work], int]:
    def run(work: Work) -> int:
        _cloud(work).start()
        return command(work)

    return run


def credentials(work: Work) -> int:
    """Prints variables for a shell to evaluate, with the operator's secret."""
    cloud = _cloud(work)
    cloud.start()
    key, secret = cloud.credentials()
    variables = {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        # A token of the user's own account would be sent with these keys.
        "AWS_SESSION_TOKEN": "",
        "AWS_REGION": cloud.region,
        "AWS_DEFAULT_REGION": cloud.region,
        "AWS_ENDPOINT_URL": cloud.endpoint,
    }
    for name, value in variables.items():
        work.screen.result(f"export {name}={shlex.quote(value) if value else ''}")
    return DONE


COMMANDS: dict[str, Callable[[Work], int]] = {
    **{name: _after_start(command) for name, command in commands.COMMANDS.items() if name not in ("migrate-repository", "adopt-robot")},
    "up": up,
    "deploy": deploy,
    "plan": deploy,
    "migrate": migrate,
    "status": show_status,
    "logs": logs,
    "exec": execute,
    "credentials": credentials,
    "down": down,
}
