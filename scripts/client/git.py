"""git in one folder that another user may have filled.

A repository's own configuration can name programs for git to run. So git runs as the folder's owner, without privileges, where
that is not the caller; it fetches no object that the repository lacks (GIT_NO_LAZY_FETCH, and GIT_ALLOW_PROTOCOL for older
versions: `-c protocol.allow=never` is weaker than the repository's own setting); it runs no hook and no file monitor, and reads
no configuration of the system or of a user. A folder with files of several owners is refused by git itself.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Mapping, Optional, Union

from client.exits import FAILED, Stop

_SETTINGS = {"core.hooksPath": "/dev/null", "core.fsmonitor": "false"}


class Git:
    def __init__(self, folder: Union[str, Path]) -> None:
        self.folder = Path(folder)

    def read(self, *arguments: str, identity: bool = False) -> Optional[str]:
        """git's output without the last line break; None when it failed. With `identity` git knows the name and address of its user."""
        done = self._run(arguments, subprocess.DEVNULL, "", {}, identity)
        return None if done.returncode else done.stdout.rstrip("\n")

    def read_bytes(self, *arguments: str, stdin: bytes = b"", most: int = 64 << 20, seconds: float = 60.0) -> Optional[bytes]:
        """git's output; None when it failed, took longer, or printed more: a small repository can list more files than fit on a disk."""
        command, environment = self._command(arguments, False)
        with tempfile.TemporaryFile() as given:
            given.write(stdin)
            given.seek(0)
            try:
                running = subprocess.Popen(command, cwd=self.folder, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
            except OSError as e:
                raise Stop(FAILED, f"git cannot be run in {self.folder}: {e.strerror}") from None
        limit = threading.Timer(seconds, running.kill)
        limit.start()
        with running:
            assert running.stdout
            output = running.stdout.read(most + 1)
            if len(output) > most:
                running.kill()
        limit.cancel()
        limit.join()
        return None if running.returncode or len(output) > most else output

    def change(self, *arguments: str, stdin: str = "", variables: Optional[Mapping[str, str]] = None) -> str:
        """Runs a git command that changes something; its messages go to stderr."""
        done = self._run(arguments, None, stdin, variables or {}, False)
        if done.returncode:
            raise Stop(FAILED, f"git {arguments[0]} failed in {self.folder}")
        return str(done.stdout).rstrip("\n")

    def refusal(self) -> str:
        """Why the folder is not a repository, in the words of git; empty when it is one."""
        if not self.folder.is_dir():
            return "it is not a folder"
        done = self._run(("rev-parse", "--git-dir"), subprocess.STDOUT, "", {}, False)
        return "" if done.returncode == 0 else done.stdout.partition("\n")[0] or f"git exited with {done.returncode}"

    def share(self, path: str) -> None:
        """Makes the user that git runs as the owner of one of our folders."""
        owner = self._other_owner()
        if owner:
            os.chown(path, *owner)

    def _other_owner(self) -> Optional[tuple[int, int]]:
        """The user and group of the folder's owner; None if git runs as the caller."""
        owner = self.folder.stat()
        return None if os.geteuid() != 0 or owner.st_uid == 0 else (owner.st_uid, owner.st_gid)

    def _run(
        self, arguments: tuple[str, ...], errors: Optional[int], stdin: str, variables: Mapping[str, str], identity: bool
    ) -> subprocess.CompletedProcess[str]:
        try:
            command, environment = self._command(arguments, identity)
            return subprocess.run(
                command, cwd=self.folder, input=stdin, stdout=subprocess.PIPE, stderr=errors, encoding="utf-8", errors="surrogateescape",
                env={**environment, **variables},
            )  # fmt: skip
        except OSError as e:
            raise Stop(FAILED, f"git cannot be run in {self.folder}: {e.strerror}") from None

    def _command(self, arguments: tuple[str, ...], identity: bool) -> tuple[list[str], dict[str, str]]:
        """The command and its environment: as the folder's owner if that is not the caller."""
        owner = self._other_owner()
        command = ["git", *arguments]
        if owner:
            command = [
                "setpriv", f"--reuid={owner[0]}", f"--regid={owner[1]}", "--clear-groups", "--no-new-privs", "--inh-caps=-all",
                "--bounding-set=-all", "--", *command,
            ]  # fmt: skip
        return command, _environment(owner[0] if owner else os.geteuid(), identity)


def _environment(user: int, identity: bool) -> dict[str, str]:
    environment = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "HOME": "/nonexistent", "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none", "GIT_OPTIONAL_LOCKS": "0", "GIT_CONFIG_COUNT": str(len(_SETTINGS)),
    }  # fmt: skip
    for number, (name, value) in enumerate(_SETTINGS.items()):
        environment[f"GIT_CONFIG_KEY_{number}"], environment[f"GIT_CONFIG_VALUE_{number}"] = name, value
    if identity:
        try:
            environment["HOME"] = pwd.getpwuid(user).pw_dir
        except KeyError:
            pass
        environment.update({name: value for name, value in os.environ.items() if name.startswith(("GIT_AUTHOR_", "GIT_COMMITTER_"))})
    else:
        environment.update(GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL="/dev/null")
    return environment
