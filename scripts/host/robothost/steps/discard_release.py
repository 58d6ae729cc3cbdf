r"""discard-release: remove what a deployment that failed before its activation left behind, and release the lock.

Guarantee: the release is gone, unless it is good or serves: then it has the keys and units back that it had. Steps that still
run are ended first. What serves is not touched, unless a release was activated after all: that one is rolled back; or unless
it was started on keys that are taken back: it is started again.
Changes: the release's folder, the lock. Prints {"discarded":"<id, or empty>","serving":{…}|null}.

Parameter Release ^([0-9]{8}T[0-9]{6}Z-[0-9a-f]{7})?$ The release to discard; empty when there is none yet.
Timeout 2100
Uses fence.py release.py
"""

from __future__ import annotations

from robothost import former_state, releases, retention
from robothost.dead_man import settle_decision
from robothost.history import record
from robothost.other_steps import stop_others
from robothost.release import answer_and_release
from robothost.serving import after_discard
from robothost.step import Host, as_json

USES_RESERVE = True


def run(host: Host) -> str:
    layout, wanted, owner = host.layout, host.request.text("Release"), host.request.text("Owner")
    stop_others(host)
    settle_decision(host, "its deployment failed while it was activated", owner)
    former_state.restore_all(host)
    current, good = releases.linked(layout), releases.good(layout)
    # No other execution deploys while this one holds the lock: whatever is unfinished is this deployment's, or older.
    failed = [release for release in retention.present(layout) if release != current and
              (not releases.is_finished(layout, release) or (release == wanted and release not in good))]
    removed = retention.remove_releases(host, failed)
    retention.remove_unfinished_parts(host)
    if removed:
        record(layout, host.system, owner, "discarded", removed[-1], current, "", "its deployment failed before it was activated")
    return answer_and_release(host, as_json(after_discard(layout, current, wanted if wanted in removed else "")))
