"""fixture: an instance as a folder, and a system whose programs answer what a test wants."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import tempfile
import unittest
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Set, Tuple

from unittest import mock

from robothost import program, step
from robothost.layout import UNIT_MARK, Layout
from robothost.log import StepLog
from robothost.parameters import Request
from robothost.system import NOT_STARTED, Ended, System
from robothost.unit import PREFIX, UNIT
from tests.disk import Disk

HOST = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OLD, NEW = "20260101T000000Z-aaaaaaa", "20260202T000000Z-bbbbbbb"
OWNER = "arn:aws:states:eu-west-1:000000000000:execution:deploy:this"
NOW = 1_780_000_000.0
# What the answer of these steps stands for survives a power cut.
LASTING = ("inject-keys", "inject-certificate", "activate-release", "confirm-release", "roll-back", "discard-release", "release-lock")
ROBOT: Dict[str, Any] = {"name": "crypto-robot", "type": "trading_robot", "command": "python main.py", "enabled": True}
PAGE: Dict[str, Any] = {"name": "crypto-webapp", "type": "web_application", "command": "python app.py", "enabled": True}
# A line of ss.
SOCKET = 'LISTEN 0 128 %s 0.0.0.0:* users:(("python",pid=%d,fd=3))\n'


def keys_of_version(version: str) -> str:
    """The secrets of a request that declares none: the exchange keys, in this version of their secret."""
    names = ("BINANCE_API_KEY", "BINANCE_SECRET_KEY")
    return json.dumps([{"name": "keys", "version": version, "variables": {name: name for name in names}, "required_for_live": True,
                        "in_simulation": False}], separators=(",", ":"))


# Of a request that declares none.
MODES = '{"live":{"ROBOT_MODE":"live"},"simulation":{"ROBOT_MODE":"simulation"}}'


class FakeSystem(System):
    """Programs answer what the test registered, else nothing. The clock moves only while somebody sleeps."""

    def __init__(self) -> None:
        self.clock = NOW
        self.journal: List[Tuple[bool, str]] = []
        self.calls: List[Tuple[str, ...]] = []
        self._answers: List[Tuple[Tuple[str, ...], Ended]] = []
        # name → what systemctl show prints of the unit
        self.units: Dict[str, str] = {}
        # Programs that are run instead, as the test found them on this machine.
        self.real: Set[str] = set()
        # Programs that the instance lacks.
        self.missing: Set[str] = set()
        # The reasons why a function fails as a user, by the user's id. All others run it here.
        self.as_user: Dict[int, str] = {}
        # Records what is not synced.
        self.disk: Optional[Disk] = None
        # May answer before all others.
        self.on_call: Callable[..., Optional[Ended]] = lambda *command: None

    def answer(self, *words: str, output: str = "", errors: str = "", code: int = 0) -> None:
        """For a command that has all these words. The last answer that fits is given."""
        self._answers.append((words, Ended(code, output, errors)))

    def run(self, *command: str, text: str = "", timeout: Optional[float] = None, variables: Optional[Mapping[str, str]] = None) -> Ended:
        self.calls.append(command)
        if self.disk:
            self.disk.command(*command)
        ended_here = self.on_call(*command)
        if ended_here is not None:
            return ended_here
        if command[0] in self.missing:
            return Ended(NOT_STARTED, "", "%s: No such file or directory" % command[0])
        if command[0] in self.real:
            return super().run(*command, text=text, timeout=timeout, variables=variables)
        for words, ended in reversed(self._answers):
            if all(word in command for word in words):
                return ended
        names = [word[:-8] for word in command if word.endswith(".service")]
        if command[:2] == ("systemctl", "show") and all(name in self.units for name in names):
            return Ended(0, "\n".join(self.units[name] for name in names), "")
        return Ended(0, "", "")

    def run_to_files(self, folder: str, *command: str, is_merged: bool = False) -> Ended:
        done = self.run(*command)
        return Ended(done.code, done.output + done.errors, "") if is_merged else done

    def which(self, program: str) -> str:
        return "" if program in self.missing else "/usr/bin/" + program

    def is_own_interpreter(self, path: str) -> bool:
        return False

    def programs(self, start: str) -> List[str]:
        return []

    def free_bytes(self, path: str) -> int:
        os.stat(path)
        return 1 << 40

    def call(self, *command: str) -> int:
        return self.run(*command).code

    def act_as(self, user: int, group: int, action: Callable[[], None]) -> str:
        if user in self.as_user:
            return self.as_user[user]
        try:
            action()
        except (Exception, SystemExit) as problem:
            return str(problem) or type(problem).__name__
        return ""

    def lines(self, *command: str) -> Iterator[bytes]:
        yield from (line + b"\n" for line in self.run(*command).output.encode().split(b"\n")[:-1])

    def head(self, most: int, *command: str) -> str:
        return self.run(*command).output[:most]

    def now(self) -> float:
        return self.clock

    def uptime(self) -> float:
        return self.clock - NOW + 1000

    def sleep(self, seconds: float) -> None:
        self.clock += seconds

    def write_journal(self, text: str, error: bool = False) -> None:
        self.journal.append((error, text))


class Run(NamedTuple):
    """How a step ended: its exit code, its last line of stdout as JSON, and what it wrote to stderr."""

    code: int
    answer: Any
    errors: str


class FolderTest(unittest.TestCase):
    """A test on a folder in place of an instance."""

    def setUp(self) -> None:
        self.root = tempfile.mkdtemp(prefix="robothost-")
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.layout = Layout(os.path.join(self.root, "opt/crypto-robot"), self.root)
        self.system = FakeSystem()
        self.disk = Disk(self.layout)
        # Of the environment of a host, besides its parameters.
        self.variables: Dict[str, str] = {}
        for folder in (self.layout.releases, self.layout.logs, self.layout.shared, self.layout.units, self.layout.proc, self.layout.run):
            os.makedirs(folder)
        os.makedirs(os.path.join(self.layout.state, "releases"), mode=0o700)
        self.write(self.layout.served, self.layout.application + "\n")
        self.write(os.path.join(self.layout.proc, "sys/kernel/random/boot_id"), "this-boot\n")

    def step_host(self, patterns: Optional[Dict[str, str]] = None, system: Optional[System] = None, /, **variables: str) -> step.Host:
        """What a step gets, for a test of a module. The variables are those of the environment, also the parameters of these patterns."""
        used = system or self.system
        variables.setdefault("RUNTIME_DIRECTORY", self.layout.run)
        self.errors = io.BytesIO()
        return step.Host("test", Request(patterns or {}, variables), self.layout, used, StepLog("test", used, self.errors), variables, 60)

    def run_step(self, name: str, **parameters: str) -> Run:
        environment = {"SSM_" + key: value for key, value in parameters.items()}
        environment.setdefault("SSM_ApplicationPath", self.layout.application)
        environment[UNIT] = PREFIX + name
        output, errors = io.BytesIO(), io.BytesIO()
        with self.in_order():
            code = step.run(name, environment, self.system, output, errors, self.root)
            if not code and name in LASTING:
                self.disk.reported()
        return Run(code, json.loads(output.getvalue().decode().splitlines()[-1]), errors.getvalue().decode())

    @contextlib.contextmanager
    def in_order(self) -> Iterator[None]:
        """Fails where a decision relies on something that a power cut would lose."""
        self.system.disk = self.disk
        with self.disk.watched():
            yield
        self.assertEqual([], self.disk.problems)

    def assert_needs_each_sync(self, operation: Callable[[], object]) -> None:
        """The operation, on an instance as setUp makes it, is not in order when one sync is left out, whichever it is."""
        number, unneeded = 0, []
        while True:
            self.doCleanups()
            self.setUp()
            self.disk.left_out = number
            try:
                operation()
                if self.disk.syncs < number:
                    break
                unneeded += [number] if number else []
            except AssertionError as found:
                self.assertTrue(number and "not synced" in str(found), found)
            number += 1
        self.assertGreater(self.disk.syncs, 0)
        self.assertEqual([], unneeded, "syncs of %d" % (number - 1))

    def installed_program(self) -> str:
        """The program's folder as an instance has it, with the templates of the units."""
        folder = os.path.join(self.root, "program")
        os.makedirs(folder)
        for name, place in (("launchers", os.path.join(HOST, "launchers")), ("units", program.templates())):
            os.symlink(os.path.realpath(place), os.path.join(folder, name))
        patch = mock.patch.object(program, "FOLDER", folder)
        patch.start()
        self.addCleanup(patch.stop)
        return folder

    def happened(self, event: str, release: str) -> None:
        line = {"at": "2026-01-01T00:00:00Z", "event": event, "release": release, "previous": ""}
        self.append(self.layout.history, json.dumps(line, separators=(",", ":")) + "\n")

    def host_with(self, **parameters: str) -> step.Host:
        """A host with these parameters and the variables of the test. Its log is that of the step "test"."""
        host = self.step_host(dict.fromkeys(parameters, "(?s).*"), None, **self.variables, **{"SSM_" + name: text for name, text in parameters.items()})
        host.log.open(self.layout)
        return host

    def write(self, path: str, text: str) -> str:
        """A file, with the folders on its way; a relative path is the application's."""
        path = os.path.join(self.layout.application, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def read(self, path: str) -> str:
        with open(os.path.join(self.layout.application, path), encoding="utf-8") as file:
            return file.read()

    def manifest(self, release: str, **changes: Any) -> Dict[str, Any]:
        """What inject-keys writes about a release."""
        found: Dict[str, Any] = {
            "release": release, "revision": "0" * 40, "branch": "main", "repository_url": "https://git.local/robot", "subject": "Trade",
            "created_at": "2026-01-01T00:00:00Z", "finished_at": "2026-01-01T00:00:00Z", "python_version": "3.11",
            "python": "/usr/bin/python3.11", "python_full_version": "3.11.2", "environment_hash": "hash-of-" + release,
            "virtual_env_path": self.layout.application + "/venv", "requirements_sha256": "f" * 64, "env_base_sha256": "f" * 64,
            "units_sha256": "f" * 64, "units_digest": "0123456789ab", "services": [ROBOT, PAGE], "port": 5000,
            "health_path": "/health", "persistent_paths": ["data"], "mode": "live", "keys_version": "v1", "protocol": "https",
            "certificate_hostname": "x.local", "certificate_version": "c1", "certificate_not_after": "2027-01-01T00:00:00Z",
            "execution": OWNER}
        found.update(changes)
        return found

    def finished(self, release: str, **changes: Any) -> None:
        """A whole release; nothing says that it is good."""
        manifest = self.manifest(release, **changes)
        text = json.dumps(manifest)
        self.write(os.path.join(self.layout.release(release), "release.json"), text)
        self.write(os.path.join(self.layout.release_state(release), "release.json"), text)
        for service in manifest["services"]:
            unit = "%s\n# Type: %s\n[Service]\nExecStart=%s\n" % (UNIT_MARK, service["type"], release)
            self.write(os.path.join(self.layout.release_state(release), "units", service["name"] + ".service"), unit)

    def good(self, release: str, **changes: Any) -> None:
        self.finished(release, **changes)
        self.happened("confirmed", release)

    def append(self, path: str, text: str) -> None:
        with open(path, "a", encoding="utf-8") as file:
            file.write(text)

    def serving(self, release: str, **changes: Any) -> None:
        """A good release that serves: its link, its units, and a process for each of them, with its state in systemd."""
        self.good(release, **changes)
        if os.path.lexists(self.layout.current):
            os.unlink(self.layout.current)
        os.symlink("releases/" + release, self.layout.current)
        units = os.path.join(self.layout.release_state(release), "units")
        for name in os.listdir(units):
            shutil.copy(os.path.join(units, name), self.layout.units)
        services = [service["name"] for service in self.manifest(release, **changes)["services"] if service["enabled"]]
        for pid, _ in enumerate(services, 100):
            self.process(pid, self.layout.release(release))
        self.states({name: {"MainPID": str(pid)} for pid, name in enumerate(services, 100)})
        for pid, name in enumerate(services, 100):
            self.write(os.path.join(self.layout.proc, str(pid), "cgroup"), "0::/system.slice/%s.service\n" % name)
        pages = [pid for pid, name in enumerate(services, 100) if name == PAGE["name"]]
        self.system.answer("ss", output="".join(SOCKET % ("0.0.0.0:5000", pid) for pid in pages))
        self.system.answer("curl", output="200")

    def process(self, pid: int, folder: str) -> None:
        os.makedirs(os.path.join(self.layout.proc, str(pid)), exist_ok=True)
        link = os.path.join(self.layout.proc, str(pid), "cwd")
        if os.path.lexists(link):
            os.unlink(link)
        os.symlink(os.path.realpath(folder), link)

    def states(self, units: Mapping[str, Mapping[str, str]]) -> None:
        """What systemd reports of these units: they run since 500 seconds, but for what is given."""
        usual = {"ActiveState": "active", "SubState": "running", "NRestarts": "0", "NeedDaemonReload": "no", "Result": "success",
                 "ExecMainStatus": "0", "ExecMainCode": "0", "InvocationID": "0123", "LoadState": "loaded", "UnitFileState": "enabled",
                 "ExecMainStartTimestampMonotonic": str(500 * 1_000_000), "DropInPaths": ""}
        for name, properties in units.items():
            self.system.units[name] = "\n".join("%s=%s" % pair for pair in {**usual, **properties}.items()) + "\n"

    def fence(self, phase: int = 40) -> Dict[str, str]:
        """The parameters of every fenced step."""
        return {"Owner": OWNER, "Generation": "7", "Phase": str(phase), "Environment": "x.local"}

    def lock(self, **changes: Any) -> None:
        found: Dict[str, Any] = {"owner": OWNER, "generation": 7, "phase": 20, "since": "2026-01-01T00:00:00Z", "lifetime": "execution",
                                 "boot_id": "b"}
        found.update(changes)
        self.write(self.layout.lock, json.dumps(found, separators=(",", ":")) + "\n")
