"""builder: runs uv as crypto-robot-build, so that it fills the folder of a new environment; pip where uv cannot be had.

An environment that is built again is first built from the versions and hashes that were recorded; only where that fails, its requirements
are resolved again.
"""

from __future__ import annotations

import os
import re
import sys

from robothost import files, index_login, installed, requirement_files, system_packages
from robothost.build_environment import NO_ENVIRONMENT
from robothost.failures import Failure
from robothost.installation import Installation
from robothost.interpreter import Interpreter
from robothost.isolated import Unit
from robothost.layout import BUILD_USER
from robothost.program import FOLDER
from robothost.system import Ended
from robothost.tasks import Task
from robothost.wanted import Wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List

    from robothost.step import Host

# Of a release: what no build reads.
PRIVATE = (".env", ".deployer-env-base")
MOST_MODULES, LARGEST_SOURCE = 200, 1 << 20


class Work:
    """One environment to build. warnings has what the person must know of it."""

    def __init__(self, host: Host, python: Interpreter, name: str, release: str, settings: Installation, needed: Wanted) -> None:
        self.host, self.python, self.name, self.release = host, python, name, release
        self.settings, self.needed = settings, needed
        self.warnings: List[str] = []
        # The packages with their hashes, as far as the builder knows them.
        self.known: Dict[str, installed.Package] = {}

    def install(self, fresh: str, final: str, before: List[List[str]], empty: Callable[[], None]) -> None:
        """empty makes the folder empty again for a second attempt."""
        if self._uv(fresh, final, before):
            return
        exact = exact_list(before)
        if exact and not self.needed.projects:
            if not self._pip(fresh, final, exact, ["--no-deps"]).code:
                self.known = {one[0]: installed.Package(*one) for one in before}
                return
            self.host.log.write("the recorded versions cannot be installed again: resolving the requirements")
            empty()
        done = self._pip(fresh, final, self.needed.listed, [])
        if done.code:
            raise self._failure(done)

    def _uv(self, fresh: str, final: str, before: List[List[str]]) -> bool:
        """Whether uv has built it. DependencyFailed where uv fails for a reason of the requirements."""
        from robothost import uv, uv_program
        from robothost.index_of_uv import IndexOfUv

        index = IndexOfUv(self.host.layout)
        if self.settings.builder == "pip" or index.trusts_without_check or not uv.can_build(self.needed.listed.text):
            return False
        program = uv_program.program(self.host, index)
        if not program:
            if self.settings.builder == "uv":
                raise Failure("DependencyFailed", "uv cannot be had, and the environment file has \"builder\": \"uv\"; see %s on the instance"
                              % self.host.layout.step_log(self.host.name))
            return False
        build = uv.UvBuild(self, program, index)
        try:
            build.install(fresh, final, before)
            self.known = build.known
            build.warm(fresh, final, scripts(fresh, self.host.request.text("Services")) + modules(self.release, self.settings.directory))
            return True
        except uv.Failed as problem:
            raise self._failure(problem.done, "uv") from None

    def installed(self, environment: str) -> List[installed.Package]:
        """Of an environment that is accepted. A hash counts only for the version that is there."""
        found = []
        for package in installed.found_in(environment):
            known = self.known.get(package.name)
            found.append(known if known and known.version == package.version else package)
        return found

    def _pip(self, fresh: str, final: str, listed: requirement_files.Listed, options: List[str]) -> Ended:
        task = Task(self.host, "build")
        hashes = ["--require-hashes"] if self.settings.require_hashes else []
        path = task.finish({**self._about(final), "requirements": task.write("requirements.txt", listed.text),
                            "constraints": task.write("constraints.txt", listed.constraints), "options": [*hashes, *options]})
        # In the unit it is where it is going to serve.
        return self.unit("pip", task, ["--module", "build_environment", path], ["BindPaths=%s:%s" % (fresh, final)])

    def _about(self, final: str) -> Dict[str, Any]:
        return {"python": self.python.path, "environment": final, "release": self.release,
                "folder": os.path.join(self.release, self.settings.directory) if self.settings.directory else self.release,
                "projects": self.needed.projects, "resolves": self.needed.resolves, "extras": self.needed.extras}

    def unit(self, name: str, task: Task, command: List[str], settings: List[str]) -> Ended:
        """Runs a module of the program as the build user. It sees the release without what is private, and the index."""
        with index_login.IndexSettings(self.host) as index:
            return self.unit_without_index(name, task, command, [*settings, *index.settings])

    def unit_without_index(self, name: str, task: Task, command: List[str], settings: List[str]) -> Ended:
        private = "InaccessiblePaths=" + " ".join("-" + os.path.join(self.release, one) for one in PRIVATE)
        done = Unit(self.host, BUILD_USER, name, [*settings, "BindReadOnlyPaths=" + self.release, private, *task.settings]).run(
            sys.executable, "-IS", FOLDER, *command, is_merged=True)
        output = self.host.redacted(done.output)
        self.host.log.append(output)
        return Ended(done.code, output, "")

    def _failure(self, done: Ended, builder: str = "pip") -> Failure:
        if done.code == NO_ENVIRONMENT:
            return Failure("DependencyFailed", "%s cannot make a virtual environment: %s" % (
                self.python.path, (done.output.splitlines() or [""])[-1]))
        from robothost import index as package_index
        if builder == "uv":
            from robothost.uv_failure import sentence
        else:
            from robothost.pip_failure import sentence
        layout = self.host.layout
        state = package_index.state(self.host.system, index_login.pip_conf(layout), index_login.login(layout))
        reason = sentence(done.output, self.needed.listed, state)
        way_out = system_packages.way_out(reason, ".".join(self.python.version.split(".")[:2]), bool(self.host.system.which("dnf")))
        return Failure("DependencyFailed", reason + way_out)


def scripts(environment: str, services: str) -> List[str]:
    """The modules that the console scripts of the services import, by the form that installers write."""
    found = []
    for name in re.findall(r'"command": ?"([A-Za-z0-9_.-]+)', services):
        try:
            text = files.plain(os.path.join(environment, "bin", name))[:4096].decode("utf-8", "replace")
        except OSError:
            continue
        found += re.findall(r"(?m)^\s*from ([A-Za-z_][A-Za-z0-9_.]{0,100}) import", text)
    return found


def modules(release: str, directory: str) -> List[str]:
    """The top-level modules that the code of a release imports, without running it."""
    import ast

    found: Dict[str, None] = {}
    top = os.path.join(release, directory)
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(one for one in folders if one not in ("venv", "tests", "test", ".git", "docs"))[:50]
        for name in sorted(names):
            path = os.path.join(folder, name)
            if not name.endswith(".py") or os.path.islink(path) or len(found) > MOST_MODULES or os.path.getsize(path) > LARGEST_SOURCE:
                continue
            try:
                with open(path, "rb") as file:
                    nodes = list(ast.walk(ast.parse(file.read())))
            except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            for node in nodes:
                if isinstance(node, ast.Import):
                    found.update((one.name, None) for one in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found[node.module] = None
    return [one for one in found if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]{0,100}", one)][:MOST_MODULES]


def exact_list(before: List[List[str]]) -> requirement_files.Listed:
    """Of what was recorded; empty unless each has the hash of a file of the index. pip and setuptools come with the environment."""
    found = requirement_files.Listed()
    wanted = [one for one in before if one[0] not in ("pip", "setuptools") or one[2]]
    if all(one[2] and one[3] == "index" for one in wanted):
        for number, (name, version, sha256, _) in enumerate(wanted, 1):
            found.add("%s==%s --hash=sha256:%s" % (name, version, sha256), "the record of the environment", number)
    return found
