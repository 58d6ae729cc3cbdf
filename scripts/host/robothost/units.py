"""units: renders the systemd units of a release from the templates in systemd/.

Each enabled service becomes <name>.service, made from the template of its type. The templates are whole units for the default paths;
rendering replaces a few of their lines and adds what a service describes. A command's first word is a console script of the release's
environment, -m and a module, or a .py file of the commit; no shell reads it.
"""

from __future__ import annotations

import os
import re
import shlex

from robothost.layout import UNIT_MARK, Layout
from robothost.persistent_paths import FILES
from robothost.program import template
from robothost.rules import Refused, checked, services
from robothost.service_rules import RESTART_MINUTES, START_SECONDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, List

TEMPLATES = {"trading_robot": "crypto-robot.service", "web_application": "crypto-webapp.service"}
DEFAULT_APPLICATION = "/opt/crypto-robot"
# Fields of a service that are settings of its unit.
SETTINGS = {"stop_signal": "KillSignal", "stop_seconds": "TimeoutStopSec", "memory_max": "MemoryMax", "cpu_quota": "CPUQuota",
            "tasks_max": "TasksMax", "restart": "Restart"}
OF_THE_UNIT = {"StartLimitIntervalSec", "StartLimitBurst"}
# Seconds by which systemd waits longer for sd_notify than the health check.
AFTER_THE_CHECK = 30


def exec_start(name: str, command: str, environment: str, start: str = "") -> str:
    """The command for ExecStart=, which knows neither variables nor specifiers here."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise Refused("the command of %s cannot be read: %s" % (name, error)) from None
    if words[0] == "-m" or words[0].endswith(".py"):
        words.insert(0, "python")
    if "/" in words[0]:
        raise Refused("the command of %s starts with '%s'; name a program of the environment, like python" % (name, words[0]))
    program = os.path.join(environment, "bin", words[0])
    if not os.access(program, os.X_OK):
        raise Refused("the command of %s starts with '%s', which its environment does not have" % (name, words[0]))
    return " ".join(([start] if start else []) + [program] + [word_for_systemd(word) for word in words[1:]])


def with_env(layout: Layout) -> str:
    """The words in front of a command that gets the variables of the release's .env, see export_env.py."""
    return "%s %s" % (os.path.join(layout.store, "export_env"), os.path.join(layout.current, ".env"))


def word_for_systemd(word: str) -> str:
    word = word.replace("%", "%%").replace("$", "$$")
    if re.fullmatch(r"[A-Za-z0-9_./:=@%+,$-]+", word) and word != ";":
        return word
    return '"%s"' % word.replace("\\", "\\\\").replace('"', '\\"')


def writable(application: str, paths: Iterable[str]) -> str:
    """What outlives a release, from the request alone: the robot can change what is on the disk. A path is a folder, or a file in a folder
    of its own; the other one does not exist, which the - allows."""
    shared = os.path.join(application, "shared")
    return " ".join("-" + os.path.join(shared, *place) for path in paths for place in ((path,), (FILES, path)))


def described(service: Dict[str, Any]) -> Dict[str, str]:
    """The settings of a unit that the service itself describes. Templates have the defaults."""
    found = {setting: str(service[name]) for name, setting in SETTINGS.items() if name in service}
    if "success_exit_statuses" in service:
        found["SuccessExitStatus"] = " ".join(map(str, service["success_exit_statuses"]))
    if service.get("ready") == "notify":
        # A program that a script starts, such as freqtrade, may be the one that notifies. systemd waits longer than the health check, which
        # says why.
        found.update(Type="notify", NotifyAccess="all", TimeoutStartSec=str(service.get("start_seconds", START_SECONDS) + AFTER_THE_CHECK))
    if "restart_limit" in service:
        # The first start counts.
        found.update(StartLimitIntervalSec=str(RESTART_MINUTES * 60), StartLimitBurst=str(service["restart_limit"] + 1))
    return found


def page_port(service: Dict[str, Any], port: int) -> int:
    """Of the page of a service; 0 for a robot that has none. port is that of the request."""
    return int(service.get("health", {}).get("port", port if service["type"] == "web_application" else 0))


def rendered(text: str, application: str, environment: str, service: Dict[str, Any], port: int, paths: List[str],
             directory: str, start: str) -> str:
    lines = []
    settings, port = described(service), page_port(service, port)
    for line in text.splitlines():
        key = line.partition("=")[0]
        if key in settings:
            line = "%s=%s" % (key, settings.pop(key))
        elif key == "ExecStart":
            line = "ExecStart=" + exec_start(service["name"], service["command"], environment, start)
        elif line.startswith("Environment=PORT="):
            line = "Environment=PORT=%d" % port
        elif line.startswith("Environment=PATH="):
            line = "Environment=PATH=%s/bin:/usr/local/bin:/usr/bin:/bin" % environment
        elif key in ("WorkingDirectory", "ExecStopPost"):
            line = line.replace(DEFAULT_APPLICATION, application)
            if key == "WorkingDirectory" and directory:
                line += "/" + directory
        elif key == "ReadWritePaths":
            line = "ReadWritePaths=" + writable(application, paths)
        elif 0 < port < 1024:
            # A port below 1024 needs its capability, which a user namespace of its own would make worthless.
            if key in ("CapabilityBoundingSet", "AmbientCapabilities"):
                line = key + "=CAP_NET_BIND_SERVICE"
            elif key == "PrivateUsers":
                line = "PrivateUsers=no"
        lines.append(line)
    for key in sorted(OF_THE_UNIT & set(settings)):
        lines.insert(lines.index("[Service]") - 1, "%s=%s" % (key, settings.pop(key)))
    own = ["%s=%s" % one for one in settings.items()] + ["Environment=" + variable(*one) for one in service.get("env", {}).items()]
    place = lines.index("[Install]") - 1
    lines[place:place] = own
    return UNIT_MARK + "\n# Type: %s\n" % service["type"] + "\n".join(lines) + "\n"


def variable(name: str, value: str) -> str:
    """For Environment=, which knows specifiers, and no variables."""
    return '"%s=%s"' % (name, value.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%"))


def check_own(layout: Layout, name: str) -> None:
    """A unit that another program or person made is never overwritten."""
    for folder in (layout.units, layout.machine("usr/lib/systemd/system"), layout.machine("lib/systemd/system")):
        path = os.path.join(folder, name + ".service")
        if os.path.exists(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                if file.readline() != UNIT_MARK + "\n":
                    raise Refused("service name %s: %s exists and is not this deployer's" % (name, path))


def render(layout: Layout, environment: str, requested: str, port: int, paths: List[str], directory: str = "",
           start: str = "") -> Dict[str, str]:
    """{unit name: text} of the enabled services of a request, which are JSON. They run in this folder of the release, and start by these
    words in front of their command. Refused for what is no unit."""
    if not 1 <= port <= 65535:
        raise Refused("Port is %d; allowed is 1 to 65535" % port)
    units = {}
    for service in checked(requested, services, "Services is "):
        if service["enabled"]:
            name, text = service["name"], template(TEMPLATES[service["type"]])
            units[name] = rendered(text, layout.application, environment, service, port, paths, directory, start)
            check_own(layout, name)
    if not units:
        raise Refused("no service is enabled")
    return units
