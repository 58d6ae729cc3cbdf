"""instance: a whole instance in a folder, on which the real program runs, is ended, and continues. Its state can be kept and put back."""

from __future__ import annotations

import copy
import io
import json
import os
import pickle
import pwd
import re
import shutil
import stat
import tempfile
import time
from hashlib import sha1
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple
from unittest import mock

from robothost import build, builder, dead_man, decision, fetch, former_code, inspect, layout as places, lock, metadata_guard, release_json, reserve, settle, step, users
from robothost.certificate_verdict import Verdict
from robothost.layout import Layout
from robothost.retention import HALF_WRITTEN
from robothost.steps import validate_certificate
from robothost.unit import PREFIX, UNIT
from tests.ending import Ending, Fault, Killed
from tests.fixture import MODES, PAGE, ROBOT, FolderTest, keys_of_version
from tests.machine import Machine

US = pwd.getpwuid(os.geteuid()).pw_name
DEADLINE = 1200
# path → kind, mode, content or target, time of the last change
Tree = Dict[str, Tuple[str, int, bytes, int]]
# These change with each process or each second, and make no difference.
HALF_MADE = re.compile(r"/(\.new-|\.gone-|\.broken-|\.carried-)[^/]*/|\.restored/")
TIMES = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ?")


class State(NamedTuple):
    """What is left of an instance when a process has ended."""

    tree: Tree
    machine: bytes

    def digest(self) -> str:
        """Equal for states that no process can tell apart. What is half made is removed or replaced and never read, whatever is in it."""
        machine = pickle.loads(self.machine)
        machine["processes"] = 0
        for unit in machine["units"].values():
            unit["pid"] = bool(unit["pid"])
        total = sha1(repr(machine).encode())
        for path, (kind, mode, content, _) in sorted(self.tree.items()):
            if path.startswith("/proc/") or "/log/" in path or HALF_MADE.search(path):
                continue
            if HALF_WRITTEN.search(path):
                path, mode, content = HALF_WRITTEN.sub(".new", path), 0, b""
            total.update(repr((path, kind, mode, TIMES.sub(b"", content))).encode())
        return total.hexdigest()


class Run(NamedTuple):
    """How a process ended: its exit code, None where the fault ended it, and its answer."""

    code: Optional[int]
    answer: Any

    @property
    def is_done(self) -> bool:
        return self.code == 0


class Execution:
    """One execution of a state machine: what its steps have as parameters."""

    def __init__(self, number: int, **parameters: str) -> None:
        self.owner = "arn:aws:states:eu-west-1:000000000000:execution:deploy:%d" % number
        self.generation = 0
        self.parameters: Dict[str, str] = {
            "Stamp": "202601%02dT000000Z" % number, "Release": "", "SecretPrefix": "x.local/", "KeysVersion": "v1", "CertificateSecret": "certificate",
            "CertificateHostname": "x.local", "CertificateVersion": "c1", "CertificateNotAfter": "2027-01-01T00:00:00Z", "Protocol": "https",
            "RequestedProtocol": "https", "Simulate": "false", "WhenKeysInvalid": "refuse", "KeepReleases": "2", "BakeSeconds": "3",
            "Services": json.dumps([ROBOT, PAGE]), "Port": "59999", "HealthPath": "/health", "PersistentPaths": '["data"]',
            "RepositoryUrl": "https://git.local/robot", "Branch": "main", "Revision": "", "RepositorySecret": "", "RepositorySecretVersion": "",
            "Containers": "keep", "PythonVersion": "3.11", "Environment": "x.local", "Operation": "deploy", "DeadManSeconds": str(DEADLINE),
            "KeepUntilReboot": "false", "Lifetime": "execution", "StealFrom": "", "LogGroup": "", "ContainerNames": "[]",
            "MigrationPhase": "cutover", "Installation": "{}", "ModeVariables": MODES, "ExportEnv": "false", **parameters}
        self.parameters["Secrets"] = keys_of_version(self.parameters["KeysVersion"])


class InstanceTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        # Each case syncs and writes many files; what is tested is their order.
        if os.access("/dev/shm", os.W_OK):
            shutil.rmtree(self.root)
            self.root = tempfile.mkdtemp(prefix="robothost-", dir="/dev/shm")
            self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.layout = Layout(os.path.join(self.root, "opt/crypto-robot"), self.root)
        self.ending = Ending()
        self.machine = Machine(self.layout, self.ending, time.time() + 600)
        self.system = self.machine
        self.machine.missing = {"sudo", "amazon-ssm-agent"}
        self.installed_program()
        for folder in (self.layout.state, self.layout.units, self.layout.run, self.layout.proc, self.layout.store):
            os.makedirs(folder)
        os.chmod(self.layout.state, 0o700)
        self.machine.put_processes()
        self.steps_run = 0
        self.scan = Scan(self.root)
        patches: List[Any] = [mock.patch.object(place, name, value) for place, name, value in (
            (fetch, "FETCH_USER", US), (fetch, "BUILD_USER", US), (build, "BUILD_USER", US), (builder, "BUILD_USER", US), (users, "exists", lambda _: True),
            (Layout, "account", lambda *_: (os.geteuid(), os.getegid())), (former_code, "take_over_code", lambda _: None),
            (places, "USER", US), (metadata_guard, "connect", refused), (inspect, "inspect", lambda _: {"nothing_to_do": True}), (validate_certificate, "judged", judged),
            (release_json, "units_digest", lambda: "0123456789ab"), (reserve, "BYTES", 4096))]
        for patch in [*patches, *self.ending.patches()]:
            patch.start()
            self.addCleanup(patch.stop)

    # States.

    def keep(self) -> State:
        return State(self.scan.tree(), pickle.dumps(self.machine.state))

    def put_back(self, state: State) -> None:
        self.machine.state = pickle.loads(state.machine)
        now = self.scan.tree()
        for path in sorted(set(now) - set(state.tree), reverse=True):
            remove(self.root + path)
        for path, (kind, mode, content, changed) in sorted(state.tree.items()):
            if now.get(path) == (kind, mode, content, changed):
                continue
            place = self.root + path
            if path in now and (kind != "folder" or now[path][0] != "folder"):
                remove(place)
            if kind == "folder":
                os.makedirs(place, exist_ok=True)
            elif kind == "link":
                os.symlink(os.fsdecode(content), place)
                continue
            else:
                with open(place, "wb") as file:
                    file.write(content)
            os.chmod(place, mode)
            os.utime(place, ns=(changed, changed))
        # A folder that got a name in it has another time now.
        for path, (kind, mode, _, changed) in state.tree.items():
            if kind == "folder" and os.lstat(self.root + path).st_mtime_ns != changed:
                os.utime(self.root + path, ns=(changed, changed))

    # Processes.

    def run_process(self, name: str, execution: Execution, phase: int, fault: Optional[Fault] = None, **parameters: str) -> Run:
        """A step, or `fire` and `boot` of the dead-man switch."""
        self.steps_run += 1
        self.machine.clock = self.machine._begun
        self.machine.calls.clear()
        errors, output = io.BytesIO(), io.BytesIO()
        work = os.path.join(self.layout.run, "work")
        os.makedirs(work, exist_ok=True)
        try:
            with self.ending.process_with(fault):
                if name in ("fire", "boot"):
                    code = settle.run(name, self.layout, self.machine, errors)
                else:
                    code = step.run(name, self._environment(name, execution, phase, work, parameters), self.machine, output, errors, self.root)
        except Killed:
            return Run(None, {})
        finally:
            # systemd removes it with the unit.
            shutil.rmtree(work, ignore_errors=True)
        lines = output.getvalue().decode().splitlines()
        return Run(code, json.loads(lines[-1]) if lines else {"message": errors.getvalue().decode()})

    def _environment(self, name: str, execution: Execution, phase: int, work: str, parameters: Dict[str, str]) -> Dict[str, str]:
        given = {**execution.parameters, **parameters, "ApplicationPath": self.layout.application, "Owner": execution.owner,
                 "Generation": str(execution.generation), "Phase": str(phase), "VirtualEnvPath": self.layout.application + "/venv"}
        return {**{"SSM_" + key: value for key, value in given.items()}, UNIT: PREFIX + name, "RUNTIME_DIRECTORY": work,
                "AWS_REGION": "eu-west-1"}

    def boot(self) -> None:
        """The instance is switched off and on."""
        self.machine.switch_off_and_on()
        self.continue_boot()

    def continue_boot(self) -> None:
        """The switch decides, and systemd tries it again until it succeeds; then what is enabled starts."""
        tries = 3 if self.machine.is_enabled(dead_man.SETTLE) else 0
        while tries and not self.run_process("boot", NOBODY, 0).is_done:
            tries -= 1
        self.machine.state["settling"] = False
        if self.is_unconfirmed():
            self.write(self.layout.unsettled, "")
        self.machine.start_enabled()
        if self.machine.run_jobs():
            self.run_process("fire", NOBODY, 0)

    def is_unconfirmed(self) -> bool:
        """See settle.sh."""
        for path in (self.layout.armed, self.layout.firing):
            found = decision.read(path)
            if found and self.serves() == found.release:
                return True
        return False

    def reach_deadline(self) -> None:
        """systemd tries it again until it succeeds."""
        tries = 3 if self.machine.state["timer"] else 0
        while tries and not self.run_process("fire", NOBODY, 0).is_done:
            tries -= 1
        self.machine.state["timer"] = ""
        self.machine.run_jobs()

    def serves(self) -> str:
        return os.path.basename(os.readlink(self.layout.current)) if os.path.islink(self.layout.current) else ""

    def held(self) -> Optional[lock.Lock]:
        return lock.read(self.layout)


NOBODY = Execution(99)


def refused() -> None:
    """What the metadata service does with all users but root."""
    raise ConnectionRefusedError("Connection refused")


def judged(system: object, secret: bytes, *_: object) -> Tuple[Verdict, Any]:
    """openssl changes nothing."""
    version = json.loads(secret)["BINANCE_API_KEY"]
    return Verdict("", "", "2027-01-01T00:00:00Z"), mock.Mock(certificates=["certificate " + version], key="private " + version)


class Scan:
    """Reads a tree again and again. A file is replaced or appended to, so its content is the same while its size and time are."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._left_out = (os.path.join(root, "program"), os.path.join(root, "run/work"))
        self._contents: Dict[Tuple[str, int, int, int], bytes] = {}

    def tree(self) -> Tree:
        return dict(self._below(self._root))

    def _below(self, folder: str) -> Iterator[Tuple[str, Tuple[str, int, bytes, int]]]:
        for entry in os.scandir(folder):
            if entry.path in self._left_out:
                continue
            status, path = entry.stat(follow_symlinks=False), entry.path[len(self._root):]
            mode = stat.S_IMODE(status.st_mode)
            if stat.S_ISLNK(status.st_mode):
                yield path, ("link", 0, os.fsencode(os.readlink(entry.path)), 0)
            elif stat.S_ISDIR(status.st_mode):
                yield path, ("folder", mode, b"", status.st_mtime_ns)
                yield from self._below(entry.path)
            else:
                key = (path, status.st_ino, status.st_size, status.st_mtime_ns)
                if key not in self._contents:
                    with open(entry.path, "rb") as file:
                        self._contents[key] = file.read()
                yield path, ("file", mode, self._contents[key], status.st_mtime_ns)


def remove(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


def copied(execution: Execution) -> Execution:
    return copy.deepcopy(execution)
