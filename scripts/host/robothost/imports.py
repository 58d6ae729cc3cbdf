r"""imports: the part of a build that imports, before anything stops, the modules of others that the code of a release imports.

They are imported in the new environment in a unit of crypto-robot-build without network, see import_check.py. What is missing there is
missing when the robot starts, after the old one was stopped. The result is kept for the environment and what the code imports, so that a
release with the same of both costs nothing.

Parameter Services ^\[.*\]$ JSON array of the services as the request schema has them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex

from robothost import files, import_words
from robothost.failures import Failure
from robothost.history import confirmed
from robothost.isolated import Unit
from robothost.layout import BUILD_USER
from robothost.program import FOLDER
from robothost.rules import Refused, checked, services
from robothost.tasks import Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Tuple

    from robothost.step import Host

# Of a release: what no build reads.
PRIVATE = (".env", ".deployer-env-base")
# A statement that imports, with its indentation and what it has in parentheses.
STATEMENT = re.compile(rb"^[ \t]*(?:import|from)[ \t.][^\n(]*(?:\([^)]*\))?", re.MULTILINE)
LARGEST, KEPT, SECONDS = 2 << 20, 50, 120
SHOWN = 3


def check(host: Host, release: str, environment: str, directory: str, reused: bool) -> List[str]:
    """Warnings; DependencyFailed with what cannot be imported. release is a folder, directory the working folder in it."""
    found = enabled(host)
    key = key_of(release, environment, directory, found)
    known = kept(host) if reused else {}
    if key in known:
        warnings: List[str] = known[key]
        return warnings
    problems, warnings = judged(host, release, reported(host, release, environment, directory, found))
    if problems and os.path.basename(release) in confirmed(host.layout):
        # It has run: it must stay a target of a rollback.
        return problems + warnings
    if problems:
        more = " And %d more" % (len(problems) - SHOWN) if len(problems) > SHOWN else ""
        raise Failure("DependencyFailed", "the code cannot start in its environment: %s%s" % ("; ".join(problems[:SHOWN]), more))
    keep(host, key, warnings)
    return warnings


def enabled(host: Host) -> List[Dict[str, Any]]:
    try:
        return [one for one in checked(host.request.text("Services"), services) if one["enabled"]]
    except Refused as problem:
        raise Failure("InvalidParameter", "Services: %s" % problem) from None


def statements(release: str) -> Iterator[Tuple[str, List[bytes]]]:
    """(path, statements that import) of each Python file. No link is followed."""
    for folder, folders, names in os.walk(release):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not os.path.islink(os.path.join(folder, name)))
        for name in sorted(names):
            path = os.path.join(folder, name)
            if name.endswith(".py") and not os.path.islink(path) and os.path.getsize(path) <= LARGEST:
                with open(path, "rb") as file:
                    yield os.path.relpath(path, release), STATEMENT.findall(file.read())


def key_of(release: str, environment: str, directory: str, found: List[Dict[str, Any]]) -> str:
    total = hashlib.sha256(json.dumps([os.path.basename(environment), directory, [[one["command"], paths_of(one)] for one in found]]).encode())
    for path, lines in statements(release):
        total.update(os.fsencode(path) + b"\0" + b"\n".join(lines) + b"\0")
    return total.hexdigest()


def paths_of(service: Dict[str, Any]) -> str:
    return str(service.get("env", {}).get("PYTHONPATH", ""))


def place(host: Host) -> str:
    return os.path.join(host.layout.state, "import-checks.json")


def kept(host: Host) -> Dict[str, Any]:
    """key → warnings, the newest last."""
    try:
        found = json.loads(files.content(place(host)) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def keep(host: Host, key: str, warnings: List[str]) -> None:
    known = {**{name: value for name, value in kept(host).items() if name != key}, key: warnings}
    files.write(host.layout, place(host), json.dumps(dict(list(known.items())[-KEPT:])) + "\n", 0o600)


def reported(host: Host, release: str, environment: str, directory: str, found: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """What import_check.py printed."""
    task = Task(host, "imports")
    base = os.path.join(release, directory) if directory else release
    commands = [words_of(one["command"]) for one in found]
    path = task.finish({"release": release, "base": base, "commands": [words for words in commands if words], "paths": [paths_of(one) for one in found]})
    settings = ["BindReadOnlyPaths=" + environment, "BindReadOnlyPaths=" + release,
                "InaccessiblePaths=" + " ".join("-" + os.path.join(release, name) for name in PRIVATE), *task.settings, "PrivateNetwork=yes",
                "RuntimeMaxSec=%d" % SECONDS, "MemoryMax=50%", "MemorySwapMax=0"]
    done = Unit(host, BUILD_USER, "imports", settings).run(
        os.path.join(environment, "bin", "python"), "-I", "-B", os.path.join(FOLDER, "robothost", "import_check.py"), path)
    lines: List[Dict[str, Any]] = []
    for line in done.output.splitlines():
        try:
            one = json.loads(line)
        except ValueError:
            continue
        if isinstance(one, dict):
            lines.append(one)
    if not lines:
        host.log.append(host.redacted(done.errors))
    return lines


def words_of(command: str) -> List[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return []


def judged(host: Host, release: str, lines: List[Dict[str, Any]]) -> Tuple[List[str], List[str]]:
    """(problems, warnings) in words."""
    problems: List[str] = []
    warnings: List[str] = []
    begun: Dict[str, Any] = {}
    ended = False
    for line in lines:
        if "begins" in line:
            begun = line
            continue
        kind = str(line.get("kind"))
        ended = ended or kind in ("end", "time", "died")
        said = host.redacted(import_words.sentence(kind, line, begun))
        if said and said not in problems + warnings:
            (problems if import_words.is_problem(kind, line) else warnings).append(said)
    if not ended:
        warnings.append("the imports of the code were not tried to the end%s; the build's user may not have enough memory"
                        % (", last '%s'" % begun["begins"] if begun else ""))
    return problems, warnings
