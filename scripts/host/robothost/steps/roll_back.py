r"""roll-back: undo the activation of a release: what served before serves again.

Guarantee: afterwards the release good before serves, with its units, links, keys and certificate, or nothing at all when there
was none: no unit of the application is left, and no `current`. Steps that still run are ended first. It uses the same files
and functions as the dead-man switch and may follow it, or another run of this step. A failure is RollBackFailed: a person is needed.
A release whose confirmation was decided stays: then "confirmed" is true and nothing was undone.
Changes: current, venv, certificates/<hostname>, the units, history.jsonl. Prints {"confirmed":bool,"locked":bool,"containers":bool,
"serving":{…}|null,"settings":{…}}: containers, whether the containers serve that it had taken over from. If this execution confirmed
the release, released the lock, and another execution has it now, "locked" is false and nothing was read.

Parameter Release ^([0-9]{8}T[0-9]{6}Z-[0-9a-f]{7})?$ The release that failed.
Timeout 2100
Uses fence.py
"""

from __future__ import annotations

from robothost import containers, decision, durable, former_state, releases
from robothost.dead_man import settle_decision
from robothost.failures import Failure
from robothost.history import is_confirmed_since_activation, record
from robothost.lock import Publishing
from robothost.other_steps import stop_others
from robothost.rules import Refused
from robothost.serve import KEEP, RESTART, serve
from robothost.serving import to_check
from robothost.step import Host, as_json

USES_RESERVE = True


def undo_without_switch(host: Host, release: str) -> None:
    """It serves without anything to undo it: activated by hand, or its switch was lost."""
    previous = releases.good_before(host.layout, release)
    serve(host, previous, RESTART)
    durable.sync(host)
    record(host.layout, host.system, host.request.text("Owner"), "rolled-back", release, previous,
           releases.revision(host.layout, release), "no dead-man switch was armed for it")


def run(host: Host) -> str:
    layout, release = host.layout, host.request.text("Release")
    stop_others(host)
    was_open = decision.is_open(layout)
    settle_decision(host, "release %s did not become healthy" % (release or "?"), host.request.text("Owner"))
    # Of a release whose activation was ended before the switch was armed for it.
    former_state.restore_all(host)
    with Publishing(layout):
        if not was_open and release and releases.linked(layout) == release and release not in releases.good(layout):
            undo_without_switch(host, release)
        serving = releases.linked(layout)
        if serving:
            # Also when the switch fired while no controller watched: what should run, runs.
            serve(host, serving, KEEP)
        durable.sync(host)
    is_confirmed = bool(release) and serving == release and is_confirmed_since_activation(layout, release)
    try:
        found = to_check(layout, serving)
    except Refused as problem:
        raise Failure("RollBackFailed", "release %s serves again; whether it is healthy cannot be checked: %s" % (serving, problem)) from None
    return as_json({"confirmed": is_confirmed, "locked": True, "containers": not serving and containers.do_serve(layout), **found})
