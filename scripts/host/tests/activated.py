"""activated: a folder on which one release serves, another can be activated, and systemd does what it is asked."""

import os
from typing import Any, List, Optional
from unittest import mock

from robothost import carry, dead_man, decision, hold
from robothost.decision import Decision
from robothost.docker import NotDone
from robothost.step import Host
from robothost.system import Ended
from tests.fixture import NEW, OLD, OWNER, FolderTest, Run

DEADLINE = 1200


class ActivationTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.serving(OLD)
        self.finished(NEW)
        for release in (OLD, NEW):
            self.write(os.path.join(self.layout.release_state(release), "links"), "venv venvs/hash-of-%s\n" % release)
        self.program = self.installed_program()
        os.makedirs(os.path.dirname(self.layout.settle))
        # Each change of a unit that systemd was asked for, with what served then.
        self.asked: List[str] = []
        self.system.on_call = self.does

    def does(self, *command: str) -> Optional[Ended]:
        if command[0] != "systemctl" or command[1] == "show":
            return None
        self.asked.append("%s, serving %s" % (" ".join(command[1:]), self.serves() or "nothing"))
        names = [word[:-8] for word in command if word.endswith(".service")]
        if command[1] == "stop":
            self.states({name: {"ActiveState": "inactive", "SubState": "dead", "MainPID": "0"} for name in names})
        if command[1] == "restart" and "--no-block" not in command:
            self.states({name: {"MainPID": str(pid)} for pid, name in enumerate(sorted(names), 100)})
            for pid, _ in enumerate(names, 100):
                self.process(pid, self.layout.current)
        return None

    def run_fenced(self, step: str, phase: int, **parameters: str) -> Run:
        return self.run_step(step, **{**self.fence(phase), "KeepUntilReboot": "false", "KeepReleases": "2", "Release": NEW,
                                      "DeadManSeconds": str(DEADLINE), "Operation": "deploy", "Containers": "keep",
                                      "PersistentPaths": '["data"]', **parameters})

    def activate(self, **parameters: str) -> Any:
        """Activates as the step does; the lock is its owner's."""
        self.lock()
        self.write(self.layout.generation, "7\n")
        return self.done(self.run_fenced("activate-release", 40, **parameters))

    def done(self, ended: Run) -> Any:
        self.assertEqual(0, ended.code, ended)
        return ended.answer

    def fails(self, name: str, ended: Run) -> str:
        self.assertEqual(name, ended.answer.get("failure"), ended)
        return str(ended.answer["message"])

    def other_owner(self) -> None:
        self.lock(owner=OWNER + "-other", generation=8, phase=0)
        self.write(self.layout.generation, "8\n")

    def serves(self) -> str:
        return os.path.basename(os.readlink(self.layout.current)) if os.path.islink(self.layout.current) else ""

    def host(self) -> Host:
        """What a step of the lock's owner gets."""
        return self.step_host({"Owner": ".*"}, SSM_Owner=OWNER)

    def arms(self, release: str = NEW, previous: str = OLD, how: str = decision.RESTART) -> Decision:
        return dead_man.arm(self.host(), release, previous, DEADLINE, how)

    def is_open(self) -> List[str]:
        return [name for name in ("armed", "confirming", "firing") if os.path.exists(os.path.join(self.layout.state, name))]

    def position(self, call: str) -> int:
        found = [i for i, one in enumerate(self.asked) if one.startswith(call)]
        self.assertTrue(found, "%s is not in %s" % (call, self.asked))
        return found[0]

    def restarts(self) -> List[str]:
        return [one for one in self.asked if one.startswith("restart")]

    def saves(self, release: str) -> None:
        """What the release has now is what it had before it is changed in place."""
        saved, state = self.layout.saved(release), self.layout.release_state(release)
        for name in ("links", "units/crypto-robot.service", "units/crypto-webapp.service"):
            self.write(os.path.join(saved, "state", name), self.read(os.path.join(state, name)))
        self.write(os.path.join(saved, "env"), "ROBOT_MODE=live\n")
        self.write(os.path.join(saved, "release.json"), self.read(os.path.join(self.layout.release(release), "release.json")))


class WithContainers(ActivationTest):
    """A migration from a container is prepared."""

    def setUp(self) -> None:
        super().setUp()
        self.system.answer("docker", "ps", output="1\n2\n")
        self.runs(False)
        self.write(os.path.join(self.layout.migration, "inventory.json"), '{"containers":[{"name":"robot"}]}')
        # What was done with the containers, and the part that fails, with its reason.
        self.engine: List[str] = []
        self.failing = ("", "")
        for module, name in ((hold, "hold"), (hold, "release"), (carry, "copy")):
            patch = mock.patch.object(module, name, self.part(name))
            patch.start()
            self.addCleanup(patch.stop)

    def runs(self, is_running: bool) -> None:
        form = '{"Name":"/%s","State":{"Running":%s},"Config":{}}'
        found = ",".join(form % (name, str(is_running).lower()) for name in ("robot", "somebodys"))
        self.system.answer("docker", "inspect", output="[%s]" % found)

    def hold(self) -> None:
        self.write(os.path.join(self.layout.migration, "held.json"), "{}")

    def part(self, name: str) -> Any:
        def done(*_: object) -> Any:
            self.engine.append(name)
            self.asked.append("%s, serving %s" % (name, self.serves() or "nothing"))
            if self.failing[0] == name:
                raise NotDone(self.failing[1])
            if name == "hold":
                self.hold()
            return {"carried": [], "moved_aside": [], "bytes": 7}

        return done
