"""machine: systemd, docker, git, pip and Secrets Manager of an instance in a folder. Its state is plain data that can be put back."""

from __future__ import annotations

import json
import os
import shutil
from typing import Any, Dict, List, Mapping, Optional, Tuple

from robothost.dead_man import SERVICE, SETTLE, TIMER
from robothost.layout import UNIT_MARK, Layout
from robothost.system import Ended
from tests.containers import container
from tests.ending import Ending
from tests.fixture import FakeSystem

COMMITS = {"main": "a" * 40, "next": "b" * 40, "third": "c" * 40}
SHOWN = ("ActiveState=%s\nSubState=%s\nMainPID=%d\nNRestarts=0\nNeedDaemonReload=%s\nResult=success\nExecMainStatus=0\nExecMainCode=0\n"
         "InvocationID=%d\nLoadState=loaded\nExecMainStartTimestampMonotonic=%d\nDropInPaths=\nUnitFileState=enabled\n")
# Of a unit: the text that systemd has read, its process (0: none), the folder and the .env that the process has read, and its start.
NEW_UNIT: Dict[str, Any] = {"text": "", "pid": 0, "folder": "", "env": "", "started": 0.0}
CALM = ("show", "is-active", "is-enabled", "reset-failed")


class Machine(FakeSystem):
    def __init__(self, layout: Layout, ending: Ending, begun: float) -> None:
        super().__init__()
        self._layout, self._ending = layout, ending
        self.clock = self._begun = begun
        self.violations: List[str] = []
        self.state: Dict[str, Any] = {"units": {}, "timer": "", "settling": False, "jobs": [], "processes": 100, "containers": []}

    # A step's view.

    def run(self, *command: str, text: str = "", timeout: Optional[float] = None, variables: Optional[Mapping[str, str]] = None) -> Ended:
        name, words = command[0], list(command[1:])
        if name == "systemctl" and words[0] not in CALM:
            done: Ended = self._ending.command(" ".join(command)[:120], lambda: self._systemctl(words))
            return done
        if name == "systemctl":
            with self._ending.outside():
                return self._look(words)
        if name == "docker":
            return self._docker(words)
        if name == "systemd-run":
            return self._isolated(words)
        if name == "aws" and "get-secret-value" in words:
            version = words[words.index("--version-id") + 1]
            return Ended(0, json.dumps({"BINANCE_API_KEY": "key-" + version, "BINANCE_SECRET_KEY": "secret-" + version}) + "\n", "")
        if name in ("sync", "cp", "chown", "useradd"):
            return self._ending.command(" ".join(command)[:120], lambda: self._program(command), lambda: self._half_copy(command))
        if "-ISc" in words:
            return Ended(0, "3.11.2\n", "")
        if name == "curl":
            return Ended(0, "HTTP/1.1 302\r\ndate: %s\r\n" % self.date() if "-D" in words else "role", "")
        return Ended(0, "", "")

    def date(self) -> str:
        import time

        return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(self.clock))

    def uptime(self) -> float:
        return self.clock - self._begun + 1000

    def free_bytes(self, path: str) -> int:
        return 1 << 40

    def sleep(self, seconds: float) -> None:
        """A step that waits for a minute has failed: nothing changes meanwhile."""
        self.clock += max(seconds, 61)

    # systemd.

    def unit(self, name: str) -> Dict[str, Any]:
        units: Dict[str, Dict[str, Any]] = self.state["units"]
        if name not in units:
            units[name] = dict(NEW_UNIT, text=self._file(name))
        return units[name]

    def _file(self, name: str) -> str:
        try:
            with open(os.path.join(self._layout.units, name + ".service"), encoding="utf-8") as file:
                return file.read()
        except OSError:
            return ""

    def _link(self, unit: str) -> str:
        return os.path.join(self._layout.units, "multi-user.target.wants", unit)

    def _systemctl(self, words: List[str]) -> Optional[Ended]:
        verb, names = words[0], [word for word in words[1:] if not word.startswith("-")]
        if verb == "daemon-reload":
            for name, unit in self.state["units"].items():
                unit["text"] = self._file(name)
        elif verb == "enable":
            os.makedirs(os.path.dirname(self._link("x")), exist_ok=True)
            for name in names:
                if not os.path.islink(self._link(name)):
                    os.symlink("../" + name, self._link(name))
        elif verb == "disable":
            for name in names:
                if os.path.islink(self._link(name)):
                    os.unlink(self._link(name))
        elif "--no-block" in words and verb != "stop":
            self.state["jobs"] += [(verb, name) for name in names]
        else:
            for name in names:
                self.job(verb, name)
        return None

    def job(self, verb: str, name: str) -> None:
        if name == TIMER:
            self.state["timer"] = self.deadline() if verb != "stop" else ""
        elif name not in (SERVICE, SETTLE) and name.endswith(".service") and "*" not in name:
            unit = self.unit(name[:-8])
            if verb in ("stop", "restart"):
                unit["pid"] = 0
            if verb in ("start", "restart") and not unit["pid"]:
                self._start(name[:-8], unit)

    def deadline(self) -> str:
        try:
            with open(os.path.join(self._layout.units, TIMER), encoding="utf-8") as file:
                return next(line for line in file if line.startswith("OnCalendar"))
        except OSError:
            return ""

    def _start(self, name: str, unit: Dict[str, Any]) -> None:
        if not unit["text"] or os.path.exists(self._layout.unsettled):
            return
        is_robot = "# Type: trading_robot\n" in unit["text"]
        if is_robot:
            others = [one for one in self.robots() if one != name]
            if others:
                self.violations.append("robot %s starts while %s runs" % (name, ", ".join(others)))
        folder = os.path.realpath(self._layout.current)
        self.state["processes"] += 1
        unit.update(pid=self.state["processes"], folder=folder, started=self.uptime(), env=content(os.path.join(folder, ".env")))
        self.put_processes()

    def robots(self) -> List[str]:
        """Of units and of containers."""
        units = [name for name, unit in self.state["units"].items() if unit["pid"] and "# Type: trading_robot\n" in unit["text"]]
        return units + ["container " + one["Name"] for one in self.state["containers"] if one["State"]["Running"]]

    def put_processes(self) -> None:
        """/proc has the processes of the units."""
        shutil.rmtree(self._layout.proc)
        os.makedirs(os.path.join(self._layout.proc, "sys/kernel/random"))
        with open(os.path.join(self._layout.proc, "sys/kernel/random/boot_id"), "w", encoding="utf-8") as file:
            file.write("boot-%d\n" % self.state.get("boots", 0))
        for unit in self.state["units"].values():
            if unit["pid"]:
                os.mkdir(os.path.join(self._layout.proc, str(unit["pid"])))
                os.symlink(unit["folder"], os.path.join(self._layout.proc, str(unit["pid"]), "cwd"))

    def _look(self, words: List[str]) -> Ended:
        names = [word[:-8] for word in words if word.endswith(".service") and "*" not in word]
        if words[0] == "is-enabled":
            return Ended(0 if all(os.path.islink(self._link(name + ".service")) for name in names) else 1, "", "")
        if words[0] == "is-active":
            return Ended(0 if all(self.unit(name)["pid"] for name in names) else 3, "", "")
        if words[0] == "reset-failed" or not names:
            return Ended(0, "", "")
        found = []
        for name in names:
            unit = self.unit(name)
            state = ("active", "running") if unit["pid"] else ("inactive", "dead")
            reload = "yes" if unit["text"] != self._file(name) else "no"
            found.append(SHOWN % (*state, unit["pid"], reload, unit["pid"], int(unit["started"] * 1_000_000)))
        return Ended(0, "\n".join(found), "")

    # docker.

    def _docker(self, words: List[str]) -> Ended:
        found = self.state["containers"]
        if words[0] == "ps":
            return Ended(0, "id\n" * len(found), "")
        if words[0] == "inspect":
            return Ended(0, json.dumps(found), "")
        if words[0] not in ("update", "stop", "start", "rm", "image", "network"):
            return Ended(0, "", "")
        if words[0] in ("image", "network") and words[1] != "rm":
            return Ended(0, "[]" if words[1] == "inspect" else "", "")
        return self._ending.command("docker " + " ".join(words), lambda: self._change_containers(words))

    def _change_containers(self, words: List[str]) -> None:
        for one in list(self.state["containers"]):
            if one["Name"].lstrip("/") not in words:
                continue
            if words[0] == "update":
                one["HostConfig"]["RestartPolicy"]["Name"] = words[2].partition(":")[0]
            elif words[0] == "rm":
                self.state["containers"].remove(one)
            elif words[0] == "start" and not one["State"]["Running"]:
                if self.robots():
                    self.violations.append("container %s starts while %s runs" % (one["Name"], ", ".join(self.robots())))
                one["State"]["Running"] = True
            elif words[0] == "stop":
                one["State"]["Running"] = False

    def add_container(self, name: str, data: str) -> None:
        self.state["containers"].append(container(name, data))

    # Other programs.

    def _program(self, command: Tuple[str, ...]) -> Optional[Ended]:
        if command[0] == "cp":
            shutil.copytree(command[-2], command[-1])
        return None

    def _half_copy(self, command: Tuple[str, ...]) -> None:
        if command[0] == "cp":
            os.mkdir(command[-1])

    def _isolated(self, words: List[str]) -> Ended:
        command = words[words.index("--") + 1:]
        if "check-out" in command:
            return self._ending.command("git check-out", lambda: self._check_out(command[-1], command[-2]),
                                        lambda: write(os.path.join(command[-1], "main.py"), "tra"))
        if "build_environment" in command:
            fresh = next(word for word in words if word.startswith("--property=BindPaths=")).split("=", 2)[2].split(":")[0]
            return self._ending.command("pip", lambda: self._build(fresh), lambda: write(os.path.join(fresh, "lib/flask.py"), "fla"))
        if "fetch" in command:
            return self._ending.command("git fetch", lambda: Ended(0, COMMITS.get(command[-2], command[-1]) + "\nTrade\n", ""))
        return Ended(0, "", "")

    def _check_out(self, folder: str, revision: str) -> None:
        write(os.path.join(folder, "main.py"), "trade()\n")
        write(os.path.join(folder, ".env"), "LEVEL=info\n")
        # Another commit has other requirements, and so another environment.
        write(os.path.join(folder, "requirements.txt"), "flask\n# %s\n" % revision)
        write(os.path.join(folder, "data/counter"), "0")

    def _build(self, fresh: str) -> None:
        write(os.path.join(fresh, "lib/flask.py"), "flask")
        os.makedirs(os.path.join(fresh, "bin"))
        os.symlink("/bin/sh", os.path.join(fresh, "bin/python"))

    # What happens without a step.

    def run_jobs(self) -> List[str]:
        """The units of the deployer that were queued; those of the application are started."""
        jobs, self.state["jobs"] = self.state["jobs"], []
        for verb, name in jobs:
            self.job(verb, name)
        return [name for _, name in jobs if name == SERVICE]

    def switch_off_and_on(self) -> None:
        """Up to the unit that settles."""
        self.state["boots"] = self.state.get("boots", 0) + 1
        # systemd reads all units, and arms no timer: none is enabled.
        self.state.update(units={}, timer="", jobs=[], settling=self.is_enabled(SETTLE))
        for folder in (self._layout.run,):
            shutil.rmtree(folder)
            os.mkdir(folder)
        self.put_processes()
        for one in self.state["containers"]:
            one["State"]["Running"] = False

    def is_enabled(self, unit: str) -> bool:
        return os.path.exists(self._link(unit))

    def start_enabled(self) -> None:
        folder = os.path.dirname(self._link("x"))
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            if self._file(name[:-8]).startswith(UNIT_MARK):
                self.job("start", name)
        for one in self.state["containers"]:
            if one["HostConfig"]["RestartPolicy"]["Name"] in ("always", "unless-stopped") and not one["State"]["Running"]:
                if self.robots():
                    self.violations.append("the engine starts %s while %s runs" % (one["Name"], ", ".join(self.robots())))
                one["State"]["Running"] = True


def write(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def content(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""
