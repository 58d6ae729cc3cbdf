"""deadline: how long the dead-man switch waits for the confirmation of a release.

Longer than a healthy deploy can need: two stops, since a rollback stops the new release, of the slower of both releases; the time in which
the release must become healthy; the bake; and the commands with an outage of AWS. The request has the time for what it describes itself.
It does not know the release that serves, and an operation on a release takes its services from the manifest.
"""

from __future__ import annotations

from robothost.layout import Layout
from robothost.manifest import read_manifest
from robothost.rules import Refused
from robothost.service_rules import STOP_SECONDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List

# Seconds. The window is that of a service which sets no start_seconds, see health.py.
COMMANDS_AND_OUTAGES, HEALTH_WINDOW = 1000, 120


def longest_stop(services: List[Dict[str, Any]]) -> int:
    """systemd stops the robots together, and then the pages."""
    return sum(max((int(one.get("stop_seconds", usual)) for one in services if one["type"] == kind), default=0)
               for kind, usual in STOP_SECONDS.items())


def needed(services: List[Dict[str, Any]], before: List[Dict[str, Any]], bake: int) -> int:
    """For a release with these enabled services, after one with those."""
    stop = sum(max(longest_stop([one for one in both if one["type"] == kind]) for both in (services, before)) for kind in STOP_SECONDS)
    start = max([HEALTH_WINDOW, *(int(one.get("start_seconds", 0)) for one in services)])
    return COMMANDS_AND_OUTAGES + start + bake + 2 * stop


def services_of(layout: Layout, release: str) -> List[Dict[str, Any]]:
    """The enabled ones; of a release that is not usable none."""
    try:
        return [one for one in read_manifest(layout, release)["services"] if one["enabled"]] if release else []
    except Refused:
        return []


def seconds(layout: Layout, release: str, previous: str, requested: int) -> int:
    """The request decides, unless it is too short for these releases."""
    try:
        # An earlier version recorded none; the request has the longest then.
        bake = int(read_manifest(layout, release).get("bake_seconds", 0))
    except Refused:
        bake = 0
    return max(requested, needed(services_of(layout, release), services_of(layout, previous), bake))
