"""answers: the answers of the steps that may be delivered again after their owner has released the lock.

Such a step prints the answer of its first run again and changes nothing. So an answer that was lost on its way is not lost, and a copy
that arrives late neither fails nor takes the lock. One answer a line, the newest last: <owner> <generation> <phase> <step> <held|released>
<answer>; released means that the lock was released with this answer.
"""

from __future__ import annotations

from robothost import files
from robothost.files import content
from robothost.layout import Layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List

KEPT = 20
HELD, RELEASED = "held", "released"


class Earlier:
    def __init__(self, line: str) -> None:
        # ValueError for a line that was cut short.
        self.owner, generation, phase, self.step, self.lock, self.answer = line.split(" ", 5)
        self.generation, self.phase = int(generation), int(phase)


def of_owner(layout: Layout, owner: str) -> List[Earlier]:
    found = []
    for line in content(layout.answers).splitlines():
        try:
            found.append(Earlier(line))
        except ValueError:
            continue
    return [one for one in found if one.owner == owner]


def same(layout: Layout, owner: str, step: str, phase: int) -> List[Earlier]:
    """To this owner for this step and phase."""
    return [one for one in of_owner(layout, owner) if one.step == step and one.phase == phase]


def keep(layout: Layout, owner: str, generation: int, phase: int, step: str, lock: str, answer: str) -> None:
    """The caller is under the lock's flock."""
    lines = content(layout.answers).splitlines()[1 - KEPT:]
    lines.append("%s %d %d %s %s %s" % (owner, generation, phase, step, lock, answer))
    files.write(layout, layout.answers, "".join(line + "\n" for line in lines), 0o600)
