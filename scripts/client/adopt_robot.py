"""Prints an environment's file for a repository that was not written for this deployer: the file on stdout, its reasons on stderr.

Nothing in the repository is run. client.robot has the rules.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any, Optional

from client.exits import DONE, FAILED, REFUSED, Stop
from client.git import Git
from client.request import checked_environment
from client.robot import files as repository
from client.robot.clone import cloned
from client.robot.contained import contained
from client.robot.files import Files
from client.robot.look import look
from client.robot.schema import Schema
from client.screen import Screen

_WIDTH = 130
_ORDER = (
    "environment", "repository_url", "branch", "python_version", "requirements", "install_project", "services", "port", "health_path", "protocol", "persistent_paths",
    "secrets", "mode_variables", "export_env",
)  # fmt: skip


def adopt(spelled: str, environment: str, branch: str, home: Path, screen: Screen, program: str, as_json: bool, folder: str) -> int:
    screen.results_only()
    schema = Schema(home / "statemachine/schema/deploy.json")
    if "://" in spelled or re.fullmatch(r"[^/\s]+@[^/\s]+:.*", spelled):
        url = spelled
        if schema.refusals({"repository_url": url}):
            raise Stop(
                REFUSED,
                f"{_shown(url)} is not an address that the deployer accepts: https://host/path, ssh://user@host/path or user@host:path, without a "
                "password. For another one, clone it and give the path of the clone",
            )
        if branch and schema.refusals({"branch": branch}):
            raise Stop(REFUSED, f"'{branch[:60]}' is not a branch name")
        screen.line(f"copying {_shown(url)}; nothing in it is run")
        with cloned(url, branch) as git:
            source = _source(git, branch, url)
            files = repository.of_commit(git, source["commit"])
    else:
        source, files = _of_path(Path(spelled), branch)
    name = checked_environment(environment) if environment else _environment_name(source["url"] or Path(spelled).resolve().name)
    found = contained(lambda: look(files, schema).document())
    found["file"], found["reasons"] = _completed(found, source, name, schema)
    found["environment"], found["commit"] = name, source["commit"]
    if as_json:
        screen.document(found)
    else:
        for line in report(found, source, spelled, program, folder):
            screen.line(line)
        screen.document(found["file"])
    return DONE if "services" in found["file"] else FAILED


def _shown(url: str) -> str:
    return re.sub(r"://[^/]*@", "://…@", url)[:200]


def _source(git: Git, branch: str, url: str) -> dict[str, str]:
    head = git.read("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}^{{commit}}" if branch else "HEAD^{commit}")
    if head is None:
        raise Stop(REFUSED, f"there is no branch {branch} with a commit" if branch else "the repository has no commit yet")
    current = git.read("symbolic-ref", "HEAD") or ""
    return {"url": url, "commit": head, "branch": branch or (current[len("refs/heads/") :] if current.startswith("refs/heads/") else "")}


def _of_path(path: Path, branch: str) -> tuple[dict[str, str], Files]:
    if not path.is_dir():
        raise Stop(REFUSED, f"{path} is not a folder")
    git = Git(path)
    if git.refusal():
        if (path / ".git").exists() or branch:
            raise Stop(REFUSED, f"{path} is not a git repository ({git.refusal()})")
        return {"url": "", "commit": "", "branch": ""}, repository.of_folder(path)
    inside = git.read("rev-parse", "--show-prefix")
    if inside:
        return {"url": "", "commit": "", "branch": ""}, repository.of_folder(path)
    source = _source(git, branch, _origin(git))
    return source, repository.of_commit(git, source["commit"])


def _origin(git: Git) -> str:
    """The address of the clone, without a login."""
    url = git.read("config", "--get", "remote.origin.url") or ""
    return re.sub(r"^(https://)[^/]*@", r"\1", url)


def _environment_name(repository_name: str) -> str:
    base = re.sub(r"\.git$", "", repository_name.rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1]).lower()
    return (re.sub(r"[^a-z0-9]+", "-", base).strip("-")[:28] or "robot") + ".local"


def _completed(found: dict[str, Any], source: dict[str, str], name: str, schema: Schema) -> tuple[dict[str, Any], dict[str, str]]:
    """The file with its first fields, in the order of the files that exist."""
    first: dict[str, Any] = {"environment": name}
    reasons: dict[str, str] = {}
    if source["url"] and not schema.refusals({"repository_url": source["url"]}):
        first["repository_url"], reasons["repository_url"] = source["url"], "the address of this repository"
    else:
        found["not_known"].insert(
            0,
            "repository_url: this folder has no origin that the deployer can reach. scripts/local deploys a folder with --repository PATH; on "
            "AWS, set it to an https or ssh address",
        )
    if source["branch"] and not schema.refusals({"branch": source["branch"]}):
        first["branch"], reasons["branch"] = source["branch"], "the branch of this commit"
    if not source["commit"]:
        found["cannot"].insert(0, "the folder is not a git repository of its own; a deploy uses a commit. Make one: git init, git add --all, git commit")
    values, reasons = {**first, **found["file"]}, {**reasons, **found["reasons"]}
    return {one: values[one] for one in _ORDER if one in values}, {one: reasons[one] for one in _ORDER if one in reasons}


def report(found: dict[str, Any], source: dict[str, str], spelled: str, program: str, folder: str) -> list[str]:
    name = found["environment"]
    lines = [f"{name}: {_shown(source['url'] or spelled)}" + (f", commit {source['commit'][:7]}" if source["commit"] else "")]
    for title, entries in (
        ("values", [f"{field}: {found['file'][field]}: {reason}" if isinstance(found["file"][field], (str, int)) else f"{field}: {reason}"
                    for field, reason in found["reasons"].items() if field in found["file"]]),
        ("notes", found["notes"]), ("to do", found["cannot"]), ("not known", found["not_known"]),
    ):  # fmt: skip
        if entries:
            lines.append(title)
            lines += [
                line
                for entry in entries
                for line in textwrap.wrap(entry, _WIDTH, initial_indent="  - ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
            ]
    lines.append("next")
    lines.append(f"  - save it: {program} adopt-robot {_shown(spelled)} --environment {name} >{folder}/{name}.json")
    lines.append(
        f"  - see what a deploy would do: {program} plan " + (f"--environment {name} --repository {_shown(spelled)}" if program.endswith("local") else name)
    )
    return lines


def advice(program: str, environment: str, place: Optional[str], folder: str) -> str:
    """The command that writes an environment's file."""
    return f"write its file: {program} adopt-robot {_shown(place) if place else 'PATH|URL'} --environment {environment} >{folder}/{environment}.json"
