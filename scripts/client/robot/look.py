"""The environment's file for a repository, with a reason for each value, what stands against a deploy, and what is not known."""

from __future__ import annotations

import time
from typing import Optional

from client.robot import container, dependencies, known_robots, python_source, secrets, services, switches, system_packages, versions, writes
from client.robot import project as projects
from client.robot.facts import Facts
from client.robot.files import Files
from client.robot.findings import Findings
from client.robot.known_robots import Known
from client.robot.secret_names import Secrets
from client.robot.schema import Schema

_SECONDS = 30.0  # of processor time


def look(files: Files, schema: Schema) -> Findings:
    found = Findings()
    facts = _facts(files)
    project, containers = projects.of(files), container.of(files)
    imported = {one for path in facts for one in facts[path].imports}
    needs = dependencies.of(files, project, imported)
    for name, value in needs.values.items():
        found.set(name, value, "the repository has no requirements.txt in its top folder")
    _tree(found, files)
    known = known_robots.of(files, needs, dependencies.normalized(project.name))
    python = versions.wanted(files, project, containers)
    if python.minor:
        found.set("python_version", versions.minor_text(python.minor), python.reason)
    else:
        found.notes.append(f"python_version is not set: {python.reason}")
    if known:
        services.of_known(found, known)
        reached = sorted(facts)
    else:
        reached = services.of_programs(found, files, facts, containers, project, needs)
    _project(found, project, needs.installs_project)
    written = writes.of(files, facts, reached, containers.volumes)
    paths = _paths(known, written.paths, schema)
    found.set("persistent_paths", list(paths), "; ".join(f"{path}: {reason}" for path, reason in paths.items()))
    kept = secrets.of(files, facts, reached, containers.variables, paths)
    _secrets(found, kept, known)
    if any(path in files for path in services.OTHERS) and not any(path.endswith(".py") for path in files):
        del found.problems[1:]
        return found
    found.problems = needs.problems + python.problems + found.problems + written.problems + kept.problems + system_packages.of(files, containers, needs)
    found.unknown += kept.unknown
    found.notes += [needs.reason] * bool(needs.reason) + kept.reasons + written.notes
    _behavior(found, facts, reached)
    if not (known and "mode_variables" in known.values):
        _switches(found, switches.of(files, facts, reached), {name for path in reached for name in facts[path].variables})
    if files.skipped:
        found.unknown.append(f"{files.skipped} files were not read: each is larger than 1 MB, or they are too many")
    _check(found, schema)
    return found


def _project(found: Findings, project: projects.Project, is_installed: bool) -> None:
    """A console script of the project exists only where the project is installed."""
    scripts = [one["command"].split()[0] for one in found.values.get("services", []) if one["command"].split()[0] in project.scripts]
    if scripts and not is_installed:
        found.set("install_project", True, f"{scripts[0]} is a console script of {project.file}")


def _secrets(found: Findings, kept: Secrets, known: Optional[Known]) -> None:
    """Those of a known robot have their own names, whatever its settings look like."""
    if known and "secrets" in known.values:
        return
    if kept.declared:
        found.set("secrets", kept.declared, "the secrets that the robot reads; check the fields and which are required_for_live")
    if kept.is_exported:
        found.set("export_env", True, "the robot reads variables from its environment and loads no .env")


def _paths(known: Optional[Known], written: dict[str, str], schema: Schema) -> dict[str, str]:
    """Each persistent path and its reason."""
    paths = dict(written)
    if known and "persistent_paths" in known.values:
        paths = {
            **dict.fromkeys(known.values["persistent_paths"], known.reasons["persistent_paths"]),
            **{path: reason for path, reason in written.items() if path != "logs"},
        }
    return {path: reason for path, reason in paths.items() if not schema.path_refusal(path)}


def _facts(files: Files) -> dict[str, Facts]:
    """Of each Python file, the top folder first, as long as the time for it lasts."""
    facts = {}
    for path, text in files.read(r"(?!.*(^|/)(setup|conftest)\.py$).*\.py"):
        if time.process_time() > _SECONDS:
            files.skipped += 1
        else:
            facts[path] = python_source.facts_of(path, text)
    return facts


def _tree(found: Findings, files: Files) -> None:
    """The host's own judge of the files of a commit."""
    problem = dependencies.host_module("tree").problem(f"{mode} blob 0\t{path}" for path, mode in files.modes.items())
    if problem:
        found.problems.append(f"the commit {problem}")
    pointers = [path for path, _ in files.read(r".*") if (files.bytes(path) or b"").startswith(b"version https://git-lfs.github.com/spec/")]
    if pointers:
        found.problems.append(
            f"{pointers[0]} is a Git LFS pointer; the deployer does not fetch the file behind it. Commit the file itself, or let the robot download it"
        )


def _behavior(found: Findings, facts: dict[str, Facts], reached: list[str]) -> None:
    computed = [f"{path}:{line}" for path in reached for line in facts[path].computed]
    if computed:
        more = f" and {len(computed) - 3} more" if len(computed) > 3 else ""
        found.unknown.append(
            f"where these lines write, because they compute the name: {', '.join(computed[:3])}{more}. A file that must outlive a release "
            "belongs below a persistent path"
        )
    inputs = [f"{path}:{line}" for path in reached for line in facts[path].inputs]
    if inputs:
        found.problems.append(
            f"input from a person is read at {', '.join(inputs[:3])}. A service has no terminal, so input() ends with EOFError: read the "
            "value from .env or an argument"
        )
    interrupts = [f"{path}:{line}" for path in reached for line in facts[path].interrupts]
    if interrupts and not any(facts[path].handles_term for path in reached):
        _stop_signal(found, interrupts)
    broken = [f"{path} ({facts[path].problem})" for path in reached if facts[path].problem]
    if broken:
        found.unknown.append(f"the content of {', '.join(broken[:3])}: this machine's Python cannot parse it")


def _stop_signal(found: Findings, interrupts: list[str]) -> None:
    """A stop sends SIGTERM, which ends Python at once."""
    where = f"KeyboardInterrupt starts the last work at {', '.join(interrupts[:3])}"
    robots = [one for one in found.values.get("services", []) if one["type"] == "trading_robot"]
    for robot in robots:
        robot["stop_signal"] = "SIGINT"
    if robots:
        found.reasons["services"] += f"; stop_signal SIGINT: {where}"
    else:
        found.unknown.append(f"whether the program must be stopped with SIGINT: {where}. If so, set stop_signal of its service")


def _switches(found: Findings, switch: dict[str, str], variables: set[str]) -> None:
    if "ROBOT_MODE" in variables:
        found.notes.append("the code reads ROBOT_MODE, which the deployer sets to live or simulation")
        return
    found.set("mode_variables", *switches.mode_variables(switch))
    if switch:
        found.unknown.append(
            "what decides whether it trades for real: "
            + "; ".join(f"{name} ({where})" for name, where in list(switch.items())[:6])
            + ". Check it before you store keys: what mode_variables does not set, the commit decides"
        )
    else:
        found.unknown.append(
            "what decides whether it trades for real: no switch was found, and the code does not read ROBOT_MODE. With keys, it can send orders at once"
        )


def _check(found: Findings, schema: Schema) -> None:
    """A value that the schema refuses is left out, with its reason."""
    for name, allowed in schema.refusals(found.values).items():
        found.problems.append(f"{name} is left out of the file: {str(found.values[name])[:120]} is not {allowed}")
        del found.values[name]
        found.reasons.pop(name, None)
