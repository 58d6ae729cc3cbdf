r"""read-status: report what this instance serves and its health.

Guarantee: reads only, needs no lock, and answers also while a deployment runs or when nothing was ever deployed: then its strings
are empty. "unknown" health means that nothing is deployed.
"drift" is the number of differences from what was deployed, see read-drift; null while a run holds the lock.
Prints {"release","revision","mode","sets_mode","protocol","health","reason","locked_by","armed","units","releases","port","health_path",
"certificate_not_after","crashes":{"count","newest","reason"},"drift"}.

Timeout 60
"""

from __future__ import annotations

import json

from robothost import crashes, lock, mode_variables, releases
from robothost.failures import Failure
from robothost.health import listening_problem, serving, unit_problem
from robothost.manifest import read_manifest
from robothost.rules import Refused
from robothost.services import states
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Tuple

# Asked for often, and changes nothing.
LOGGED = False
MOST_RELEASES = 30


def health_of(host: Host, release: str) -> Tuple[str, str, Dict[str, str]]:
    """Its health, the reason that it is unhealthy, and the state of each unit."""
    if not release:
        return "unknown", "", {}
    try:
        subject = serving(read_manifest(host.layout, release))
    except Refused as problem:
        return "unhealthy", str(problem), {}
    found = states(host.system, subject.units)
    problems = [unit_problem(host, subject, name, found[name]) for name in subject.units]
    problems.append(listening_problem(host, subject))
    reasons = ["%s: %s" % (problem.unit, problem.reason) for problem in problems if problem]
    units = {name: state.active for name, state in found.items()}
    return ("unhealthy", reasons[-1], units) if reasons else ("healthy", "", units)


def number_of_differences(host: Host, release: str) -> Optional[int]:
    """A status that cannot compare is a status all the same."""
    from robothost.drift import compare

    try:
        return len(compare(host, release, "this").found)
    except (Failure, OSError, ValueError):
        return None


def armed(host: Host) -> Optional[Dict[str, str]]:
    try:
        with open(host.layout.armed, encoding="utf-8") as file:
            decision = json.load(file)
    except FileNotFoundError:
        return None
    return {"release": decision["release"], "at": decision["at"]}


def crash_summary(host: Host) -> Dict[str, Any]:
    found = crashes.names(host.layout)
    if not found:
        return {"count": 0, "newest": "", "reason": ""}
    newest = crashes.read(host.layout, found[0])
    return {"count": len(found), "newest": newest["id"], "reason": host.redacted(crashes.summary(newest))}


def run(host: Host) -> str:
    release = releases.current(host.layout)
    health, reason, active = health_of(host, release)
    held = lock.read(host.layout)
    drift = number_of_differences(host, release) if release and held is None else None
    manifest = releases.what_serves(host.layout, release)[0] or {}
    services = manifest.get("services", [])
    has_page = any(one["enabled"] and one["type"] == "web_application" for one in services)
    return json.dumps({
        "release": release,
        "revision": manifest.get("revision", ""),
        "mode": manifest.get("mode", ""),
        "sets_mode": bool(mode_variables.names_of(mode_variables.in_manifest(manifest))),
        "protocol": manifest.get("protocol", ""),
        "health": health,
        "reason": host.redacted(reason),
        "locked_by": {"owner": held.owner, "generation": held.generation, "since": held.since} if held else None,
        "armed": armed(host),
        "units": {**{service["name"]: "inactive" for service in services}, **active},
        "releases": releases.known(host.layout, release)[:MOST_RELEASES],
        # Without a web application nothing listens there.
        "port": str(manifest.get("port", "")) if has_page else "",
        "health_path": manifest.get("health_path", ""),
        "certificate_not_after": manifest.get("certificate_not_after", ""),
        "drift": drift,
        "crashes": crash_summary(host),
    }, ensure_ascii=False)
