"""log: the log of a step, for root. It is put aside each day or at 1 MB, and removed after 30 days."""

from __future__ import annotations

import os
import stat
import time

from robothost.layout import Layout
from robothost.system import System, stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO

LARGEST, OLDEST = 1_000_000, 30 * 86400


class StepLog:
    """Before open only stderr gets the lines: the log's place comes with the request, which must be checked first."""

    def __init__(self, step: str, system: System, errors: IO[bytes]) -> None:
        self._step, self._system, self._errors = step, system, errors
        self._path = ""
        self._is_prepared = False

    def write(self, text: str) -> None:
        """One line, to stderr and the log. What another program printed must be redacted before."""
        line = "%s %s: %s\n" % (stamp(self._system.now()), self._step, text)
        data = line.encode("utf-8", "replace")
        try:
            self._errors.write(data)
            self._errors.flush()
        except OSError:
            pass
        self._add(data)

    def append(self, text: str) -> None:
        """What another program printed, redacted; only to the log."""
        if text:
            self._add((text if text.endswith("\n") else text + "\n").encode("utf-8", "replace"))

    def _add(self, data: bytes) -> None:
        if not self._path:
            return
        # A log that cannot be written is no failure of the step.
        try:
            if not self._is_prepared:
                self._is_prepared = True
                self._prepare(self._path)
            with open(os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW), "ab") as file:
                file.write(data)
        except OSError:
            pass

    def open(self, layout: Layout) -> None:
        if os.path.isdir(layout.logs):
            self._path = layout.step_log(self._step)

    def _prepare(self, path: str) -> None:
        if os.path.isfile(path) and not os.path.islink(path):
            self._put_aside(path)
        if not os.path.lexists(path):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

    def _put_aside(self, path: str) -> None:
        now, status = self._system.now(), os.stat(path)
        changed = time.strftime("%Y-%m-%d", time.gmtime(status.st_mtime))
        if status.st_size <= LARGEST and changed == stamp(now)[:10]:
            return
        os.rename(path, "%s.%s-%s" % (path, changed, time.strftime("%H%M%S", time.gmtime(now))))
        for entry in os.scandir(os.path.dirname(path)):
            found = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(found.st_mode) and found.st_mtime < now - OLDEST:
                os.unlink(entry.path)
