"""pages: whether the page of a service is healthy, as this instance sees it.

Healthy means: each process that listens on its port belongs to the service's own control group, and it answers 200 on its path, over its
protocol and name, with the certificate that was installed and the text that is expected.
"""

from __future__ import annotations

import os
import re

from robothost.history import confirmed
from robothost.plain import plain
from robothost.problem import Problem
from robothost.services import unit_of
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence

    from robothost.system import Ended

# What curl returns when the other side speaks the other protocol: for https, a failed handshake or a connection that was cut; for http,
# no answer, an answer without a status line, or a connection that was cut.
OTHER_PROTOCOL = {"https": (35, 56), "http": (1, 8, 52, 56)}
# Of an answer, what is searched for the expected text; and how much of another answer a reason quotes.
SEARCHED, QUOTED = 1 << 20, 80


class Listener:
    """A listening TCP socket: its address, its port, and pid → unit of the processes that hold it."""

    def __init__(self, address: str, port: int, units: Dict[str, str]) -> None:
        self.address, self.port, self.units = address, port, units

    @property
    def is_loopback(self) -> bool:
        return bool(re.fullmatch(r"(?:127\.[0-9.]+|\[?::1\]?|\[?::ffff:127\.[0-9.]+\]?)(?:%\S+)?", self.address))

    def __str__(self) -> str:
        return "%s:%d" % ("0.0.0.0" if self.address == "*" else self.address, self.port)


class Page:
    """What one service answers requests with. is_web: it is a web application, which others than this instance must reach."""

    def __init__(self, unit: str, port: int, path: str, protocol: str, hostname: str, expected_text: str, is_web: bool) -> None:
        self.unit, self.port, self.path, self.protocol, self.hostname = unit, port, path, protocol, hostname
        self.expected_text, self.is_web = expected_text, is_web

    @property
    def url(self) -> str:
        return self.url_over(self.protocol)

    def url_over(self, protocol: str) -> str:
        return "%s://%s:%d%s" % (protocol, self.hostname, self.port, self.path)


def pages_of(services: List[Dict[str, Any]], port: int, health_path: str, protocol: str, hostname: str) -> List[Page]:
    """Of enabled services. The other values are those of the request, for what a service does not name."""
    found: List[Page] = []
    for service in services:
        own, is_web = service.get("health", {}), service["type"] == "web_application"
        if not is_web and "port" not in own:
            continue
        page = Page(service["name"], own.get("port", port), own.get("path", health_path), own.get("protocol", protocol), hostname,
                    own.get("expected_text", ""), is_web)
        # Earlier versions checked the first of several pages, and let others name the same port.
        if page.port not in [one.port for one in found]:
            found.append(page)
    return found


def listeners(host: Host) -> List[Listener]:
    found = []
    for line in host.system.run("ss", "-Hltnp").output.splitlines():
        words = line.split()
        address, colon, port = words[3].rpartition(":") if len(words) > 3 else ("", "", "")
        if colon and port.isdigit():
            found.append(Listener(address, int(port), {pid: unit_of(host.layout.proc, pid) for pid in re.findall(r"pid=(\d+)", line)}))
    return found


def foreign_listeners(host: Host, unit: str, port: int, found: List[Listener]) -> str:
    """Who listens on a port of a unit outside it. A program that took the port first, or shares it (SO_REUSEPORT), would answer in place
    of the unit."""
    others = []
    for listener in found:
        if listener.port != port:
            continue
        if not listener.units:
            others.append("no known process")
        for pid, owner in listener.units.items():
            # A process that is gone has closed its port.
            if owner != unit + ".service" and os.path.isdir(os.path.join(host.layout.proc, pid)):
                others.append("process %s (%s)" % (pid, owner or "in no service"))
    return ", ".join(others)


def port_problem(host: Host, unit: str, ports: Sequence[int], found: List[Listener]) -> Optional[Problem]:
    """Of the further ports of a service: none for those on which it listens, and nobody else."""
    for port in ports:
        others = foreign_listeners(host, unit, port, found)
        if others:
            return Problem(unit, "does not have port %d to itself: there is a listener of %s" % (port, others))
        if not any(one.port == port for one in own_listeners(unit, found)):
            return Problem(unit, "does not listen on port %d, which its ports name" % port)
    return None


def own_listeners(unit: str, found: List[Listener]) -> List[Listener]:
    return [listener for listener in found if unit + ".service" in listener.units.values()]


def request_words(page: Page, protocol: str, *options: str) -> List[str]:
    return ["curl", "-sS", "--noproxy", "*", "--proto", "=" + protocol, "--resolve", "%s:%d:127.0.0.1" % (page.hostname, page.port), *options,
            "--connect-timeout", "2", "--max-time", "5"]


def request_page(host: Host, page: Page, protocol: str, *options: str) -> Ended:
    """One request to this machine under the configured name; the output is the status."""
    return host.system.run(*request_words(page, protocol, *options), "-o", "/dev/null", "-w", "%{http_code}", "--url", page.url_over(protocol))


def trust_of(host: Host, page: Page) -> List[str]:
    """Trusting exactly the chain that was installed shows that the application serves that one, and checks name and dates too."""
    return [] if page.protocol == "http" else ["--cacert", os.path.join(host.layout.certificates, page.hostname, "cert.pem")]


def page_problem(host: Host, release: str, page: Page, is_new: bool = False, found: Optional[List[Listener]] = None) -> Optional[Problem]:
    """One request to the page. One that only this machine reaches is a problem of a release that was never confirmed: one that was must stay
    a target of a rollback."""
    found = listeners(host) if found is None else found
    others = foreign_listeners(host, page.unit, page.port, found)
    if others:
        return Problem(page.unit, "does not have port %d to itself: there is a listener of %s" % (page.port, others))
    trust = trust_of(host, page)
    done = request_page(host, page, page.protocol, *trust)
    own = own_listeners(page.unit, found)
    if done.code == 0 and done.output == "200":
        return answer_problem(host, release, page, own, trust, is_new)
    if done.code == 0:
        return Problem(page.unit, "answered %s at %s instead of 200" % (done.output, page.url), answers=True)
    reason = "did not answer at %s: %s" % (page.url, plain((done.errors.splitlines() or [""])[0]))
    if speaks_other(host, page, done.code):
        return Problem(page.unit, reason, answers=True, advice=other_protocol(page))
    return Problem(page.unit, reason, advice=elsewhere(page, own))


def answer_problem(host: Host, release: str, page: Page, own: List[Listener], trust: List[str], is_new: bool) -> Optional[Problem]:
    """Of a page that answers 200."""
    at = [listener for listener in own if listener.port == page.port]
    if not at:
        # What rewrites addresses, as a container's proxy, leaves no listener. Another one may have begun to listen since they were read.
        return Problem(page.unit, "does not listen on port %d: the answer at %s is not its own" % (page.port, page.url))
    unreachable = loopback_words(page, at) if is_new and release not in confirmed(host.layout) else ""
    if unreachable:
        return Problem(page.unit, unreachable, answers=True, advice="Let it listen on 0.0.0.0, port %d" % page.port)
    if not page.expected_text:
        return None
    answer = host.system.head(SEARCHED, *request_words(page, page.protocol, *trust), "--url", page.url)
    if page.expected_text in answer:
        return None
    begins = plain(answer[:QUOTED]).strip()
    return Problem(page.unit, "answered 200 at %s without the text %s%s" % (
        page.url, quoted(page.expected_text), "; its answer begins with %s" % quoted(begins) if begins else ""), answers=True)


def quoted(text: str) -> str:
    return "'%s'" % " ".join(text.split())


def loopback_words(page: Page, at: List[Listener]) -> str:
    """Why nobody reaches a page that answers here, or nothing."""
    if not page.is_web or not all(listener.is_loopback for listener in at):
        return ""
    return "listens only on %s: nobody outside this instance reaches it" % " and ".join(map(str, at))


def speaks_other(host: Host, page: Page, code: int) -> bool:
    """Whether the page answers over the protocol that was not requested."""
    if code not in OTHER_PROTOCOL[page.protocol]:
        return False
    other = "http" if page.protocol == "https" else "https"
    # Nothing secret is sent, and nothing of the answer is used.
    return request_page(host, page, other, "--insecure", "--http0.9").code == 0


def other_protocol(page: Page) -> str:
    if page.protocol == "https":
        return ("The page speaks http, not https, on port %d: give its server the files in SSL_CERT_PATH and SSL_KEY_PATH, or set protocol "
                "to http" % page.port)
    return "The page speaks https, not http, on port %d: set protocol to https, or let its server speak http" % page.port


def elsewhere(page: Page, own: List[Listener]) -> str:
    """Where the service listens, as far as that explains why it does not answer on 127.0.0.1."""
    if not own:
        return "No process of %s listens on a port" % page.unit
    at = [listener for listener in own if listener.port == page.port]
    if any(listener.is_loopback or listener.address in ("*", "0.0.0.0", "[::]") for listener in at):
        return ""
    variable = ", as PORT in its environment says" if page.is_web else ""
    return "It listens on %s: let it listen on 0.0.0.0, port %d%s" % (" and ".join(map(str, own)), page.port, variable)
