r"""build: the part of deploy-release that gives a release the Python environment that its requirements need.

Guarantee: releases/<id>/venv leads to venvs/<hash of requirements and interpreter>, complete. An environment that exists is used again,
unless a file of it was lost or changed; then it is built again: beside the old one, and put in place in one piece. The builder and all it
runs are crypto-robot-build's, without a login of ours and with one writable folder; the result is judged when none of these processes is
left, and is read-only for the application. What was installed is recorded; an environment that is built again gets the recorded versions.
What the code imports of others is imported there, see imports.py.
Changes: venvs/, the release's venv link, root's record. The answer is {"environment_hash","reused","requirements":N,"packages":[…],
"warnings":[…]}; packages has what differs from the serving release. Fails as RequirementsInvalid (with the file and line),
DependencyFailed (with the requirement) or PythonMissing.

Parameter VirtualEnvPath ^(/[A-Za-z0-9_][A-Za-z0-9._-]{0,63}){2,9}$ Where the serving environment is.
"""

from __future__ import annotations

import hashlib
import os
import re

from robothost import builder, changes, durable, environment_key, files, imports, installation, installed, interpreter, markers
from robothost.environment_seal import is_sound, seal
from robothost.failures import Failure
from robothost.fetch import accept
from robothost.interpreter import Interpreter
from robothost.layout import BUILD_USER, Layout
from robothost.release_environment import environment_of, manifest_of, serving
from robothost.requirements import Invalid
from robothost.rules import Refused
from robothost.serve import publish_link
from robothost.wanted import fits_python, python_of, wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List

    from robothost.step import Host

MOST_SHOWN = 12


def build(host: Host, release: str) -> Dict[str, Any]:
    layout = host.layout
    folder = layout.release(release)
    if not re.fullmatch("[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}", release) or not os.path.isdir(folder):
        raise Failure("ReleaseNotFound", "release '%s' is not on this instance" % release)
    try:
        settings = installation.of(host.request.text("Installation"))
        chosen = installation.chosen(folder, settings)
        python = needed_python(host)
        check_python(host, python, *python_of(folder, settings.directory, chosen))
        needed = wanted(folder, settings, chosen, markers.variables(python.version))
    except Refused as problem:
        raise Failure("InvalidParameter", str(problem)) from None
    except Invalid as problem:
        raise Failure("RequirementsInvalid", str(problem)) from None
    key = python.environment_hash(environment_key.key(folder, settings, chosen))
    name = environment_of(layout, release, key)
    if settings.is_fresh:
        name = hashlib.sha256(("%s\n%s" % (key, host.request.text("Stamp"))).encode()).hexdigest()[:16]
    environment = os.path.join(layout.environments, name)
    warnings = list(needed.listed.warnings)
    reused = is_sound(environment)
    if not reused:
        if os.path.isdir(environment):
            host.log.write("environment %s is not what was built: building it again" % name)
        before = [] if settings.is_fresh else recorded(layout, release, name)
        work = builder.Work(host, python, name, folder, settings, needed)
        build_environment(host, work, before)
        warnings += work.warnings
        warnings += ["the environment was built again and is not the same: " + one
                     for one in installed.differences(before, installed.read(layout, name))[:MOST_SHOWN] if before]
    publish_link(layout, "../../venvs/" + name, os.path.join(folder, "venv"))
    warnings += imports.check(host, folder, environment, settings.directory, reused)
    packages = installed.differences(serving(layout).get("installed", []), installed.read(layout, name))
    return {"environment_hash": name, "reused": reused, "requirements": needed.listed.number,
            "packages": packages[:MOST_SHOWN] + ["and %d more" % (len(packages) - MOST_SHOWN)] * (len(packages) > MOST_SHOWN)
            if serving(layout).get("installed") else [], "warnings": warnings}


def needed_python(host: Host) -> Interpreter:
    python = interpreter.find(host)
    if python is None:
        raise Failure("PythonMissing", "Python %s is not on this instance" % (host.request.text("PythonVersion") or 3))
    return python


def check_python(host: Host, python: Interpreter, specifiers: str, file: str) -> None:
    """Before anything is built: the builder would find it out after it has downloaded everything."""
    if specifiers and not fits_python(specifiers, python.version):
        from robothost.obtainable import way_out

        raise Failure("RequirementsInvalid", "%s requires Python %s, and this environment has %s. %s" % (
            file, specifiers, python.version, way_out(host, specifiers)))


def recorded(layout: Layout, release: str, name: str) -> List[List[str]]:
    """What the environment of this name had, by root's record or a release that is finished with it."""
    for manifest in (manifest_of(layout, release), serving(layout)):
        if manifest.get("environment_hash") == name and manifest.get("installed"):
            found: List[List[str]] = manifest["installed"]
            return found
    return installed.read(layout, name)


def build_environment(host: Host, work: builder.Work, before: List[List[str]]) -> None:
    layout, name = host.layout, work.name
    final, fresh, broken = (os.path.join(layout.environments, start + name) for start in ("", ".new-", ".broken-"))

    def empty() -> None:
        changes.remove_tree(fresh)
        changes.make_folder(fresh, 0o755)
        changes.set_owner(fresh, *layout.account(BUILD_USER))

    empty()
    work.install(fresh, final, before, empty)
    accept(host, "DependencyFailed", fresh, BUILD_USER)
    # A broken one may still serve: what runs keeps its open files, and finds the same ones again under the same names.
    if os.path.isdir(final):
        changes.remove_tree(broken)
        changes.rename(final, broken)
    changes.rename(fresh, final)
    changes.remove_tree(broken)
    installed.write(layout, name, work.installed(final))
    # The seal has names, sizes and times, and relies on the content.
    durable.sync(host)
    try:
        files.write(layout, os.path.join(final, ".complete"), seal(final) + "\n")
    except OSError as problem:
        raise Failure("DependencyFailed", "the environment has no interpreter that exists outside it: %s" % problem) from None
