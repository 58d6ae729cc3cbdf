"""ending: ends a process at its k-th change, or makes that change fail.

A change is a call of the operating system that changes a file or a folder, or a command that changes the machine. They are replaced in
the module os, so every way to a file is counted: changes.py, the log, the flocks, and what the user of the application does.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from typing import Any, Callable, Iterator, List, NamedTuple, Optional
from unittest import mock

from robothost import changes
from robothost.system import Ended

# How the process ends, or how the change fails. DURING: a file is half written, a tree half made. FULL: there is no room from this change
# on until the reserve is given back.
BEFORE, DURING, NO_SPACE, IO_ERROR, FULL = "ended before", "ended during", "ENOSPC", "EIO", "disk full from"
ERRORS = {NO_SPACE: errno.ENOSPC, IO_ERROR: errno.EIO, FULL: errno.ENOSPC}
NEEDS_ROOM = ("open", "write", "mkdir", "symlink", "copyfile", "posix_fallocate")
CALLS = ("rename", "replace", "unlink", "remove", "rmdir", "mkdir", "chmod", "chown", "lchown", "fchmod", "fchown", "symlink", "link", "fsync",
         "truncate", "ftruncate", "utime", "posix_fallocate")


class Killed(BaseException):
    """The process has ended: no code of it runs after this."""


class Fault(NamedTuple):
    kind: str
    change: int


class Ending:
    def __init__(self) -> None:
        self.is_watching = self._is_dead = self._is_full = False
        self._fault: Optional[Fault] = None
        # What the process has changed, in order, and the numbers of those changes that can be half made.
        self.made: List[str] = []
        self.halves: List[int] = []
        self.process = 100

    @contextlib.contextmanager
    def process_with(self, fault: Optional[Fault]) -> Iterator[None]:
        """A process that meets this fault. Its end is Killed."""
        self._fault, self._is_dead, self._is_full, self.is_watching = fault, False, False, True
        self.made, self.halves = [], []
        self.process += 1
        try:
            yield
        finally:
            self.is_watching = False

    @contextlib.contextmanager
    def outside(self) -> Iterator[None]:
        """What another process does meanwhile, such as systemd."""
        was, self.is_watching = self.is_watching, False
        try:
            yield
        finally:
            self.is_watching = was

    def change(self, name: str, place: object, make: Callable[[], Any], half: Optional[Callable[[], Any]] = None) -> Any:
        if not self.is_watching:
            return make()
        if self._is_dead:
            raise Killed
        self.made.append("%s %s" % (name, place))
        if half:
            self.halves.append(len(self.made))
        fault = self._fault
        if name in ("unlink", "remove") and str(place).endswith("/reserve"):
            self._is_full = False
        if fault and fault.change == len(self.made):
            self._is_full = fault.kind == FULL
            if half and fault.kind not in (BEFORE, FULL):
                with self.outside():
                    half()
            if fault.kind in (BEFORE, DURING):
                self._is_dead = True
                raise Killed
            if fault.kind != FULL:
                raise OSError(ERRORS[fault.kind], os.strerror(ERRORS[fault.kind]), place)
        if self._is_full and name in NEEDS_ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), place)
        with self.outside():
            return make()

    def command(self, words: str, make: Callable[[], Optional[Ended]], half: Optional[Callable[[], Any]] = None) -> Ended:
        """A command has no effect where the disk is full."""
        try:
            return self.change("command", words, make, half) or Ended(0, "", "")
        except OSError as error:
            return Ended(1, "", str(error.strerror))

    def patches(self) -> Iterator[Any]:
        for name in CALLS:
            yield mock.patch.object(os, name, self._counted(name, getattr(os, name)))
        yield mock.patch.object(os, "open", self._opening(os.open))
        yield mock.patch.object(os, "write", self._writing(os.write))
        yield mock.patch.object(os, "getpid", lambda: self.process)
        yield mock.patch.object(shutil, "copyfile", self._copying(shutil.copyfile))
        yield mock.patch.object(tempfile, "mkdtemp", self._make_folder)
        yield mock.patch.object(changes, "open", self._open_file, create=True)

    def _counted(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*words: Any, **options: Any) -> Any:
            return self.change(name, words[-1] if name in ("rename", "symlink", "link") else words[0], lambda: call(*words, **options))

        return counted

    def _opening(self, call: Callable[..., int]) -> Callable[..., int]:
        def opening(path: Any, flags: int, *words: Any, **options: Any) -> int:
            if not flags & (os.O_CREAT | os.O_TRUNC) or (os.path.exists(path) and not flags & os.O_TRUNC):
                return call(path, flags, *words, **options)
            found: int = self.change("open", path, lambda: call(path, flags, *words, **options))
            return found

        return opening

    def _writing(self, call: Callable[[int, Any], int]) -> Callable[[int, Any], int]:
        def writing(descriptor: int, data: Any) -> int:
            found: int = self.change("write", "", lambda: call(descriptor, data), lambda: call(descriptor, data[:len(data) // 2]))
            return found

        return writing

    def _copying(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def half(source: str, path: str) -> None:
            with open(source, "rb") as file:
                content = file.read()
            with open(path, "wb") as file:
                file.write(content[:len(content) // 2])

        def copying(source: str, path: str, **options: Any) -> Any:
            return self.change("copyfile", path, lambda: call(source, path, **options), lambda: half(source, path))

        return copying

    def _make_folder(self, suffix: str = "", prefix: str = "", dir: str = "") -> str:
        """tempfile's names are random."""
        path = os.path.join(dir, prefix + str(self.process) + suffix)
        os.mkdir(path, 0o700)
        return path

    def _open_file(self, *words: Any, **options: Any) -> Any:
        return File(self, open(*words, **options))


class File:
    """Counts what is written to a file."""

    def __init__(self, ending: Ending, file: Any) -> None:
        self._ending, self._file = ending, file

    def __enter__(self) -> File:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, text: Any) -> None:
        def writes(part: Any) -> None:
            self._file.write(part)
            self._file.flush()

        self._ending.change("write", "", lambda: writes(text), lambda: writes(text[:len(text) // 2]))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
