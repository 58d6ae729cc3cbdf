"""uv: builds an environment with uv, in units of the build user: resolve, bring, install, warm.

The versions are resolved without running anything of a package where all packages have wheels. Otherwise build backends run while uv
resolves, and what that unit wrote is not believed: the hashes are taken from the index again, by a unit in which only uv runs. Wheels that
are missing are downloaded by another unit, and root keeps those that have their hash, see store.py. uv installs from these.
"""

from __future__ import annotations

import os
import re
import sys

from robothost import changes, files, index_login, isolated, requirements, store, wheels
from robothost.index_of_uv import IndexOfUv
from robothost.installed import Package, normal
from robothost.isolated import Unit
from robothost.layout import BUILD_USER
from robothost.program import FOLDER
from robothost.system import Ended
from robothost.tasks import INSIDE, Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Set

    from robothost.builder import Work
    from robothost.step import Host

# uv has no such option, or takes it otherwise than pip.
OF_PIP_ALONE = re.compile(r"(?m)^\s*(--prefer-binary|--pre|-f\s|--find-links)")
OUTPUT = "/run/crypto-robot-output"
LARGEST_LOCK = 16 << 20
WARM_SECONDS = 60


class Failed(Exception):
    """What uv printed, with its exit code."""

    def __init__(self, done: Ended) -> None:
        super().__init__(done.output)
        self.done = done


def can_build(text: str) -> bool:
    """Whether uv reads this list as pip does. A local archive is pip's too."""
    return not OF_PIP_ALONE.search(text) and not any(True for _ in requirements.local_files(text))


class UvBuild:
    """One environment. known has the packages with their hashes when install has ended."""

    def __init__(self, work: Work, program: str, index: IndexOfUv) -> None:
        self._work, self._host, self._program, self._index = work, work.host, program, index
        self.known: Dict[str, Package] = {}

    def install(self, fresh: str, final: str, before: List[List[str]]) -> None:
        """Failed where uv fails."""
        resolved = self._recorded(before) or self._resolve()
        if resolved.mismatched:
            raise Failed(Ended(4, "error: Hash mismatch: no file of the index has a hash of `%s`" % resolved.mismatched[0], ""))
        missing = [wheel for wheel in resolved.wheels if not store.path_of(self._host.layout, wheel.package.sha256)]
        if missing:
            self._bring(missing)
        for wheel in resolved.wheels:
            store.used(self._host.layout, wheel.package.sha256)
        self._install(fresh, final, resolved)
        store.bound(self._host.layout, [wheel.package.sha256 for wheel in resolved.wheels])
        self.known = {one.name: one for one in resolved.packages()}

    def _recorded(self, before: List[List[str]]) -> Optional[wheels.Resolved]:
        """What the environment had, if root has each of its files: this needs no index."""
        layout, needed = self._host.layout, self._work.needed
        own = {normal(os.path.basename(project)) for project in needed.projects}
        packages = [Package(*one) for one in before if one[0] not in ("pip", "setuptools") or one[2]]
        if not packages or own or any(one.source != "index" or not store.path_of(layout, one.sha256) for one in packages):
            return None
        found = wheels.Resolved()
        found.wheels = [wheels.Wheel(one, "", os.path.basename(store.path_of(layout, one.sha256))) for one in packages]
        return found

    def _allowed(self) -> Dict[str, Set[str]]:
        """The hashes that the list names."""
        found: Dict[str, Set[str]] = {}
        for _, line in requirements.logical_lines(self._work.needed.listed.text):
            hashes = re.findall(r"--hash[= ]sha256:([0-9a-fA-F]{64})", line)
            if hashes:
                found.setdefault(normal(re.split(r"[^A-Za-z0-9._-]", line)[0]), set()).update(one.lower() for one in hashes)
        return found

    def _resolve(self) -> wheels.Resolved:
        needed = self._work.needed
        if not needed.listed.number and not needed.resolves:
            return wheels.Resolved()
        if not needed.resolves:
            done = self._lock(needed.listed.text, needed.listed.constraints, True, needed.has_hashes, [])
            if isinstance(done, str):
                return self._read(done)
            if "no usable wheels" not in done.output and "no-build" not in done.output:
                raise Failed(done)
        done = self._lock(needed.listed.text, needed.listed.constraints, False, needed.has_hashes, needed.extras)
        if not isinstance(done, str):
            raise Failed(done)
        # A build backend may have written this: only its choice of versions counts.
        chosen = self._read(done)
        # A file that root has was vouched for when it was kept.
        kept = [one for one in chosen.wheels if os.path.basename(store.path_of(self._host.layout, one.package.sha256)) == one.name]
        unknown = [one for one in chosen.wheels if one not in kept]
        if not unknown:
            return chosen
        pins = "".join("%s==%s\n" % (one.package.name, one.package.version) for one in unknown)
        done = self._lock(pins, "", True, True, [])
        if not isinstance(done, str):
            raise Failed(done)
        confirmed = self._read(done)
        chosen.wheels = kept + confirmed.wheels
        chosen.lines += confirmed.lines
        chosen.others += confirmed.others
        chosen.mismatched += confirmed.mismatched
        return chosen

    def _read(self, text: str) -> wheels.Resolved:
        try:
            return wheels.resolved(text, self._work.python.version, self._allowed())
        except wheels.Unreadable as problem:
            raise Failed(Ended(4, "error: what uv resolved cannot be used: %s" % problem, "")) from None

    def _lock(self, text: str, constraints: str, is_without_builds: bool, is_complete: bool, extras: List[str]) -> Any:
        """The text of the pylock.toml, or how uv ended."""
        with_project = self._work.needed.resolves and not is_without_builds
        task, output = Task(self._host, "build"), output_of(self._host)
        text = re.sub(r"(?m)(\s*\\\n)?\s*--hash[= ]\S+", "", text) if "--hash" in text else text
        path = task.finish({**self._about("resolve"), "requirements": task.write("requirements.txt", text), "extras": extras,
                            "constraints": task.write("constraints.txt", constraints), "resolves": with_project, "no_build": is_without_builds,
                            "no_deps": is_complete, "output": OUTPUT})
        done = self._unit("uv-resolve", task, path, ["BindPaths=%s:%s" % (output, OUTPUT)])
        if done.code:
            return done
        try:
            found = files.plain(os.path.join(output, "pylock.toml"))[:LARGEST_LOCK].decode("utf-8", "replace")
        except OSError as problem:
            raise Failed(Ended(4, "error: uv wrote no result: %s" % problem.strerror, "")) from None
        finally:
            changes.remove_tree(output)
        return found

    def _bring(self, missing: List[wheels.Wheel]) -> None:
        names = {wheel.name: wheel.package.sha256 for wheel in missing}
        bring(self._host, self._index, {wheel.name: wheel.url for wheel in missing}, names)

    def _install(self, fresh: str, final: str, resolved: wheels.Resolved) -> None:
        layout, needed, task = self._host.layout, self._work.needed, Task(self._host, "build")
        if resolved.wheels:
            changes.make_folder(os.path.join(task.folder, "wheels"), 0o755)
        for wheel in resolved.wheels:
            changes.make_link(store.path_of(layout, wheel.package.sha256), os.path.join(task.folder, "wheels", wheel.name))
        lines = [wheel.line() for wheel in resolved.wheels] + resolved.lines
        path = task.finish({**self._about("install"), "environment": final, "projects": needed.projects, "offline": not resolved.lines,
                            "requirements": task.write("requirements.txt", "".join(line + "\n" for line in lines)),
                            "wheels": os.path.join(INSIDE, "wheels") if resolved.wheels else ""})
        done = self._unit("uv-install", task, path, ["BindPaths=%s:%s" % (fresh, final)])
        if done.code:
            raise Failed(done)

    def warm(self, fresh: str, final: str, modules: List[str]) -> None:
        """The environment is read-only for the robot, so that the bytecode of what it imports at its start must exist."""
        task = Task(self._host, "build")
        path = task.finish({**self._about("warm"), "environment": final, "modules": modules, "seconds": WARM_SECONDS})
        self._work.unit_without_index("uv-warm", task, ["--module", "uv_build", path], ["BindPaths=%s:%s" % (fresh, final), "PrivateNetwork=yes"])

    def _about(self, phase: str) -> Dict[str, Any]:
        release, directory = self._work.release, self._work.settings.directory
        return {"phase": phase, "uv": self._program, "python": self._work.python.path, "release": release, "projects": self._work.needed.projects,
                "folder": os.path.join(release, directory) if directory else release, "variables": self._index.variables, "flags": self._index.flags}

    def _unit(self, name: str, task: Task, path: str, settings: List[str]) -> Ended:
        return self._work.unit(name, task, ["--module", "uv_build", path], settings)


def output_of(host: Host) -> str:
    """An empty folder that the build user fills."""
    folder = os.path.join(host.layout.cache, ".new-%d" % os.getpid())
    files.make_folders(os.path.dirname(folder), 0o755)
    changes.remove_tree(folder)
    changes.make_folder(folder, 0o755)
    changes.set_owner(folder, *host.layout.account(BUILD_USER))
    return folder


def download(host: Host, index: IndexOfUv, addresses: Dict[str, str], output: str) -> None:
    """Failed unless curl brings all of them into this folder; no process of it is left."""
    task = Task(host, "bring")
    path = task.finish({"phase": "bring", "files": addresses, "output": OUTPUT, "curl": index.curl, "variables": index.variables})
    with index_login.IndexSettings(host) as login:
        settings = ["BindPaths=%s:%s" % (output, OUTPUT), *login.settings, *task.settings]
        done = Unit(host, BUILD_USER, "uv-bring", settings).run(sys.executable, "-IS", FOLDER, "--module", "uv_build", path, is_merged=True)
    printed = host.redacted(done.output)
    host.log.append(printed)
    if done.code:
        raise Failed(Ended(done.code, printed or "error: the files cannot be downloaded", ""))
    from robothost.result import processes

    if processes(isolated.prefix(host), host.layout.proc):
        raise Failed(Ended(4, "error: a process of the unit that downloaded files still runs", ""))


def bring(host: Host, index: IndexOfUv, addresses: Dict[str, str], hashes: Dict[str, str]) -> None:
    """Files of an index, kept by root if each has its hash."""
    output = output_of(host)
    try:
        download(host, index, addresses, output)
        wrong = store.keep(host.layout, output, hashes)
    finally:
        changes.remove_tree(output)
    if wrong:
        raise Failed(Ended(4, "error: Hash mismatch for `%s`: the downloaded file does not have the hash that the index names" % wrong[0], ""))
