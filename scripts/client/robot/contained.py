"""Runs a function on the files of a stranger in a child process: with little time and memory, and, for root, as another user.

Python's own parser can be made to need all memory or to crash; then the child ends, and the command reports it.
"""

from __future__ import annotations

import json
import os
import pwd
import resource
from typing import Any, Callable

from client.exits import FAILED, Stop
from client.screen import printable

_SECONDS = 60
_MEMORY = 2 << 30


def contained(function: Callable[[], Any]) -> Any:
    """The JSON value that the function returns."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(out)
            _give_up_rights()
            answer = json.dumps(function())
            with os.fdopen(into, "w", encoding="utf-8") as pipe:
                pipe.write(answer)
            code = 0
        except BaseException as e:  # noqa: B036 the child must not return
            os.write(2, f"adopt-robot: {type(e).__name__}: {printable(str(e)[:200])}\n".encode("utf-8", "replace"))
        finally:
            os._exit(code)
    os.close(into)
    with os.fdopen(out, encoding="utf-8") as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise Stop(FAILED, f"the files of this repository cannot be examined: {_ended(status)}")
    return json.loads(text)


def _give_up_rights() -> None:
    for limit, most in ((resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(limit, (most, most))
        except (OSError, ValueError):
            pass  # not every system has each limit
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)


def _ended(status: int) -> str:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return f"the examination was ended by signal {number}" + (f" after {_SECONDS} s of processor time" if number in (9, 24) else "")
    return "the examination failed, see above"
