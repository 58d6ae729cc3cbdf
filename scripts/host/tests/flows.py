"""flows: the operations as the state machines run them on the host: the steps, their phases, and what they leave."""

from __future__ import annotations

import json
from typing import Dict, List, NamedTuple, Tuple

from tests.fixture import PAGE, ROBOT

PHASES = {"acquire-lock": 0, "adopt-settings": 5, "validate-certificate": 20, "deploy-release": 20, "inject-certificate": 30, "inject-keys": 30,
          "activate-release": 40, "confirm-release": 60, "discard-release": 70, "roll-back": 70, "release-lock": 90, "stop-services": 40,
          "start-services": 40, "take-inventory": 40, "remove-containers": 40, "undo-migration": 40}
CHANGE = ("acquire-lock", "validate-certificate", "deploy-release", "inject-keys", "activate-release", "confirm-release")
ROTATION = ("acquire-lock", "validate-certificate", "inject-certificate", "activate-release", "confirm-release")
OTHER_NAME = json.dumps([{**ROBOT, "name": "crypto-trader"}, PAGE])
# What is on the instance before an operation: the number of releases that were deployed, or how far its migration is.
EMPTY, ONE, TWO, CONTAINERS, PREPARED, TAKEN_OVER = "empty", "one release", "two releases", "containers", "prepared", "taken over"
# What serves after an operation: a release of its own, what served before it, the good release before that, or nothing.
OWN, SAME, BEFORE_IT, NOTHING = "own", "same", "before", "nothing"


class Flow(NamedTuple):
    name: str
    world: str
    steps: Tuple[str, ...]
    parameters: Dict[str, str]
    serves: str

    def undo(self, position: int) -> str:
        """The step that a failure of this one leads to, see deploy.asl.yaml."""
        if self.name == "restart" or "activate-release" not in self.steps or self.steps[position] in ("acquire-lock", "adopt-settings"):
            return "release-lock"
        return "discard-release" if position < self.steps.index("activate-release") else "roll-back"


def short(step: str) -> Tuple[str, ...]:
    return "acquire-lock", step, "release-lock"


FLOWS: List[Flow] = [
    Flow("first deploy", EMPTY, CHANGE, {"Branch": "main"}, OWN),
    Flow("deploy", TWO, CHANGE, {"Branch": "third"}, OWN),
    Flow("deploy with another robot", TWO, CHANGE, {"Branch": "third", "Services": OTHER_NAME}, OWN),
    Flow("rotate-keys", TWO, CHANGE, {"Operation": "rotate-keys", "KeysVersion": "v2"}, SAME),
    Flow("rotate-certificate", TWO, ROTATION, {"Operation": "rotate-certificate", "CertificateVersion": "c2"}, SAME),
    Flow("rollback", TWO, CHANGE, {"Operation": "rollback"}, BEFORE_IT),
    Flow("restart", TWO, ("acquire-lock", "activate-release", "confirm-release"), {"Operation": "restart"}, SAME),
    Flow("nothing to do", TWO, ("acquire-lock",), {}, SAME),
    Flow("power stop", TWO, short("stop-services"), {"KeepUntilReboot": "true"}, SAME),
    Flow("power start", TWO, short("start-services"), {}, SAME),
    Flow("prepare a migration", CONTAINERS, short("take-inventory"), {}, NOTHING),
    Flow("take over", PREPARED, ("acquire-lock", "adopt-settings", *CHANGE[1:]), {"Branch": "main", "Containers": "replace"}, OWN),
    Flow("undo a migration", TAKEN_OVER, short("undo-migration"), {}, NOTHING),
    Flow("clean up a migration", TAKEN_OVER, short("remove-containers"), {}, SAME),
]
OF_NAME = {flow.name: flow for flow in FLOWS}
# World → the world before it, the operation that makes it, and what is another in that operation.
WORLDS: Dict[str, Tuple[str, str, Dict[str, str]]] = {
    ONE: (EMPTY, "first deploy", {}), TWO: (ONE, "first deploy", {"Branch": "next"}),
    PREPARED: (CONTAINERS, "prepare a migration", {}), TAKEN_OVER: (PREPARED, "take over", {})}
