"""disk: what a power cut would lose at each moment of a step, and whether the step relies on it.

A change is pending until it is synced. Checked are: a decision is made only when nothing else is pending, but names of its own folder (to
roll back, firing, relies on nothing that was changed since the switch was armed); it is not pending any more at the next change; and when a step has reported its answer, nothing is pending that the answer stands for.
"""

from __future__ import annotations

import contextlib
import os
import re
from typing import Any, Callable, Iterator, List, Optional, Set
from unittest import mock

from robothost import changes
from robothost.layout import Layout

# (changes' function, path below the root of the test): what others rely on when they find it.
STATE, RELEASE = "var/lib/crypto-robot-deployer/", r"opt/crypto-robot/releases/[^/.][^/]*/"
DECISIONS = [(name, re.compile(pattern)) for name, pattern in (
    ("rename", STATE + "(armed|confirming|firing)"), ("unlink", STATE + "(confirming|firing)"),
    ("rename", STATE + r"saved/[^/]+"), ("unlink", STATE + "lock"),
    ("rename", RELEASE + r"release\.json"),
    ("rename", r"opt/crypto-robot/venvs/[^/]+/\.complete"))]
EVENTS = re.compile(r'"event":"(confirmed|rolled-back|dead-man)"')
# Losing these costs nothing: the number of a step that only rises, the second delivery of an answer, room that is set aside.
SPARE = re.compile(r"(.*/)?(lock|answers|reserve|[^/]*\.[0-9]+\.new)|opt/crypto-robot/\.new(/.*)?|{0}log/.*|{0}saved/\.gone-.*".replace("{0}", STATE))
# While this decision is open, a power cut undoes what serves.
ARMED = STATE + "armed"


class Disk:
    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        # How often something was synced, and which of these times was left out; 0 is none.
        self.syncs, self.left_out = 0, 0
        # Names in folders, and files whose content is not on the disk.
        self._names: Set[str] = set()
        self._contents: Set[str] = set()
        self._decided: Optional[str] = None
        self.problems: List[str] = []

    def inside(self, path: str) -> str:
        return os.path.relpath(path, self._layout.root)

    def pending(self) -> List[str]:
        return sorted(path for path in self._names | self._contents if not SPARE.fullmatch(path))

    def is_synced(self, path: str) -> bool:
        return self.inside(path) not in self._names | self._contents

    def change(self, name: str, *paths: str, content: bool = False, text: str = "") -> None:
        """Before it is made."""
        changed = [self.inside(path) for path in paths]
        self.before(" ".join([name, *changed]))
        target = changed[-1] if changed else ""
        if name == "rename" and any(one == changed[0] or one.startswith(changed[0] + "/") for one in self._contents):
            self.problems.append("%s gets content that is not synced" % target)
        if name == "remove_tree" and target + "/release.json" in self._names:
            self.problems.append("%s is removed, and that it is unfinished is not synced" % target)
        decides = any(name == one and pattern.fullmatch(path) for one, pattern in DECISIONS for path in changed[:1] + changed[-1:])
        if decides or EVENTS.search(text):
            own = os.path.dirname(target)
            others = [path for path in self.pending() if path not in changed and (path in self._contents or os.path.dirname(path) != own)]
            if others and not target.endswith("/firing"):
                self.problems.append("%s %s relies on %s, which is not synced" % (name, target, others))
        # deploy-release syncs the seal of an environment in the end, before anything is done about it.
        if decides and not target.endswith("/.complete"):
            self._decided = target
        if name in ("remove_tree", "rename"):
            self._names = {one for one in self._names if not one.startswith(tuple(path + "/" for path in changed))}
        self._names.difference_update(changed)
        self._names.update(changed[-1:] if name == "rename" else changed)
        if content:
            self._contents.add(target)

    def before(self, what: str) -> None:
        """A change, also by another program."""
        if self._decided and self._decided in self._names:
            self.problems.append("%s follows the decision %s, which is not synced" % (what, self._decided))
        self._decided = None

    def sync(self, path: str) -> None:
        self.syncs += 1
        if self.syncs != self.left_out:
            place = self.inside(path)
            self._contents.discard(place)
            self._names = {one for one in self._names if os.path.dirname(one) != place}

    def sync_all(self) -> None:
        self.syncs += 1
        if self.syncs != self.left_out:
            self._names.clear()
            self._contents.clear()

    def reported(self) -> None:
        """A step has given its answer."""
        self.before("the answer")
        if self.pending() and not os.path.exists(os.path.join(self._layout.root, ARMED)):
            self.problems.append("the answer stands for %s, which is not synced" % self.pending())

    def command(self, *command: str) -> None:
        if command[:2] == ("sync", "--file-system"):
            self.sync_all()
        elif command[0] == "systemctl" and command[1] in ("stop", "restart", "enable", "disable", "daemon-reload", "start"):
            self.before(" ".join(command))
            if command[1] in ("enable", "disable"):
                self._names.add(self.inside(os.path.join(self._layout.units, "wants", command[-1])))

    @contextlib.contextmanager
    def watched(self) -> Iterator[Disk]:
        """Each change of changes.py from here on; a test may have replaced some of them."""
        with contextlib.ExitStack() as stack:
            for name in ("rename", "unlink", "make_folder", "make_link", "set_owner", "set_mode", "remove_tree", "copy_tree", "write_new",
                         "write_part", "append", "allocate"):
                stack.enter_context(mock.patch.object(changes, name, self._recorded(name, getattr(changes, name))))
            stack.enter_context(mock.patch.object(changes, "sync", self._synced(changes.sync)))
            yield self

    def _recorded(self, name: str, change: Callable[..., Any]) -> Callable[..., Any]:
        def recorded(*words: Any) -> Any:
            if name == "copy_tree":
                self.change(name, words[1], content=True)
            elif name == "append":
                self.change(name, text=words[1])
                if not os.path.lexists(words[0]):
                    self._names.add(self.inside(words[0]))
            elif name == "make_link":
                self.change(name, words[1])
            elif name not in ("unlink", "remove_tree", "rename") or os.path.lexists(words[0]):
                self.change(name, *words[:2] if name == "rename" else words[:1], content=name == "write_part")
            return change(*words)

        return recorded

    def _synced(self, change: Callable[[str], None]) -> Callable[[str], None]:
        def synced(path: str) -> None:
            self.sync(path)
            change(path)

        return synced
