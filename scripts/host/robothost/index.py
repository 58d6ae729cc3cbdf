"""index: whether a package index answers pip on this instance, and if not, why.

Reads pip's machine-wide settings and requests one page of each index with curl, with the proxy, the trust and the login that pip has.
scripts/local.d/offer-wheels.sh runs this file without the others of the program.
"""

from __future__ import annotations

import configparser
import json
import os
import re
import socket
import sys
import urllib.parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Protocol

    from robothost.system import Ended

    class Runs(Protocol):
        """System, see system.py."""

        def run(self, *command: str) -> Ended: ...

DEFAULT_INDEX = "https://pypi.org/simple"
# What wrote "no-index" into pip's settings leaves the reason beside the wheels.
REASON = "no-index.txt"
CURL_NAME_OF_PROXY, CURL_NAME, CURL_CONNECT, CURL_TIMEOUT = 5, 6, 7, 28
CURL_CERTIFICATE = (51, 60)
SECONDS_TO_CONNECT, SECONDS = 5, 15


def settings(path: str) -> Dict[str, str]:
    """pip's own order: what [install] says comes before [global]."""
    parser = configparser.RawConfigParser()
    parser.read(path, encoding="utf-8")
    found = {}
    for section in ("global", "install"):
        if parser.has_section(section):
            found.update({name.replace("_", "-"): value for name, value in parser.items(section)})
    return found


def without_login(url: str) -> str:
    return re.sub(r"//[^/@\s]*@", "//", url)


def curl(system: Runs, arguments: List[str]) -> Ended:
    return system.run("curl", "--disable", "--silent", "--show-error", *arguments)


def connection_error(host: str, port: int) -> str:
    """The system's words for a connection that cannot be made; curl has one phrase for all of them."""
    try:
        socket.create_connection((host, port), timeout=SECONDS_TO_CONNECT).close()
    except OSError as failed:
        return (failed.strerror or str(failed)).lower()
    return "it did not accept a connection a moment ago"


def issuer(system: Runs, url: str, route: List[str]) -> str:
    """Who issued the certificate that is not trusted. Nothing secret is sent on this connection."""
    said = curl(system, [*route, "--insecure", "--verbose", "--head", "--max-time", str(SECONDS), url]).errors
    found = re.findall(r"^\*\s+issuer: (.+?)\s*$", said, re.MULTILINE)
    return str(found[-1]) if found else "an unknown authority"


def refusal(system: Runs, url: str, chosen: Dict[str, str], netrc: str) -> str:
    """Why this index does not answer; empty when it does."""
    page = urllib.parse.urlsplit(url.rstrip("/") + "/pip/")
    proxy = chosen.get("proxy", "")
    route = ["--proxy", proxy] if proxy else ["--noproxy", "*"]
    arguments = [*route, "--location", "--output", "/dev/null", "--write-out", "%{http_code}",
                 "--connect-timeout", str(SECONDS_TO_CONNECT), "--max-time", str(SECONDS)]
    if os.path.exists(netrc):
        arguments += ["--netrc-file", netrc]
    if page.hostname in [host.split(":")[0] for host in chosen.get("trusted-host", "").split()]:
        arguments.append("--insecure")
    elif chosen.get("cert"):
        arguments += ["--cacert", chosen["cert"]]
    done = curl(system, [*arguments, page.geturl()])
    if done.code == 0:
        # 404: this index has no pip, but it is there.
        return "" if done.output[:1] in "23" or done.output == "404" else status(done.output)
    end = urllib.parse.urlsplit(proxy if "://" in proxy else "http://" + proxy) if proxy else page
    host, port = end.hostname or "", end.port or (80 if end.scheme == "http" else 443)
    detail = re.sub(r"^curl: \(\d+\)\s*", "", (done.errors.strip().splitlines() or ["curl printed nothing"])[0])
    through = "the proxy " if proxy else ""
    if done.code in (CURL_NAME, CURL_NAME_OF_PROXY):
        return "the name %s does not resolve" % (host if done.code == CURL_NAME_OF_PROXY else page.hostname)
    if done.code == CURL_CONNECT:
        return "no connection to %s%s, port %d: %s" % (through, host, port, connection_error(host, port))
    if done.code == CURL_TIMEOUT:
        return "timeout: no answer from %s%s, port %d, within %d s" % (
            through, host, port, SECONDS if "Operation" in detail else SECONDS_TO_CONNECT)
    if done.code in CURL_CERTIFICATE:
        return "its certificate is not trusted (%s); it was issued by %s" % (
            re.sub(r"^SSL[^:]*: ", "", detail), issuer(system, page.geturl(), route))
    return without_login(detail)


def status(code: str) -> str:
    return {"401": "it wants a login (status 401)", "403": "it refuses the request (status 403)",
            "407": "the proxy wants a login (status 407)"}.get(code, "it answers with status %s" % code)


def why_none_answers(system: Runs, chosen: Dict[str, str], netrc: str, folder: str) -> str:
    if chosen.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        try:
            with open(os.path.join(folder, REASON), encoding="utf-8", errors="replace") as file:
                return file.read().strip()
        except OSError:
            return "pip's settings name no package index (no-index)"
    reasons = []
    for url in [chosen.get("index-url", DEFAULT_INDEX), *chosen.get("extra-index-url", "").split()]:
        reason = refusal(system, url, chosen, netrc)
        if not reason:
            return ""
        reasons.append("%s: %s" % (without_login(url), reason))
    return "no package index answers: " + "; ".join(reasons)


def wheels_in(folder: str) -> List[str]:
    """Name and version of each wheel."""
    names = sorted(os.listdir(folder)) if folder and os.path.isdir(folder) else []
    return [" ".join(name.split("-")[:2]) for name in names if name.endswith(".whl")]


def state(system: Runs, pip_conf: str, netrc: str) -> Dict[str, Any]:
    """why is empty when an index answers, otherwise one sentence without a login; wheels is the folder that pip takes wheels from, and
    offered names what is in it."""
    chosen = settings(pip_conf)
    folder = (chosen.get("find-links", "").split() or [""])[0]
    return {"why": why_none_answers(system, chosen, netrc, folder)[:1200], "wheels": folder, "offered": wheels_in(folder)}


class Alone:
    """Runs curl without the other files of the program."""

    def __init__(self) -> None:
        self.code, self.output, self.errors = 0, "", ""

    def run(self, *command: str) -> Any:
        import subprocess

        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, errors="replace", check=False)
        ended = Alone()
        ended.code, ended.output, ended.errors = done.returncode, done.stdout, done.stderr
        return ended


def main(pip_conf: str, netrc: str) -> None:
    print(json.dumps(state(Alone(), pip_conf, netrc)))


if __name__ == "__main__":
    main(*sys.argv[1:])
