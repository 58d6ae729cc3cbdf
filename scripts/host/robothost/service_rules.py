"""service_rules: what the optional fields of a service may be, in a request and in a manifest.

The request schema has the same rules. They are checked here too, because a manifest of an earlier version may be another user's.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Tuple

# How long a service may take to start where it says nothing else; and the time in which restarts are counted.
START_SECONDS, RESTART_MINUTES = 60, 30
# How long a service may take to stop, by its type, as the templates of the units have it.
STOP_SECONDS = {"trading_robot": 30, "web_application": 10}
SIGNALS = ("SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2")
RESTARTS = ("always", "on-failure", "no")
PATH = r"\.?[A-Za-z0-9_][A-Za-z0-9._-]*(/\.?[A-Za-z0-9_][A-Za-z0-9._-]*)+"
# Of the deployer and of systemd: a service that could set them would not be the one that was described.
RESERVED_VARIABLES = {"PATH", "HOME", "XDG_CACHE_HOME", "PORT", "ROBOT_MODE", "BINANCE_API_KEY", "BINANCE_SECRET_KEY", "SSL_CERT_PATH",
                      "SSL_KEY_PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "USER", "LOGNAME", "SHELL", "NOTIFY_SOCKET",
                      "INVOCATION_ID", "JOURNAL_STREAM", "SYSTEMD_EXEC_PID", "LISTEN_FDS", "LISTEN_PID", "WATCHDOG_PID", "WATCHDOG_USEC"}


def number(least: int, most: int) -> Callable[[Any], bool]:
    return lambda found: type(found) is int and least <= found <= most


def numbers(least: int, most: int, count: int) -> Callable[[Any], bool]:
    fits = number(least, most)
    return lambda found: isinstance(found, list) and 1 <= len(found) <= count and all(map(fits, found)) and len(set(found)) == len(found)


def words(pattern: str) -> Callable[[Any], bool]:
    return lambda found: isinstance(found, str) and re.fullmatch(pattern, found) is not None


def one_of(*allowed: str) -> Callable[[Any], bool]:
    return lambda found: isinstance(found, str) and found in allowed


def printable(least: int, most: int) -> Callable[[Any], bool]:
    return words(r"[^\x00-\x1f\x7f\ud800-\udfff]{%d,%d}" % (least, most))


def is_env(found: Any) -> bool:
    return isinstance(found, dict) and len(found) <= 50 and all(
        re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", name) and name not in RESERVED_VARIABLES and printable(0, 1000)(value)
        for name, value in found.items())


def is_page_port(found: Any) -> bool:
    return type(found) is int and (found in (80, 443) or 1024 <= found <= 65535)


HEALTH: Dict[str, Callable[[Any], bool]] = {
    "path": words(r"/[A-Za-z0-9._~/-]{0,199}"), "expected_text": printable(1, 200), "port": is_page_port, "protocol": one_of("https", "http")}
READY: Dict[str, Callable[[Any], bool]] = {"file": words(PATH), "log_line": printable(1, 200)}


def is_health(found: Any) -> bool:
    return isinstance(found, dict) and set(found) <= set(HEALTH) and all(HEALTH[name](value) for name, value in found.items())


def is_ready(found: Any) -> bool:
    return found == "notify" or isinstance(found, dict) and len(found) == 1 and all(name in READY and READY[name](found[name]) for name in found)


FIELDS: Dict[str, Tuple[Callable[[Any], bool], str]] = {
    "env": (is_env, "an object of variables with printable values, none that the deployer sets"),
    "stop_signal": (one_of(*SIGNALS), ", ".join(SIGNALS)),
    "stop_seconds": (number(5, 900), "a number of seconds from 5 to 900"),
    "success_exit_statuses": (numbers(1, 255, 20), "a list of different numbers from 1 to 255"),
    "ports": (numbers(1024, 65535, 10), "a list of different ports from 1024 to 65535"),
    "memory_max": (words("[1-9][0-9]?%|100%|[1-9][0-9]{1,5}M|[1-9][0-9]{0,3}G"), "such as 75%, 800M or 2G"),
    "cpu_quota": (words("([5-9]|[1-9][0-9]{1,3})%"), "a percentage such as 150%"),
    "tasks_max": (number(8, 32768), "a number from 8 to 32768"),
    "restart": (one_of(*RESTARTS), ", ".join(RESTARTS)),
    "restart_limit": (number(1, 100), "a number from 1 to 100"),
    "start_seconds": (number(5, 900), "a number of seconds from 5 to 900"),
    "unanswered_seconds": (number(5, 900), "a number of seconds from 5 to 900"),
    "health": (is_health, "an object with path, expected_text, port and protocol"),
    "ready": (is_ready, "notify, or an object with file or log_line"),
}


def problem(service: Dict[str, Any]) -> str:
    """What is wrong with the optional fields of a service, or nothing."""
    for name, (fits, allowed) in FIELDS.items():
        if name in service and not fits(service[name]):
            return "%s is not allowed; allowed is %s" % (name, allowed)
    return ""
