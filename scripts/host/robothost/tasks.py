"""tasks: the folder that a unit of the builder reads: its task, the list of requirements, and the wheels that root has for it.

It is root's, and in the unit at INSIDE, read-only.
"""

from __future__ import annotations

import json
import os

from robothost import changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List

    from robothost.step import Host

INSIDE = "/run/crypto-robot-build"


class Task:
    """A folder of this name in the step's private folder."""

    def __init__(self, host: Host, name: str) -> None:
        self.folder = os.path.join(host.work, name)
        changes.remove_tree(self.folder)
        changes.make_folder(self.folder, 0o755)
        self.settings: List[str] = ["BindReadOnlyPaths=%s:%s" % (self.folder, INSIDE)]

    def write(self, name: str, text: str) -> str:
        """The path of the file in the unit; empty for an empty text."""
        if not text:
            return ""
        changes.write_new(os.path.join(self.folder, name), text, 0o644)
        return os.path.join(INSIDE, name)

    def finish(self, task: Dict[str, Any]) -> str:
        """The path of the task in the unit."""
        return self.write("task.json", json.dumps(task))
