"""Exit codes, and the exception that ends a command with one."""

from __future__ import annotations

DONE = 0  # done, or nothing to do
FAILED = 1  # failed, refused or unhealthy
REFUSED = 2  # the request or the command line is invalid; nothing was changed
PERSON_NEEDED = 3  # the rollback failed, or the outcome is unknown
UNFIT = 5  # this machine cannot run it
INTERRUPTED = 130  # the execution continues

HELP = """\
Exit codes: 0 done, or nothing to do; 1 failed, refused or unhealthy; 2 the request or the command line is invalid, nothing
was changed; 3 manual intervention required; 5 this machine cannot run it; 130 interrupted, the execution continues."""


class Stop(Exception):
    """Ends the command with an exit code and a message for the user; an empty message prints nothing."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Interrupted(BaseException):
    """Ctrl-C, or a cancelled job. It is not an Exception, so that no error handler catches it."""
