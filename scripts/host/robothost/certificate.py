"""certificate: reads what OpenSSL knows about a certificate, its chain and its key. certificate_verdict.py decides about them."""

from __future__ import annotations

import os
import re
import ssl
from datetime import datetime, timezone
from typing import List, Optional, Sequence

from robothost.certificate_secret import NO_KEY, Parts, Unreadable
from robothost.certificate_verdict import Certificate, Chain, Facts
from robothost.system import System

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def facts_of(system: System, parts: Parts, folder: str) -> Facts:
    """Writes cert.pem and key.pem into a private folder, as a server loads them, and reads them. What else is in it afterwards is of no use."""
    certificates, key = parts
    leaf = certificates[0]
    chain = chain_of(system, certificates, folder)
    public = openssl(system, "x509", "-noout", "-pubkey", text=leaf)
    # OpenSSL reads the pass phrase of an encrypted key from the terminal; with an empty one, it refuses the key instead.
    own = openssl(system, "pkey", "-pubout", "-passin", "pass:", text=key)
    if public is None or own is None:
        raise Unreadable(NO_KEY)
    _write(os.path.join(folder, "cert.pem"), "".join(certificates))
    _write(os.path.join(folder, "key.pem"), key)
    return Facts(
        names=_names(system, leaf),
        chain=chain,
        key_matches=public.strip() == own.strip(),
        key_type=_key_type(system, public),
        tls_refusal=_tls_refusal(folder),
        for_servers="SSL server : Yes" in (openssl(system, "x509", "-noout", "-purpose", text=leaf) or ""),
        authority=not chain.certificates[0].self_issued and "CA:TRUE" in _extension(system, leaf, "basicConstraints"),
        in_order=all(_verified(system, folder, [issuer], one, "-partial_chain", trust="-trusted")
                     for one, issuer in zip(certificates, certificates[1:])),
    )


def chain_of(system: System, certificates: Sequence[str], folder: str) -> Chain:
    """The chain of these PEM certificates; the folder is for files that are of no use afterwards."""
    return Chain([_certificate(system, one, leaf=one == certificates[0]) for one in certificates], _trusted(system, certificates, folder))


def openssl(system: System, *arguments: str, text: str = "") -> Optional[str]:
    """What it prints; None when it fails."""
    done = system.run("openssl", *arguments, text=text)
    return None if done.code else done.output


def _certificate(system: System, pem: str, leaf: bool) -> Certificate:
    # RFC 2253 escapes everything but printable ASCII.
    text = openssl(system, "x509", "-noout", "-subject", "-nameopt", "RFC2253", "-dates", "-fingerprint", "-sha256",
                   "-subject_hash", "-issuer_hash", text=pem)
    if text is None:
        raise Unreadable("'cert' is no certificate openssl can read" if leaf else "a certificate after the first is none openssl can read")
    fields = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    hashes = re.findall(r"^[0-9a-f]{8}$", text, re.MULTILINE)
    fingerprint = next(value for name, value in fields.items() if name.lower().endswith("fingerprint"))
    return Certificate(
        subject=fields["subject"].strip()[:200] or "without a subject",
        self_issued=len(hashes) == 2 and hashes[0] == hashes[1],
        not_before=_time(fields["notBefore"]),
        not_after=_time(fields["notAfter"]),
        fingerprint=fingerprint.replace(":", "").lower(),
    )


def _time(text: str) -> datetime:
    """OpenSSL's `Nov 23 06:15:00 2026 GMT`."""
    try:
        month, day, clock, year = text.split()[:4]
        hour, minute, second = clock.split(":")
        return datetime(int(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=timezone.utc)
    except ValueError:
        raise Unreadable("'cert' has no dates of validity that can be read") from None


def _names(system: System, leaf: str) -> List[str]:
    lines = [line for line in _extension(system, leaf, "subjectAltName").splitlines() if line.startswith("    ")]
    names = [name.strip() for line in lines for name in line.split(",")]
    return [re.sub(r"^(DNS|IP Address):", "", name) for name in names if re.match(r"(DNS|IP Address):", name)]


def _extension(system: System, pem: str, name: str) -> str:
    return openssl(system, "x509", "-noout", "-ext", name, text=pem) or ""


def _key_type(system: System, public: str) -> str:
    """`RSA 2048`, `EC P-256`, or OpenSSL's name for another kind."""
    text = openssl(system, "pkey", "-pubin", "-noout", "-text", text=public) or ""
    curve = re.search(r"^NIST CURVE: (\S+)$", text, re.MULTILINE) or re.search(r"^ASN1 OID: (\S+)$", text, re.MULTILINE)
    if curve or "Field Type:" in text:
        return "EC " + (curve.group(1) if curve else "of a curve without a name")
    bits = re.match(r"(?:RSA )?Public-Key: \(([0-9]+) bit\)\nModulus:", text)
    return "RSA " + bits.group(1) if bits else text.split(" ")[0] or "unknown"


def _tls_refusal(folder: str) -> str:
    """OpenSSL's reason why a server cannot load both files; empty if it can."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
            os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem"), password=lambda: "")
    except (ssl.SSLError, ValueError) as error:
        return (getattr(error, "reason", "") or "it cannot be loaded").replace("_", " ").lower()
    return ""


def _trusted(system: System, certificates: Sequence[str], folder: str) -> int:
    """How many certificates of the chain reach an authority that this machine trusts; 0 if it trusts none."""
    if not _verified(system, folder, certificates, certificates[0], trust="-untrusted"):
        return 0
    return next((count for count in range(1, len(certificates))
                 if _verified(system, folder, certificates[:count], certificates[0], trust="-untrusted")), len(certificates))


def _verified(system: System, folder: str, others: Sequence[str], one: str, *options: str, trust: str) -> bool:
    """Whether the signatures are valid. The dates are for the verdict."""
    paths = [os.path.join(folder, name) for name in ("others.pem", "subject.pem")]
    for path, text in zip(paths, ("".join(others), one)):
        _write(path, text)
    return openssl(system, "verify", *options, "-no_check_time", trust, *paths) is not None


def _write(path: str, text: str) -> None:
    """A file of the caller's only."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "w", encoding="ascii") as file:
        file.write(text)
