"""The source of a deploy: the sample, a repository on this machine, or a URL."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from client.exits import REFUSED, Stop
from client.git import Git
from client.robot import dependencies, files
from client.screen import Screen

SAMPLE = "sample"


@dataclass(frozen=True)
class Source:
    """A choice of the command line; path is None for a URL."""

    spelled: str
    path: Optional[Path]

    @property
    def shown(self) -> str:
        """For output, without a login that the URL may contain by mistake."""
        if self.path:
            return self.spelled
        return re.sub(r"[?#].*", "?…", re.sub(r"://(?!git@)[^/]*@", "://…@", self.spelled, count=1), count=1, flags=re.DOTALL)

    @property
    def served_name(self) -> str:
        """A different name for every path."""
        digest = hashlib.sha256(os.fsencode(str(self.path))).hexdigest()[:8]
        return re.sub(r"[^A-Za-z0-9-]", "-", self.path.name if self.path else "") + "-" + digest

    def commit(self) -> dict[str, str]:
        """The branch that a folder has checked out, or its commit if there is no branch, as fields of a request."""
        git = Git(self.path or "")
        # The full name: if a tag has the name of the branch, the short one is ambiguous, and git prints heads/NAME.
        branch = git.read("symbolic-ref", "HEAD")
        if branch and branch.startswith("refs/heads/"):
            return {"branch": branch[len("refs/heads/") :]}
        commit = git.read("rev-parse", "--verify", "HEAD^{commit}")
        return {"revision": commit} if commit else {}

    def revision(self, spelled: str) -> str:
        """The commit of a folder that git resolves this to."""
        if not self.path:
            return spelled
        return Git(self.path).read("rev-parse", "--verify", "--quiet", "--end-of-options", spelled + "^{commit}") or spelled

    def requirements(self, fields: dict[str, object], home: Path) -> str:
        """The requirements that are installed; empty if they are not on this machine."""
        if not self.path:
            return (home / "scripts/sample-app/requirements.txt").read_text()
        commit = fields.get("revision") or (f"refs/heads/{fields['branch']}" if fields.get("branch") else "HEAD")
        git = Git(self.path)
        if git.read("rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}") is None:
            return ""
        return dependencies.judged(files.of_commit(git, str(commit), dependencies.READ), dependencies.with_lists(fields)).text

    def uncommitted(self) -> int:
        """The number of files with uncommitted changes; a deploy uses commits only."""
        if not self.path or not (self.path / ".git").exists():
            return 0
        changed = Git(self.path).read("status", "--porcelain", "-z", "--ignore-submodules=all", "--no-renames") or ""
        return len([entry for entry in changed.split("\0") if entry])


def choose(spelled: str, state: Path, home: Path) -> Source:
    if spelled == SAMPLE:
        return Source(SAMPLE, ensure_sample(home / "scripts/sample-app", state / "repositories/sample-app"))
    if "://" in spelled or re.fullmatch(r"[^/]+@[^/]+:.*", spelled, re.DOTALL) or not spelled.strip():
        # The deployer validates a URL.
        return Source(spelled, None)
    path = Path(os.path.abspath(spelled))
    git = Git(path)
    refusal = git.refusal()
    if refusal:
        raise Stop(REFUSED, f"--repository {spelled}: not a git repository; use a folder or a URL ({refusal})")
    _check_top(git, spelled)
    if git.read("rev-parse", "--is-shallow-repository") == "true":
        raise Stop(
            REFUSED, f"--repository {spelled}: this is a shallow clone, from which git cannot fetch. Complete it: git -C {path} fetch --unshallow"
        )
    return Source(str(path), path)


def _check_top(git: Git, spelled: str) -> None:
    """A folder inside a repository is refused: a deploy uses the whole repository."""
    top = git.read("rev-parse", "--show-toplevel")
    if top is not None:
        if os.path.realpath(top) != os.path.realpath(git.folder):
            raise Stop(REFUSED, f"--repository {spelled}: this is a folder inside the repository {top}; use {top}, since a deploy uses the whole repository")
    elif os.path.realpath(git.read("rev-parse", "--absolute-git-dir") or "") != os.path.realpath(git.folder):
        raise Stop(REFUSED, f"--repository {spelled}: this is a folder inside a git repository; use the repository")


def remembered(state: Path, environment: str) -> str:
    """The source of the last deploy to this environment; at first the sample."""
    try:
        return _memory(state, environment).read_text(encoding="utf-8").strip() or SAMPLE
    except OSError:
        return SAMPLE


def remember(state: Path, environment: str, source: Source) -> None:
    file = _memory(state, environment)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source.spelled + "\n", encoding="utf-8")


def _memory(state: Path, environment: str) -> Path:
    return state / "chosen" / re.sub(r"[^\w.-]", "-", environment, flags=re.ASCII)


def ensure_sample(sample: Path, repository: Path) -> Path:
    """The sample robot as a git repository. A change of the sample becomes a commit; a commit of the user there stays until then."""
    files = sorted(file for file in sample.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(sample)).encode() + b"\0" + file.read_bytes())
    mark, git = repository / ".git/sample-source", Git(repository)
    known = mark.read_text() if mark.exists() else ""
    if known == digest.hexdigest():
        return repository
    repository.mkdir(parents=True, exist_ok=True)
    if not (repository / ".git").exists():
        git.change("init", "--quiet", "--initial-branch=main")
    for file in files:
        target = repository / file.relative_to(sample)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, target)
    git.change("add", "--all")
    if git.read("diff", "--cached", "--quiet") is None:
        subject = "Update the sample" if known else "Start trading"
        who = {f"GIT_{role}_{field}": value for role in ("AUTHOR", "COMMITTER") for field, value in (("NAME", "sample"), ("EMAIL", "sample@localhost"))}
        git.change("commit", "--quiet", "--message", subject, variables=who)
    mark.write_text(digest.hexdigest())
    return repository


def mention_uncommitted(source: Source, screen: Screen) -> None:
    count = source.uncommitted()
    if count:
        files = "1 file has" if count == 1 else f"{count} files have"
        screen.line(f"  note: {files} uncommitted changes in {source.shown}; a deploy uses commits only")
