"""Creates a branch of the robot's repository without its Docker files and workflows.

The branch "without-docker" gets one commit on top of HEAD; nothing else changes: not the branch that is checked out, not the
working tree, not the index, and nothing is pushed. The commit removes Dockerfile*, docker-compose*.yml, compose*.yml, .dockerignore,
the workflow build-robot-image.yml, and workflows in which every job only uses docker. Other files that mention docker are listed.
"""

from __future__ import annotations

import os
import re
import tempfile

from client.exits import FAILED, REFUSED, Stop
from client.git import Git
from client.screen import Screen

PROPOSED = "without-docker"
_DOCKER_FILE = re.compile(
    r"Dockerfile(\..*)?|.*\.Dockerfile|\.dockerignore|docker-compose.*\.ya?ml|compose(\..*)?\.ya?ml", re.DOTALL
)
_STEP = re.compile(r"(?m)^\s*-\s+(?=(?:name|uses|run|id|if|with|env)\s*:)")
_USES = re.compile(r"(?m)^\s*uses\s*:\s*['\"]?([^\s'\"]+)")
_RUN = re.compile(
    r"(?ms)(?:^|\n)\s*run\s*:\s*(?:[|>][+-]?\s*\n)?(.*?)(?=\n\s*(?:name|env|with|if|shell|working-directory)\s*:|\Z)"
)
_DOCKER_COMMAND = re.compile(r"(sudo\s+)?(docker|docker-compose)\s")


def propose(path: str, screen: Screen) -> None:
    git = Git(path)
    refusal = git.refusal()
    if refusal:
        raise Stop(REFUSED, f"{path} is not a git repository ({refusal})")
    head = git.read("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if head is None:
        raise Stop(REFUSED, f"{path} has no commit yet")
    if git.read("show-ref", "--verify", "--quiet", f"refs/heads/{PROPOSED}") is not None:
        raise Stop(FAILED, f"there is a branch {PROPOSED} in {path} already; review it, then rename or delete it")
    files = (git.read("ls-tree", "-r", "-z", "--name-only", "--full-tree", head) or "").split("\0")
    gone = [file for file in files if file and _is_of_docker(git, head, file)]
    if not gone:
        screen.line(f"no Docker file in {path}; nothing was changed")
        return
    commit = _commit(git, head, gone)
    short = git.read("rev-parse", "--short", head)
    screen.line(f"created branch {PROPOSED} in {path}, one commit on {short}:")
    for file in gone:
        screen.line(f"  removed    {file}")
    mentions = git.read("grep", "-z", "-l", "-i", "-I", "-w", "docker", commit, "--") or ""
    for file in filter(None, mentions.split("\0")):
        screen.line(f"  mentions   {file[len(commit) + 1 :]}: review it by hand")
    screen.line(f"nothing was pushed; review it: git -C {path} diff {short} {PROPOSED}")


def _commit(git: Git, head: str, gone: list[str]) -> str:
    # A separate index: staged changes of the user stay unchanged.
    with tempfile.TemporaryDirectory() as folder:
        own = {"GIT_INDEX_FILE": os.path.join(folder, "index")}
        git.share(folder)
        git.change("read-tree", head, variables=own)
        removed = "".join(f"0 {'0' * len(head)}\t{file}\0" for file in gone)
        git.change("update-index", "-z", "--index-info", stdin=removed, variables=own)
        tree = git.change("write-tree", variables=own)
    subject, body = "Remove Docker", "The robot runs from git under systemd; no image is built."
    commit = git.read("commit-tree", tree, "-p", head, "-m", subject, "-m", body, identity=True)
    if not commit:
        raise Stop(FAILED, "git could not create the commit; are user.name and user.email set?")
    git.change("update-ref", "-m", "operate migrate-repository", f"refs/heads/{PROPOSED}", commit, "")
    return commit


def _is_of_docker(git: Git, commit: str, file: str) -> bool:
    if _DOCKER_FILE.fullmatch(file.rsplit("/", 1)[-1]):
        return True
    if file == ".github/workflows/build-robot-image.yml":
        return True
    if re.fullmatch(r"\.github/workflows/[^/]*\.ya?ml", file):
        return _does_only_docker(git.read("cat-file", "blob", f"{commit}:{file}") or "")
    return False


def _does_only_docker(workflow: str) -> bool:
    """Whether every step is an action of docker or a docker command. A checkout does not count."""
    does = []
    for step in _STEP.split(workflow)[1:]:
        uses, run = _USES.search(step), _RUN.search(step)
        if uses and not uses.group(1).startswith("actions/checkout@"):
            does.append(uses.group(1).startswith("docker/"))
        elif run:
            commands = [line.strip() for line in run.group(1).splitlines() if line.strip() and not line.strip().startswith("#")]
            does.append(bool(commands) and all(_DOCKER_COMMAND.match(command) for command in commands))
    return bool(does) and all(does)
