r"""build: the part of deploy-release that gives a release the Python environment that its requirements need.

Guarantee: releases/<id>/venv leads to venvs/<hash of requirements and interpreter>, complete. An environment that exists is used again,
unless a file of it was lost or changed; then it is built again: beside the old one, and put in place in one piece. pip and all it runs
are crypto-robot-build's, without a login of ours and with one writable folder; the result is judged when none of these processes is
left, and is read-only for the application.
Changes: venvs/, the release's venv link. The answer is {"environment_hash","reused","requirements":N,"warnings":[…]}. Fails as
RequirementsInvalid (with the line), DependencyFailed (with the requirement) or PythonMissing.

Parameter VirtualEnvPath ^(/[A-Za-z0-9_][A-Za-z0-9._-]{0,63}){2,9}$ Where the serving environment is.
"""

from __future__ import annotations

import os
import re
import sys

from robothost import changes, files, index_login, interpreter
from robothost.build_environment import NO_ENVIRONMENT
from robothost.environment_seal import is_sound, seal
from robothost.failures import Failure
from robothost.fetch import accept
from robothost.interpreter import Interpreter
from robothost.isolated import Unit
from robothost.layout import BUILD_USER
from robothost.program import FOLDER
from robothost.requirements import Invalid, check_file
from robothost.serve import publish_link

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

    from robothost.step import Host

# Of a release: what is no build's to read.
PRIVATE = (".env", ".deployer-env-base")


def build(host: Host, release: str) -> Dict[str, Any]:
    layout = host.layout
    folder = layout.release(release)
    if not re.fullmatch("[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}", release) or not os.path.isdir(folder):
        raise Failure("ReleaseNotFound", "release '%s' is not on this instance" % release)
    requirements = os.path.join(folder, "requirements.txt")
    try:
        number, warnings = check_file(requirements)
    except Invalid as problem:
        raise Failure("RequirementsInvalid", str(problem)) from None
    python = interpreter.find(host)
    if python is None:
        raise Failure("PythonMissing", "Python %s is not on this instance" % (host.request.text("PythonVersion") or 3))
    name = python.environment_hash(requirements)
    environment = os.path.join(layout.environments, name)
    reused = is_sound(environment)
    if not reused:
        if os.path.isdir(environment):
            host.log.write("environment %s is not what pip left: building it again" % name)
        build_environment(host, python, name, folder)
    publish_link(layout, "../../venvs/" + name, os.path.join(folder, "venv"))
    return {"environment_hash": name, "reused": reused, "requirements": number, "warnings": warnings}


def build_environment(host: Host, python: Interpreter, name: str, release: str) -> None:
    layout = host.layout
    final, fresh, broken = (os.path.join(layout.environments, start + name) for start in ("", ".new-", ".broken-"))
    changes.remove_tree(fresh)
    changes.make_folder(fresh, 0o755)
    changes.set_owner(fresh, *layout.account(BUILD_USER))
    install(host, python, fresh, final, release)
    accept(host, "DependencyFailed", fresh, BUILD_USER)
    # A broken one may still serve: what runs keeps its open files, and finds the same ones again under the same names.
    if os.path.isdir(final):
        changes.remove_tree(broken)
        changes.rename(final, broken)
    changes.rename(fresh, final)
    changes.remove_tree(broken)
    try:
        files.write(layout, os.path.join(final, ".complete"), seal(final) + "\n")
    except OSError as problem:
        raise Failure("DependencyFailed", "the environment has no interpreter that exists outside it: %s" % problem) from None


def install(host: Host, python: Interpreter, fresh: str, final: str, release: str) -> None:
    private = "InaccessiblePaths=" + " ".join("-" + os.path.join(release, name) for name in PRIVATE)
    with index_login.IndexSettings(host) as index:
        # In the unit it is where it is going to serve.
        settings = ["BindPaths=%s:%s" % (fresh, final), "BindReadOnlyPaths=" + release, private, *index.settings]
        done = Unit(host, BUILD_USER, "pip", settings).run(
            sys.executable, "-IS", FOLDER, "--module", "build_environment", python.path, final, release, is_merged=True)
    output = host.redacted(done.output)
    host.log.append(output)
    if done.code == NO_ENVIRONMENT:
        raise Failure("DependencyFailed", "%s cannot make a virtual environment: %s" % (python.path, (output.splitlines() or [""])[-1]))
    if done.code:
        from robothost import index as package_index
        from robothost.pip_failure import sentence

        state = package_index.state(host.system, index_login.pip_conf(host.layout), index_login.login(host.layout))
        raise Failure("DependencyFailed", sentence(output, os.path.join(release, "requirements.txt"), state))
