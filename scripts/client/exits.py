"""Exit codes, and the exception that ends a command with one."""

from __future__ import annotations

DONE = 0  # done, or nothing to do
FAILED = 1  # failed or refused: what served before still serves, or nothing is half there
REFUSED = 2  # the request or the usage is wrong; nothing was touched
PERSON_NEEDED = 3  # the rollback failed, or the outcome is unknown
UNFIT = 5  # this machine cannot run it
INTERRUPTED = 130  # the execution continues

HELP = """\
Exit codes: 0 done, or nothing to do; 1 failed or refused, what served before still serves; 2 the request or the usage is
wrong, nothing was touched; 3 a person is needed; 5 this machine cannot run it; 130 interrupted, the execution continues."""


class Stop(Exception):
    """Ends the command with an exit code and a message for the user; an empty message prints nothing."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Interrupted(BaseException):
    """Ctrl-C, or a job that is cancelled. Not an Exception: no handler of errors may catch it."""
