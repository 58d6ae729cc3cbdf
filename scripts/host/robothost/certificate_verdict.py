"""certificate_verdict: decides whether a certificate may be used for a host name, and what its owner must know.

Reads no file and no clock: certificate.py reads the facts, and the caller gives the time.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Iterable, NamedTuple, Sequence

SOON = timedelta(days=14)
# P-521 is accepted: every browser but Chrome supports it. Ed25519 is not: no browser supports it and no public authority signs it,
# see https://cabforum.org/working-groups/server/baseline-requirements/, 6.1.5.
CURVES = ("EC P-256", "EC P-384", "EC P-521")
# An IPv4 address has no labels that * could match, and an IPv6 address has no dots.
ADDRESS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}")


class Certificate(NamedTuple):
    """A certificate of a chain; subject is printable ASCII, fingerprint is the SHA-256 in lower case."""

    subject: str
    self_issued: bool
    not_before: datetime
    not_after: datetime
    fingerprint: str


class Chain(NamedTuple):
    """The certificates that a server sends, the leaf first.

    trusted: how many of them, the leaf first, this host needs to reach an authority that it trusts; 0 where it cannot.
    """

    certificates: Sequence[Certificate]
    trusted: int

    @property
    def needed(self) -> Sequence[Certificate]:
        """The certificates that every client needs.

        A root that another authority has signed as well is often sent with that signature: clients that trust the root ignore the
        certificate, and its dates do not count (Let's Encrypt's chain of 2021 ended in an expired certificate and was valid). This
        host knows by its own trust which certificate that is. Where it trusts none, only the leaf and its issuer are certain.
        """
        return self.certificates[: self.trusted or 2]

    @property
    def uncertain(self) -> Sequence[Certificate]:
        """The certificates that some clients may need."""
        return () if self.trusted else self.certificates[2:]

    @property
    def first_to_end(self) -> Certificate:
        return min(self.needed, key=lambda one: one.not_after)

    @property
    def complete(self) -> bool:
        """Whether it ends at a root, or at an authority that this host trusts."""
        return self.trusted > 0 or self.certificates[-1].self_issued

    def called(self, one: Certificate) -> str:
        if one == self.certificates[0]:
            return "it"
        return "its %s certificate %s" % ("root" if one.self_issued else "intermediate", one.subject)


class Facts(NamedTuple):
    """What the host read.

    names: the subject alternative names, with or without OpenSSL's prefix DNS:. key_type: `RSA 2048`, `EC P-256`, or OpenSSL's name
    for another kind. tls_refusal: OpenSSL's reason why a server could not load it; empty if it could. for_servers: whether its key
    usages, if it has any, permit use as a TLS server. authority: whether it belongs to a certificate authority that another
    authority certified. in_order: whether each certificate of the chain is signed by the next one.
    """

    names: Sequence[str]
    chain: Chain
    key_matches: bool
    key_type: str
    tls_refusal: str
    for_servers: bool
    authority: bool
    in_order: bool


class Verdict(NamedTuple):
    """problem: every reason against its use; empty if there is none. warning: what will soon prevent its use, or may prevent it for
    some clients; empty if there is a problem. not_after: when the first of the certificates that clients need expires."""

    problem: str
    warning: str
    not_after: str


def verdict(facts: Facts, hostname: str, now: datetime) -> Verdict:
    times = [_time(facts.chain, one, now) for one in facts.chain.needed]
    problem = _joined([*times, _name(facts, hostname), _key(facts), _usage(facts), _order(facts)])
    return Verdict(problem, "" if problem else _warning(facts.chain, now), iso(facts.chain.first_to_end.not_after))


def iso(time: datetime) -> str:
    return time.isoformat()[:19] + "Z"


def matches(names: Iterable[str], hostname: str) -> bool:
    """Whether the names cover the host name.

    According to RFC 9525, only subject alternative names count, never the common name; case is ignored; a * matches exactly one
    whole label, the left-most. As in OpenSSL, at least two labels follow the *. Unlike in OpenSSL, * also matches a label with an
    underscore, because names of environments may have one.
    """
    host = hostname.lower()
    return any(_covers(re.sub(r"^(dns|ip address|ip):", "", name.strip().lower()), host) for name in names)


def _covers(name: str, host: str) -> bool:
    if not name.startswith("*."):
        return name == host
    parent = name[1:]
    label, dot, rest = host.partition(".")
    return bool(label and dot) and not ADDRESS.fullmatch(host) and "." in parent[1:] and "*" not in parent and "." + rest == parent


def _joined(found: Iterable[str]) -> str:
    return "; ".join(one for one in found if one)


def _time(chain: Chain, one: Certificate, now: datetime) -> str:
    if now < one.not_before:
        return "%s is not valid before %s" % (chain.called(one), iso(one.not_before))
    return "" if now < one.not_after else "%s expired at %s" % (chain.called(one), iso(one.not_after))


def _name(facts: Facts, hostname: str) -> str:
    if not facts.names:
        return "it has no subject alternative names, and a common name does not count"
    return "" if matches(facts.names, hostname) else "it is not for %s but for %s" % (hostname, ", ".join(facts.names))


def _key(facts: Facts) -> str:
    if not facts.key_matches:
        return "the private key does not belong to it"
    if not _accepted_by_clients(facts.key_type):
        return "its key is %s, but browsers accept only RSA of 2048 bits or more, EC P-256 and EC P-384" % facts.key_type
    return "no server can load it: " + facts.tls_refusal if facts.tls_refusal else ""


def _accepted_by_clients(key_type: str) -> bool:
    rsa = re.fullmatch(r"RSA ([0-9]{1,6})", key_type)
    return int(rsa.group(1)) >= 2048 if rsa else key_type in CURVES


def _usage(facts: Facts) -> str:
    if facts.authority:
        return "it is the certificate of an authority, not of a server"
    return "" if facts.for_servers else "its key usages do not permit use as a server"


def _order(facts: Facts) -> str:
    return "" if facts.in_order else "its chain is out of order: each certificate must be signed by the next one"


def _warning(chain: Chain, now: datetime) -> str:
    first = chain.first_to_end
    called = "the certificate" if first == chain.certificates[0] else chain.called(first)
    soon = "" if now + SOON < first.not_after else "%s expires at %s" % (called, iso(first.not_after))
    times = [_time(chain, one, now) for one in chain.uncertain]
    alone = "" if chain.complete else (
        "its chain does not reach a root that this instance trusts: clients that do not know the issuer refuse it; "
        "are intermediate certificates missing?")
    return _joined([soon, *(time and time + ": clients that need it refuse the chain" for time in times), alone])
