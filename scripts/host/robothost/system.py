"""system: the way to everything outside of this process but files: programs, the clock, the journal. Tests give a fake."""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, Iterator, List, Mapping, Optional

# Of the programs that a step starts.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

NOT_STARTED = 127


class Ended:
    """How a program ended: its exit code, NOT_STARTED where it cannot be started, and what it printed."""

    def __init__(self, code: int, output: str, errors: str) -> None:
        self.code, self.output, self.errors = code, output, errors


class System:
    def run(self, *command: str, text: str = "", timeout: Optional[float] = None, variables: Optional[Mapping[str, str]] = None) -> Ended:
        """Runs a program to its end, text as its stdin; variables are added to the environment. Code 124 after the timeout."""
        import subprocess

        try:
            done = subprocess.run(command, input=text.encode("utf-8", "surrogateescape"), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  timeout=timeout, env=self._environment(variables), check=False)
        except subprocess.TimeoutExpired:
            return Ended(124, "", "%s did not end within %s s" % (command[0], timeout))
        except OSError as error:
            return Ended(NOT_STARTED, "", "%s: %s" % (command[0], error.strerror))
        return Ended(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))

    def run_to_files(self, folder: str, *command: str, is_merged: bool = False) -> Ended:
        """Runs a program that gets no stdin. What it prints goes to files without a name in this folder, whose file system limits it; with
        is_merged errors are in the output, in their order."""
        import subprocess
        import tempfile

        with tempfile.TemporaryFile(dir=folder) as output, tempfile.TemporaryFile(dir=folder) as errors:
            try:
                done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT if is_merged else errors,
                                      env=self._environment(None), check=False)
            except OSError as error:
                return Ended(NOT_STARTED, "", "%s: %s" % (command[0], error.strerror))
            texts = []
            for file in (output, errors):
                file.seek(0)
                texts.append(file.read().decode("utf-8", "replace"))
        return Ended(done.returncode, *texts)

    def which(self, program: str) -> str:
        """The path of a program on PATH, or nothing."""
        for folder in PATH.split(":"):
            path = os.path.join(folder, program)
            if os.access(path, os.X_OK) and os.path.isfile(path):
                return path
        return ""

    def is_own_interpreter(self, path: str) -> bool:
        """Whether it runs this step: no second process is needed to examine it."""
        return os.path.realpath(path) == os.path.realpath(sys.executable)

    def programs(self, start: str) -> List[str]:
        """The names of the programs on PATH that begin so."""
        folders = [folder for folder in PATH.split(":") if os.path.isdir(folder)]
        return sorted({name for folder in folders for name in os.listdir(folder) if name.startswith(start) and self.which(name)})

    def free_bytes(self, path: str) -> int:
        """Of the file system that holds path, for others than root."""
        found = os.statvfs(path)
        return found.f_bavail * found.f_frsize

    def call(self, *command: str) -> int:
        """The exit code of a program that gets no stdin and whose output goes to stderr; NOT_STARTED where it cannot be started. Costs less
        than run, which loads subprocess."""
        files = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_DUP2, 2, 1)]
        try:
            program = os.posix_spawnp(command[0], command, self._environment(None), file_actions=files)
        except OSError:
            return NOT_STARTED
        status = os.waitpid(program, 0)[1]
        return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)

    def act_as(self, user: int, group: int, action: Callable[[], None]) -> str:
        """Runs a function as another user, in a process of its own without a privilege. Returns why it failed, or nothing. It must
        start no program: the kernel lets no process of that user trace or write to one that changed its user (dumpable is 0), until
        it executes a program."""
        if user <= 0 or group <= 0:
            # -1 would leave the process root.
            raise ValueError("user %d is not another user" % user)
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            reason = b""
            try:
                os.setgroups([])
                os.setresgid(group, group, group)
                os.setresuid(user, user, user)
                action()
            except BaseException as problem:
                reason = (str(problem) or type(problem).__name__).encode("utf-8", "replace")
            finally:
                os.write(writer, reason[:4000])
                os._exit(1 if reason else 0)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            reason = pipe.read()
        ended = os.waitpid(child, 0)[1]
        return reason.decode("utf-8", "replace") or ("ended with status %d" % ended if ended else "")

    def lines(self, *command: str) -> Iterator[bytes]:
        """The lines that a program prints, one by one. The program is ended when the caller wants no more."""
        import subprocess

        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self._environment(None)) as program:
            try:
                assert program.stdout is not None
                yield from program.stdout
            finally:
                program.kill()

    def head(self, most: int, *command: str) -> str:
        """The first characters that a program prints, of at most so many bytes. The program is ended when it prints more."""
        import subprocess

        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self._environment(None)) as program:
            try:
                assert program.stdout is not None
                return program.stdout.read(most).decode("utf-8", "replace")
            finally:
                program.kill()

    def _environment(self, variables: Optional[Mapping[str, str]]) -> Dict[str, str]:
        return {**os.environ, "PATH": PATH, "LC_ALL": "C.UTF-8", **(variables or {})}

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def uptime(self) -> float:
        """Seconds since the boot, as systemd counts them."""
        return time.clock_gettime(time.CLOCK_MONOTONIC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def write_journal(self, text: str, error: bool = False) -> None:
        import syslog

        syslog.openlog("crypto-robot-deployer")
        syslog.syslog(syslog.LOG_USER | (syslog.LOG_ERR if error else syslog.LOG_NOTICE), text)


def stamp(seconds: float) -> str:
    """2026-01-31T23:59:59Z"""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
