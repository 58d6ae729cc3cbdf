"""program-versions: publishes an unpacked version of the host program and removes versions that nothing uses.

A version is in its place whole, compiled and on the disk, or not at all. It runs from the folder where it was unpacked.
"""

from __future__ import annotations

import compileall
import os
import shutil
import sys
import time
from pathlib import Path

from robothost.system import System

# So many versions besides those in use: a late command of an execution that still runs finds its own.
KEPT = 3
# Programs beside the versions. Each runs the version that wrote it.
PROGRAMS = ("settle", "crash", "ship", "export_env")
ABANDONED_SECONDS = 86_400


def publish(store: Path, version: str) -> None:
    """ValueError when a module does not compile."""
    unfinished, target = store / "versions" / ("." + version), store / "versions" / version
    # Their paths in a traceback are those of the version.
    if not compileall.compile_dir(unfinished, ddir=str(target), quiet=2):
        raise ValueError("its modules do not compile with Python %d.%d" % sys.version_info[:2])
    sync(unfinished)
    os.rename(unfinished, target)
    sync_one(target.parent)
    shutil.rmtree(store / "parts" / version)


def sync(folder: Path) -> None:
    """All of its file system, in one call instead of one for each file."""
    done = System().run("sync", "--file-system", str(folder))
    if done.code:
        raise OSError(done.errors.strip())


def sync_one(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_unused(store: Path) -> None:
    """A version stays that a process runs, that a program beside the versions names, or that is among the newest."""
    versions = [one for one in (store / "versions").iterdir() if not one.name.startswith(".")]
    versions.sort(key=lambda one: one.stat().st_mtime, reverse=True)
    names = in_use(store)
    for old in versions[KEPT:]:
        if old.name not in names:
            shutil.rmtree(old)


def remove_abandoned(store: Path) -> None:
    """Parts of a version whose installation began a day ago and never ended."""
    for folder in (store / "parts").iterdir():
        if folder.stat().st_mtime < time.time() - ABANDONED_SECONDS:
            shutil.rmtree(folder)


def in_use(store: Path) -> str:
    """The texts that may name a version."""
    texts = []
    for file in [*(store / name for name in PROGRAMS), *Path("/proc").glob("[0-9]*/cmdline")]:
        try:
            texts.append(file.read_bytes().decode(errors="replace"))
        except OSError:
            continue  # The process has ended, or the program was never installed.
    return "\n".join(texts)


def main(store: str, version: str) -> None:
    try:
        publish(Path(store), version)
        remove_unused(Path(store))
        remove_abandoned(Path(store))
    except (OSError, ValueError) as problem:
        sys.exit(str(problem))
