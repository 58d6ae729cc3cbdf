"""Unpacks the stored parts of a version of the host program and removes versions that nothing uses.

The archive is a zip file without compression, compressed as a whole by bzip2; its SHA-256 is the version. The version's
folder is renamed into its place when all of it is on the disk.
"""
import bz2
import compileall
import hashlib
import io
import os
import shutil
import sys
import time
import zipfile
from pathlib import Path

KEPT = 3
"""So many versions besides those in use: a late command of an execution that still runs finds its own."""

PROGRAMS = ("settle", "crash", "ship")
"""Programs beside the versions. Each runs the version that wrote it."""


def unpack(store: Path, version: str, parts: int) -> None:
    """Raises ValueError when the parts are not those of the version; they are removed then."""
    folder = store / "parts" / version
    archive = b"".join((folder / str(k)).read_bytes() for k in range(1, parts + 1))
    if hashlib.sha256(archive).hexdigest() != version:
        shutil.rmtree(folder)
        raise ValueError("its parts do not have the SHA-256 " + version)
    target = store / "versions" / version
    unfinished = store / "versions" / ("." + version)
    shutil.rmtree(unfinished, ignore_errors=True)
    with zipfile.ZipFile(io.BytesIO(bz2.decompress(archive))) as files:
        for name in files.namelist():
            write(unfinished / name, files.read(name))
    # Their paths in a traceback are those of the version.
    if not compileall.compile_dir(unfinished, ddir=str(target), quiet=2):
        raise ValueError("its modules do not compile: Python %d.%d is older than 3.9" % sys.version_info[:2])
    sync(unfinished)
    os.rename(unfinished, target)
    sync(target.parent)
    shutil.rmtree(folder)


def write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def sync(folder: Path) -> None:
    """Everything below the folder, and the folder."""
    for place, _, files in os.walk(folder):
        for path in [*(os.path.join(place, name) for name in files), place]:
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def remove_unused(store: Path) -> None:
    """A version stays that a process runs, that a program beside the versions names, or that is among the newest."""
    versions = sorted((one for one in (store / "versions").iterdir() if not one.name.startswith(".")), key=lambda one: one.stat().st_mtime, reverse=True)
    names = in_use(store)
    for old in versions[KEPT:]:
        if old.name not in names:
            shutil.rmtree(old)


def remove_abandoned(store: Path) -> None:
    """Parts of a version whose installation began a day ago and never ended."""
    for folder in (store / "parts").iterdir():
        if folder.stat().st_mtime < time.time() - 86_400:
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


def main() -> None:
    store, version, parts = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    try:
        unpack(store, version, parts)
        remove_unused(store)
        remove_abandoned(store)
    except (OSError, ValueError, zipfile.BadZipFile) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
