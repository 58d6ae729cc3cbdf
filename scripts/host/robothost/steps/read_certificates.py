r"""read-certificates: report the days until the certificate that serves expires, and whether that is news.

Guarantee: reads only, needs no lock, and disturbs no deployment. It reads the file that serves, not its manifest. The first
certificate of the chain to expire counts, see certificate_verdict.py. 30, 14 and 3 days before, and then, is news, each once for
one certificate: see record-notice.
Prints {"release","mode","protocol","hostname","certificate_not_after","days_left","headline","said","next","news","told"};
days_left is null where there is no certificate.

Timeout 60
"""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import datetime, timezone

from robothost import releases, told
from robothost.certificate import chain_of
from robothost.certificate_secret import Unreadable, certificates_in
from robothost.certificate_verdict import Chain, iso
from robothost.manifest import read_manifest
from robothost.rules import Refused
from robothost.step import Host, as_json
from robothost.system import System

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

# Each of these days before the end, and the end, is news once.
MARKS = (-1, 3, 14, 30)
RENEW = "store the renewed certificate with operate certificate, then operate rotate-certificate"
# As much as a secret holds.
LARGEST = 65_536


def chain_in(system: System, path: str, folder: str) -> Chain:
    try:
        with open(path, "rb") as file:
            text = file.read(LARGEST + 1)
    except OSError as error:
        raise Unreadable("%s: %s" % (path, error.strerror)) from None
    if len(text) > LARGEST:
        raise Unreadable("it has more than %d bytes" % LARGEST)
    certificates = certificates_in("cert.pem", text.decode("utf-8", "replace"))
    if not certificates:
        raise Unreadable("it is empty")
    return chain_of(system, list(dict.fromkeys(certificates)), folder)


def unreadable(problem: str, hostname: str, last: str) -> Dict[str, Any]:
    return {"headline": "certificate unreadable", "said": "the certificate for %s cannot be read: %s" % (hostname, problem),
            "next": RENEW, "news": last != "unreadable", "told": "unreadable"}


def reading(chain: Chain, hostname: str, last: str, now: datetime) -> Dict[str, Any]:
    first = chain.first_to_end
    # Whole days; an expired certificate has -1 or less.
    days = (first.not_after - now).days
    end = iso(first.not_after)
    whose = "" if first == chain.certificates[0] else ", because %s expires then" % chain.called(first)
    if days < 0:
        said, headline = "expired at %s" % end, "certificate expired"
    else:
        said, headline = "ends in %d days, at %s" % (days, end), "certificate ends in %d days" % days
    mark = next((one for one in MARKS if days <= one), None)
    report = "" if mark is None else "%s %d" % (first.fingerprint[:16], mark)
    return {"certificate_not_after": end, "days_left": days, "headline": headline,
            "said": "the certificate for %s %s%s" % (hostname, said, whose),
            "next": "nothing" if mark is None else RENEW, "news": mark is not None and not is_reported(report, last), "told": report}


def is_reported(report: str, last: str) -> bool:
    """Whether this day, or a later one, of this certificate was reported."""
    fingerprint, _, mark = report.partition(" ")
    before, _, mark_before = last.partition(" ")
    try:
        return before.lower() == fingerprint and int(mark_before) <= int(mark)
    except ValueError:
        return False


def certificate(host: Host, hostname: str) -> Dict[str, Any]:
    """The fields of the answer about the certificate for this name."""
    last = told.last(host.layout, "check-certificates")
    folder = tempfile.mkdtemp(prefix="crypto-robot-", dir=host.layout.run)
    try:
        chain = chain_in(host.system, os.path.join(host.layout.certificates, hostname, "cert.pem"), folder)
        return reading(chain, hostname, last, datetime.fromtimestamp(host.system.now(), timezone.utc))
    except Unreadable as problem:
        return unreadable(str(problem), hostname, last)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(host: Host) -> str:
    release = releases.current(host.layout)
    answer: Dict[str, Any] = {"release": release, "mode": "", "protocol": "", "hostname": "", "certificate_not_after": "", "days_left": None,
                              "headline": "", "said": "nothing is deployed", "next": "nothing", "news": False, "told": ""}
    if release:
        try:
            manifest = read_manifest(host.layout, release)
        except Refused as problem:
            answer["said"] = host.redacted(str(problem))
        else:
            answer.update(mode=manifest["mode"], protocol=manifest["protocol"], hostname=manifest["certificate_hostname"])
            if manifest["protocol"] == "http":
                answer["said"] = "the web application serves over http: there is no certificate to look at"
            else:
                answer.update(certificate(host, manifest["certificate_hostname"]))
    return as_json(answer)
