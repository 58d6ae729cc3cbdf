"""The commands that operate and local share."""

from __future__ import annotations

import time
from typing import Any, Callable

from client import adopt, adopt_robot, docker_files, doctor, readings, secret, stack, status, upgrade
from client.executions import region_of
from client.exits import DONE, FAILED, REFUSED, Stop
from client.outcome import failure_lines
from client.request import deploy_request, migrate_request, plan_request, power_request, watch_request
from client.work import Work

_NEXT_LINES = 3.0  # seconds between two readings with logs --follow


def deploy(work: Work) -> int:
    fields = dict(getattr(work.options, "fields", {}))
    if getattr(work.options, "repository", None):
        fields.setdefault("repository_url", work.options.repository)
    operation, values = work.options.command, work.values()
    if operation in ("deploy", "plan") and set(values) == {"environment"}:
        adopt_command = work.adopt_command(fields.get("repository_url"))
        work.screen.error(f"note: {work.options.environment} has no file of settings, so each has its default; {adopt_command}")
    if operation == "plan" or getattr(work.options, "plan", False):
        return work.run("watch", "plan", plan_request(deploy_request(values, "deploy", fields)))
    return work.run("deploy", operation, deploy_request(values, operation, fields))


def rollback(work: Work) -> int:
    return list_releases(work) if work.options.list else deploy(work)


def list_releases(work: Work) -> int:
    work.screen.results_only()
    read = work.status_of(work.values())
    if read.status != "SUCCEEDED":
        raise Stop(FAILED, "\n".join(failure_lines(read)))
    if read.output.get("state") == "stopped":
        raise Stop(FAILED, f"the instance of {work.options.environment} is stopped; {work.command('start', work.options.environment)}")
    releases = (read.output.get("host") or {}).get("releases") or []
    for one in releases:
        mark, confirmed = "*" if one["current"] else " ", "confirmed" if one["good"] else "not confirmed"
        work.screen.result(f"{mark} {one['release']}  {one['revision'][:7]}  {one.get('at') or '':<20}  {confirmed:<13}  {one['subject']}")
    if not releases:
        work.screen.result("no release")
    return DONE


def power(work: Work) -> int:
    operation = work.options.word or work.options.command
    return work.run("power", f"power-{operation}", power_request(work.values(), operation))


def migrate(work: Work) -> int:
    fields = dict(getattr(work.options, "fields", {}))
    if work.options.repository:
        fields.setdefault("repository_url", work.options.repository)
    return start_phase(work, deploy_request(work.values(), "deploy", fields))


def start_phase(work: Work, deploy: dict[str, Any]) -> int:
    phase = work.options.word
    return work.run("migrate", f"migrate-{phase}", migrate_request(deploy, phase, work.options.container, work.options.parallel_port))


def check_health(work: Work) -> int:
    return work.run("watch", "check-health", watch_request(work.values(), "check-health"))


def show_status(work: Work) -> int:
    """One environment's status, in the shape that `local status` has for several."""
    read = work.status_of(work.values())
    if read.status != "SUCCEEDED":
        code = REFUSED if read.error == "RequestRefused" else FAILED
        raise Stop(code, "\n".join(failure_lines(read)))
    output = read.output
    address = output.get("address", "")
    instance = status.Instance(work.options.environment, output.get("instance_id", ""), output.get("state", ""), address)
    show_statuses(work, [status.document(instance, output.get("host"))])
    return DONE


def show_statuses(work: Work, found: list[dict[str, Any]]) -> None:
    endpoint = work.aws.endpoint("stepfunctions")
    if work.options.json:
        work.screen.document({"endpoint": endpoint, "environments": found})
        return
    lines = [f"endpoint {endpoint}"] if endpoint else []
    for one in found:
        lines += status.lines(one, work.command("drift", one["environment"]))
    for line in lines if endpoint else lines[1:]:
        work.screen.result(line)


def drift(work: Work) -> int:
    return _read(work, "check-drift", lambda read: readings.drift_lines(read, _as_typed(work)))


def check_certificates(work: Work) -> int:
    return _read(work, "check-certificates", lambda read: readings.certificate_lines(read, _as_typed(work)))


def crash_report(work: Work) -> int:
    return _read(work, "crash-report", readings.crash_lines, last=work.options.last)


def _as_typed(work: Work) -> Callable[[str], str]:
    return lambda text: work.as_typed(text, work.options.environment)


def _read(work: Work, operation: str, lines: Callable[[dict[str, Any]], list[str]], **fields: Any) -> int:
    work.screen.results_only()
    read = work.reading(operation, **fields)
    if work.options.json:
        work.screen.document(read)
    else:
        for line in lines(read):
            work.screen.result(line)
    return DONE


def logs(work: Work) -> int:
    """With --follow it continues until it is interrupted."""
    work.screen.results_only()
    after, most = "", work.options.lines
    while True:
        read = work.reading("read-logs", service=work.options.word or "all", since=work.options.since, after=after)
        for line in readings.log_lines(read, most):
            work.screen.result(line)
        if not work.options.follow:
            return DONE
        after, most = read.get("after", ""), 1_000_000
        time.sleep(0 if read.get("more") else _NEXT_LINES)


def follow(work: Work) -> int:
    if work.options.json:
        work.screen.results_only()
    arn = work.options.word or work.executions.newest("deploy")
    if not arn:
        raise Stop(REFUSED, "there is no execution of a deploy machine yet")
    work.aws.in_region(region_of(arn))
    if work.executions.describe(arn).running and work.options.stop:
        work.executions.stop(arn, work.program)
    return work.follow(arn)


def store_secret(work: Work) -> int:
    kind = work.options.command
    name = secret.checked_name(work.options.secret) if kind == "keys" else kind
    files = getattr(work.options, "files", {})
    value = secret.from_files(files) if files else secret.from_stdin("the secret " + name if name != kind else kind, work.screen)
    if kind == "keys":
        value = secret.as_declared(name, value, work.values(), work.screen)
    secret.check(kind, value, work.screen)
    prefix = getattr(work.options, "prefix", "crypto-robot")
    secret.store(work.aws, f"{prefix}/{work.options.environment}/{name}", value, work.screen)
    return DONE


def adopt_instance(work: Work) -> int:
    options = work.options
    adopt.adopt(work.aws, work.screen, options.prefix, options.word, options.environment, options.yes)
    return work.run("power", "power-start", power_request(work.values(), "start"))


def examine(work: Work) -> int:
    options, values = work.options, work.values()
    default = "https-or-http" if options.environment.endswith(".local") else "https"
    place = doctor.Place(work.aws, options.prefix, options.stack, options.environment, str(values.get("protocol", default)))
    return doctor.examine(place, work.screen)


def upgrade_stacks(work: Work) -> int:
    options, bucket, region = work.options, work.options.bucket, work.aws.region
    upgrading = upgrade.Upgrade(work.aws, work.screen, bucket, options.word, lambda file: upgrade.package(work.home, bucket, region, file))
    return upgrading.run(options.prefix, options.stack, getattr(options, "parameters", {}))


def documents(work: Work) -> int:
    options = work.options
    stack.old_documents(work.aws, work.executions, work.screen, options.prefix, options.stack, options.clean, work.program)
    return DONE


def uninstall(work: Work) -> int:
    options = work.options
    stack.uninstall(work.aws, work.screen, options.prefix, options.stack, options.yes, work.program)
    return DONE


def migrate_repository(work: Work) -> int:
    docker_files.propose(work.options.word, work.screen)
    return DONE


def print_file(work: Work) -> int:
    options = work.options
    return adopt_robot.adopt(options.word, options.environment or "", options.branch, work.home, work.screen, work.program, options.json, work.settings_place())


COMMANDS: dict[str, Callable[[Work], int]] = {
    "deploy": deploy,
    "plan": deploy,
    "rollback": rollback,
    "restart": deploy,
    "rotate-keys": deploy,
    "rotate-certificate": deploy,
    "power": power,
    "start": power,
    "stop": power,
    "status": show_status,
    "check-health": check_health,
    "drift": drift,
    "check-certificates": check_certificates,
    "crash-report": crash_report,
    "logs": logs,
    "migrate": migrate,
    "migrate-repository": migrate_repository,
    "follow": follow,
    "keys": store_secret,
    "certificate": store_secret,
    "repository": store_secret,
    "adopt": adopt_instance,
    "adopt-robot": print_file,
    "doctor": examine,
    "upgrade": upgrade_stacks,
    "documents": documents,
    "uninstall": uninstall,
}
