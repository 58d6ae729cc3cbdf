"""promise: what docs/faults.md promises, judged on an instance: what serves, the keys, the lock, the history, and what is left over."""

from __future__ import annotations

import glob
import hashlib
import json
import os
import stat
from typing import Any, Dict, Iterator, List

from robothost import containers, decision, history, releases, serve
from robothost.dead_man import TIMER
from robothost.failures import Failure
from robothost.layout import UNIT_MARK, Layout
from robothost.services import installed
from tests.instance import InstanceTest
from tests.machine import content

ENDS = ("rolled-back", "dead-man", "confirmed")


def always(instance: InstanceTest) -> Iterator[str]:
    """At each moment, also while nothing runs: nothing that a process finds can mislead it."""
    layout = instance.layout
    yield from instance.machine.violations
    instance.machine.violations.clear()
    try:
        instance.held()
        armed, firing, confirming = (decision.read(path) for path in (layout.armed, layout.firing, layout.confirming))
    except Failure as problem:
        yield problem.message
        return
    if firing and confirming:
        yield "it is decided twice about " + firing.release
    serving = instance.serves()
    if serving and not releases.is_finished(layout, serving):
        yield "current leads to %s, which is not finished" % serving
    known = history.confirmed(layout)
    unconfirmed = [one.release for one in (armed, firing, confirming) if one]
    if serving and serving not in known + unconfirmed:
        yield "%s serves, which was not confirmed, and no switch is armed for it" % serving
    if armed and not instance.machine.state["timer"] and not instance.machine.state["settling"]:
        yield "a decision is open, and nothing waits for it"
    yield from true_history(history.events(layout), bool(instance.machine.state["containers"]))
    for release in releases.good(layout):
        if release not in [one.release for one in (armed, firing, confirming) if one] and not os.path.isdir(layout.saved(release)):
            yield from whole_release(layout, release, serving)
    if content(os.path.join(layout.shared, "data/counter")) not in ("", "0", "7", "41"):
        yield "persistent data was changed"


def true_history(events: List[Dict[str, Any]], has_containers: bool) -> Iterator[str]:
    """An activation ends once; but a takeover from containers that was confirmed can be undone."""
    last: Dict[str, str] = {}
    for event in events:
        name, release = event["event"], event["release"]
        is_undone = has_containers and not event["previous"] and last.get(release) == "confirmed"
        if name in ENDS and last.get(release) in ENDS and not is_undone:
            yield "history has %r of %s directly after %r" % (name, release, last[release])
        if name != "lock-stolen":
            last[release] = name


def whole_release(layout: Layout, release: str, serving: str) -> Iterator[str]:
    """Its manifest, its keys, its links and units belong together."""
    state, folder = layout.release_state(release), layout.release(release)
    own = content(os.path.join(state, "release.json"))
    if not own or own != content(os.path.join(folder, "release.json")):
        yield "the manifests of %s differ" % release
        return
    manifest = json.loads(own)
    env = content(os.path.join(folder, ".env"))
    has_keys = "BINANCE_API_KEY=key-%s\n" % manifest["keys_version"] in env
    # An older release loses its keys when another one is confirmed.
    if release == serving and has_keys != (manifest["mode"] == "live"):
        yield "the keys of %s are not those of its manifest (%s, %s)" % (release, manifest["mode"], manifest["keys_version"])
    if "BINANCE_API_KEY" in env and not has_keys:
        yield "%s has the keys of another version" % release
    if ("ROBOT_MODE=live\n" in env) != has_keys:
        yield ".env of %s has the mode of another release" % release
    if release == serving and content(os.path.join(state, "env.sha256")) != hashlib.sha256(env.encode()).hexdigest() + "\n":
        yield "the digest of .env of %s is another one" % release
    if stat.S_IMODE(os.stat(os.path.join(folder, ".env")).st_mode) != 0o600:
        yield ".env of %s can be read by others" % release
    for link, target in serve.links_of(layout, release):
        if not os.path.exists(os.path.join(layout.application, os.path.dirname(link), target)):
            yield "%s of %s leads to %s, which is missing" % (link, release, target)
    links = dict(serve.links_of(layout, release))
    if manifest["protocol"] == "https" and not links.get("certificates/x.local", "").endswith("-" + manifest["certificate_version"]):
        yield "the certificate of %s is not that of its manifest" % release
    if not serve.units_of(layout, release):
        yield "%s has no units" % release
    if os.path.basename(os.readlink(os.path.join(folder, "venv"))) != manifest["environment_hash"]:
        yield "the environment of %s is not that of its manifest" % release


def settled(instance: InstanceTest, runs: bool = True) -> Iterator[str]:
    """When what was begun has been settled: nothing is open, and one whole release serves, or none."""
    yield from always(instance)
    layout = instance.layout
    if decision.is_open(layout):
        yield "a decision is open"
    serving = instance.serves()
    if serving:
        if serving not in history.confirmed(layout):
            yield "%s serves, which was never confirmed" % serving
        last = [event["event"] for event in history.events(layout) if event["release"] == serving and event["event"] in (*ENDS, "activated")]
        if last[-1] == "activated":
            yield "%s serves, and the end of its activation is not in history" % serving
        yield from whole_release(layout, serving, serving)
    yield from served(instance, serving, runs)
    if os.path.exists(layout.unsettled):
        yield "the units cannot start"
    yield from containers_serve(instance, serving)


def containers_serve(instance: InstanceTest, serving: str) -> Iterator[str]:
    """While a migration is prepared they run as before, or are held so that nothing starts them."""
    wanted = ("no", False) if containers.are_held(instance.layout) else ("unless-stopped", True)
    for one in instance.machine.state["containers"]:
        if (one["HostConfig"]["RestartPolicy"]["Name"], one["State"]["Running"]) != wanted:
            yield "container %s is %s, running: %s" % (one["Name"], one["HostConfig"]["RestartPolicy"]["Name"], one["State"]["Running"])
    if not serving and containers.are_held(instance.layout):
        yield "neither the containers nor a release serve"


def served(instance: InstanceTest, serving: str, runs: bool = True) -> Iterator[str]:
    """Links, units and processes are exactly those of the release."""
    layout = instance.layout
    units = serve.units_of(layout, serving) if serving else []
    if installed(layout) != units:
        yield "units %s are installed instead of %s" % (installed(layout), units)
    for link, target in serve.links_of(layout, serving) if serving else []:
        if serve.target_of(os.path.join(layout.application, link)) != target:
            yield "%s does not lead to %s" % (link, target)
    for name in units:
        unit = instance.machine.unit(name)
        if not serve.has_unit(layout, name, serving):
            yield "%s is not the unit of %s" % (name, serving)
        if not instance.machine.is_enabled(name + ".service"):
            yield "%s does not start at boot" % name
        if not runs:
            continue
        if not unit["pid"]:
            yield "%s does not run" % name
        elif unit["text"] != content(os.path.join(layout.units, name + ".service")):
            yield "systemd has another %s than the one that is installed" % name
        elif unit["folder"] != layout.release(serving):
            yield "%s runs in %s" % (name, unit["folder"])
        elif name.startswith("crypto-robot") and unit["env"] != content(os.path.join(layout.release(serving), ".env")):
            yield "%s was started with another .env than it has now" % name
    for name, unit in instance.machine.state["units"].items():
        if unit["pid"] and name not in units and unit["text"].startswith(UNIT_MARK):
            yield "%s runs, which is not of %s" % (name, serving or "nothing")


def left_over(layout: Layout) -> List[str]:
    """What an owner of the lock must not find."""
    application, found = layout.application, []
    for pattern in ("venvs/.[!.]*", "releases/.new-*", "certificates/.versions/.new-*", "*.new", ".new/*.new", ".new/.*.new", "certificates/*.new",
                    "releases/*/*.new", "releases/*/.env.*", "releases/*/.*.new", "shared/.carried-*"):
        found += glob.glob(os.path.join(application, pattern))
    for pattern in ("saved/*", "saved/.[!.]*", "releases/.new-*", "releases/*.restored", "*.new", "releases/*.new", "migration/*.new"):
        found += glob.glob(os.path.join(layout.state, pattern))
    found += glob.glob(os.path.join(layout.units, "*.new")) + glob.glob(os.path.join(layout.store, "*.new"))
    found += glob.glob(os.path.join(layout.units, TIMER))
    found += [path for path in glob.glob(os.path.join(layout.releases, "*")) if not os.path.exists(os.path.join(path, "release.json"))]
    return sorted(path[len(layout.root):] for path in found)
