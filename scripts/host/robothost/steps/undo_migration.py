r"""undo-migration: back to the containers, from whatever phase came before cleanup.

Guarantee: afterwards nothing of ours runs, starts at boot or is called current, and the containers run with the restart policies
and units they had, seen running and answering where they answered before. A switch on disk stands ready before anything changes:
ended anywhere, the instance reaches the same end without this step. What the services wrote since is kept in shared/; the containers
have what they had when they were stopped. Nothing to undo is no failure.
Changes: current, the units, the containers, env-base. Prints {"undone":bool,"containers":[…],"kept":"<shared, or empty>"}.
Fails as HostUnfit after cleanup, as RollBackFailed when the containers do not come back.

Timeout 2400
Uses fence.py
"""

from __future__ import annotations

from robothost import changes, containers, decision, releases
from robothost.dead_man import arm, fire, settle_decision
from robothost.failures import Failure
from robothost.lock import Publishing
from robothost.other_steps import stop_others
from robothost.step import Host, as_json

REASON = "the migration is undone"
# Until the switch completes what this step was ended in.
SECONDS = 60


def run(host: Host) -> str:
    layout, owner = host.layout, host.request.text("Owner")
    if not containers.is_prepared(layout):
        raise Failure("HostUnfit", "no migration is under way on this instance, or it was cleaned up: there is nothing to go back to")
    stop_others(host)
    settle_decision(host, REASON, owner)
    current, are_held = releases.linked(layout), containers.are_held(layout)
    if current:
        with Publishing(layout):
            arm(host, current, "", SECONDS, decision.RESTART)
        decision.take_now(layout, layout.firing)
        fire(host, "rolled-back", REASON, owner)
    elif are_held:
        containers.release(host)
    changes.unlink(layout.env_base)
    # The inventory's own: they run, or did not run when it was made.
    return as_json({"undone": bool(current) or are_held, "containers": containers.names(layout), "kept": layout.shared if current and are_held else ""})
