"""former_owner: settles what an owner of the lock that ended without cleaning up has left behind."""

from __future__ import annotations

import os

from robothost import decision, former_state, releases, retention
from robothost.dead_man import settle_decision
from robothost.other_steps import stop_others
from robothost.step import Host


def settle(host: Host, owner: str) -> None:
    """Steps that still run are ended, a release that is not confirmed is rolled back, what never became good is removed. Each part may be
    repeated."""
    layout = host.layout
    stop_others(host)
    # A switch that this execution armed continues to wait.
    armed = decision.read(layout.armed)
    is_own = armed is not None and armed.owner == owner and not any(map(os.path.isfile, (layout.confirming, layout.firing)))
    if not is_own:
        settle_decision(host, "the execution that activated it ended without confirming it", owner)
    former_state.restore_all(host)
    stay = [releases.linked(layout), *releases.good(layout)]
    retention.remove_releases(host, [release for release in retention.present(layout) if release not in stay])
    retention.remove_unfinished_parts(host)
