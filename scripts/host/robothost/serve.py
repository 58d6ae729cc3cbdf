"""serve: makes a release the one that serves, whatever served before and wherever an earlier attempt was ended.

What root does for a release is decided when the release is finished and kept in root's own folder for it: units/ (the units exactly
as they get installed) and links (one `<link> <target>` a line, relative to the application's folder). So a rollback needs nothing
but files, and runs the same at boot, from the dead-man timer and from a step.
"""

from __future__ import annotations

import os

from robothost import changes, files
from robothost.failures import Failure
from robothost.files import content
from robothost.layout import Layout
from robothost.releases import is_finished, linked
from robothost.services import installed, is_robot, states, stop, works_in
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Sequence, Tuple

# How a release is served. KEEP: units that already run from it are left alone. CERTIFICATE: only robots are, since nothing else
# changed and a robot has no use for one. BOOT: the units are only queued, they start after this.
RESTART, KEEP, CERTIFICATE, BOOT = "restart", "keep", "certificate", "boot"


def units_of(layout: Layout, release: str) -> List[str]:
    """The units that a release installs, without suffix."""
    folder = os.path.join(layout.release_state(release), "units")
    return sorted(name[:-8] for name in os.listdir(folder) if name.endswith(".service")) if os.path.isdir(folder) else []


def links_of(layout: Layout, release: str) -> List[Tuple[str, str]]:
    """The links that a release publishes: path → target."""
    return links_in(layout.release_state(release))


def links_in(state: str) -> List[Tuple[str, str]]:
    """The same of the folder of a release's state, or of one that was saved."""
    lines = content(os.path.join(state, "links")).splitlines()
    return [(link, target) for link, _, target in (line.partition(" ") for line in lines) if target]


def unit_file(layout: Layout, unit: str) -> str:
    return os.path.join(layout.units, unit + ".service")


def own_unit_file(layout: Layout, unit: str, release: str) -> str:
    return os.path.join(layout.release_state(release), "units", unit + ".service")


def has_unit(layout: Layout, unit: str, release: str) -> bool:
    """Whether the installed unit is exactly this release's."""
    wanted = content(own_unit_file(layout, unit, release))
    return bool(wanted) and wanted == content(unit_file(layout, unit))


def is_published(layout: Layout, release: str, units: Sequence[str]) -> bool:
    """Whether links and units are exactly this release's, so that a restart changes nothing under them."""
    return (bool(release) and linked(layout) == release
            and all(target_of(os.path.join(layout.application, link)) == target for link, target in links_of(layout, release))
            and all(has_unit(layout, unit, release) for unit in units))


def target_of(link: str) -> str:
    try:
        return os.readlink(link)
    except OSError:
        return ""


def serve(host: Host, release: str, how: str) -> List[str]:
    """Makes the release serve, or nothing for "". The units that were started, without those that were left alone."""
    layout = host.layout
    wanted = []
    if release:
        own = layout.release_state(release)
        if not (is_finished(layout, release) and os.path.isdir(os.path.join(own, "units")) and os.path.isfile(os.path.join(own, "links"))):
            raise Failure("ReleaseNotFound", "release %s is not complete on this instance" % release)
        wanted = units_of(layout, release)
    gone = [unit for unit in installed(layout) if unit not in wanted]
    restart = units_to_restart(host, release, wanted, how)
    if gone or not is_published(layout, release, wanted):
        stop_before_change(host, [unit for unit in gone + restart if unit in gone or is_robot(layout, unit, release)], how)
    publish(layout, release)
    # From here on an unconfirmed release no longer serves.
    unblock(layout)
    changed = install(host, release, wanted) | uninstall(host, gone)
    # The process that wrote a unit may have been ended before systemd read it.
    if changed or any(state.needs_reload for state in states(host.system, restart).values()):
        required(host, "systemctl", "daemon-reload")
    # A counter of restarts left over would look like a release that ends again and again.
    for unit in restart + gone:
        host.system.run("systemctl", "reset-failed", unit + ".service")
    start(host, restart, how)
    return restart


def units_to_restart(host: Host, release: str, wanted: Sequence[str], how: str) -> List[str]:
    restart, found = [], states(host.system, wanted)
    for unit in wanted:
        state = found[unit]
        runs = has_unit(host.layout, unit, release) and state.is_running and not state.needs_reload and works_in(host.layout, state.pid, release)
        if runs and how == KEEP:
            continue
        if runs and how == CERTIFICATE and is_robot(host.layout, unit, release):
            # Its ends of days ago are not this change's.
            host.system.run("systemctl", "reset-failed", unit + ".service")
            continue
        restart.append(unit)
    return restart


def stop_before_change(host: Host, units: List[str], how: str) -> None:
    """A robot never runs twice, and never on half of two releases: it is stopped before anything changes under it. A web application
    answers until its new one takes over. Where nothing changes, systemd stops and starts in one job, which nobody can end half way."""
    if units and how == BOOT:
        host.system.run("systemctl", "stop", "--no-block", *(unit + ".service" for unit in units))
    else:
        stop(host.system, units)


def publish(layout: Layout, release: str) -> None:
    if release:
        for link, target in links_of(layout, release):
            path = os.path.join(layout.application, link)
            files.make_folders(os.path.dirname(path), 0o755)
            publish_link(layout, target, path)
        publish_link(layout, "releases/" + release, layout.current)
        return
    changes.unlink(layout.current)
    # Nor anything else that shows that something serves.
    folder = os.path.join(layout.state, "releases")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        for link, _ in links_of(layout, name):
            changes.unlink(os.path.join(layout.application, link))


def unblock(layout: Layout) -> None:
    """The units may start again where the dead-man switch was not able to roll back before."""
    if os.path.lexists(layout.unsettled):
        changes.unlink(layout.unsettled)


def publish_link(layout: Layout, target: str, path: str) -> None:
    """The link has this target from one moment to the next, or still the one it had before."""
    fresh = files.fresh_name(layout, path)
    changes.unlink(fresh)
    changes.make_link(target, fresh)
    changes.rename(fresh, path)
    if target_of(path) != target:
        raise Failure("StepFailed", "%s does not lead to %s after it was published" % (path, target))


def install(host: Host, release: str, units: Sequence[str]) -> bool:
    """Whether systemd has to read its units again."""
    changed = False
    for unit in units:
        if not has_unit(host.layout, unit, release):
            files.write(host.layout, unit_file(host.layout, unit), content(own_unit_file(host.layout, unit, release)))
            changed = True
    for unit in units:
        if not os.path.islink(os.path.join(host.layout.units, "multi-user.target.wants", unit + ".service")):
            required(host, "systemctl", "enable", "--quiet", "--no-reload", unit + ".service")
            changed = True
    return changed


def uninstall(host: Host, units: Sequence[str]) -> bool:
    if not units:
        return False
    host.system.run("systemctl", "disable", "--quiet", "--no-reload", *(unit + ".service" for unit in units))
    for unit in units:
        changes.unlink(unit_file(host.layout, unit))
    return True


def start(host: Host, units: Sequence[str], how: str) -> None:
    if not units:
        return
    # systemctl would wait until such a unit has notified; the health check does.
    notifying = [unit for unit in units if how == BOOT or "Type=notify" in content(unit_file(host.layout, unit)).splitlines()]
    if notifying:
        host.system.run("systemctl", "restart", "--no-block", *(unit + ".service" for unit in notifying))
    others = [unit for unit in units if unit not in notifying]
    if not others:
        return
    done = host.system.run("systemctl", "restart", *(unit + ".service" for unit in others))
    if done.code:
        # The health check reports a unit that cannot even be started, with its reason.
        host.log.write("not every unit started: " + " ".join(units))


def required(host: Host, *command: str) -> None:
    done = host.system.run(*command)
    if done.code:
        raise Failure("StepFailed", "%s ended with status %d: %s" % (" ".join(command), done.code, (done.errors.splitlines() or [""])[-1]))
