"""Exit codes, and the exception that ends a command with one."""

from __future__ import annotations

DONE = 0
FAILED = 1
REFUSED = 2
PERSON_NEEDED = 3  # also: the outcome is unknown
UNFIT = 5
INTERRUPTED = 130

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
