"""containers: docker and its containers, as an instance has them."""

from __future__ import annotations

import base64
import json
import os
from typing import Any, Dict, List, Mapping, Optional, Tuple

from robothost.system import Ended
from tests.fixture import FakeSystem, FolderTest

SECRET = "n0body-may-see-this"
# No program listens there.
PORT = 59999


class DockerSystem(FakeSystem):
    """Reports the containers of the test and remembers each command that changes one, or a unit. cp is the real one."""

    def __init__(self) -> None:
        super().__init__()
        self.containers: List[Dict[str, Any]] = []
        self.changes: List[str] = []
        self.real.add("cp")

    def run(self, *command: str, text: str = "", timeout: Optional[float] = None, variables: Optional[Mapping[str, str]] = None) -> Ended:
        ended = super().run(*command, text=text, timeout=timeout, variables=variables)
        if ended.code or ended.output or ended.errors:
            return ended
        if command[:2] == ("docker", "ps"):
            return Ended(0, "id\n" * len(self.containers), "")
        if command[:2] == ("docker", "inspect"):
            return Ended(0, json.dumps(self.containers), "")
        if command[0] == "docker" and (command[1] in ("update", "stop", "start", "rm") or command[2:3] == ("rm",)):
            self.changes.append(" ".join(command[1:]))
        return ended


def container(name: str, data: str, running: bool = True, restart: str = "unless-stopped", content: str = "A=1\nKEY=%s\n" % SECRET,
              auto_remove: bool = False) -> Dict[str, Any]:
    return {
        "Name": "/" + name, "Image": "sha256:1", "State": {"Running": running},
        "HostConfig": {"RestartPolicy": {"Name": restart, "MaximumRetryCount": 0}, "AutoRemove": auto_remove, "NetworkMode": "host"},
        "NetworkSettings": {"Networks": {"host": {}}},
        "Config": {"Image": "robot:1", "WorkingDir": "/app", "Labels": {}, "ExposedPorts": {"%d/tcp" % PORT: {}},
                   "Env": ["PATH=/bin", "OTHER=" + SECRET, "ENV_CONTENT=" + base64.b64encode(content.encode()).decode()]},
        "Mounts": [{"Type": "volume", "Name": "v", "Source": data, "Destination": "/app/data", "RW": True},
                   {"Type": "bind", "Source": "/var/elsewhere", "Destination": "/elsewhere", "RW": True}]}


class ContainersTest(FolderTest):
    """A robot in a container that keeps its counter in a volume."""

    def setUp(self) -> None:
        super().setUp()
        self.docker = DockerSystem()
        self.system = self.docker
        self.lock()
        self.data = os.path.join(self.root, "volume")
        self.write(os.path.join(self.data, "counter"), "41")
        self.docker.containers = [container("robot", self.data)]

    def take_inventory(self, names: Tuple[str, ...] = ()) -> Any:
        ended = self.run_step("take-inventory", ContainerNames=json.dumps(names), PersistentPaths='["data"]', Port=str(PORT),
                              HealthPath="/health", **self.fence())
        return ended.answer
