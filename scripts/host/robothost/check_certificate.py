"""check_certificate: the days until the first certificate of a file expires, and whether its owner must be notified.

check_certificate <cert.pem> <host name> <what was told last> <private folder>. Prints JSON with certificate_not_after, days_left,
headline, said, next, news and told.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any, Dict

from robothost.certificate import chain_of
from robothost.certificate_secret import Unreadable, certificates_in
from robothost.certificate_verdict import Chain, iso

# Each of these days before the end, and the end, is news once.
MARKS = (-1, 3, 14, 30)
RENEW = "store the renewed certificate with operate certificate, then operate rotate-certificate"
# As much as a secret holds.
LARGEST = 65_536


def chain_in(path: str, folder: str) -> Chain:
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
    return chain_of(list(dict.fromkeys(certificates)), folder)


def unreadable(problem: str, hostname: str, was: str) -> Dict[str, Any]:
    return {"certificate_not_after": "", "days_left": None, "headline": "certificate unreadable",
            "said": "the certificate for %s cannot be read: %s" % (hostname, problem),
            "next": RENEW, "news": was != "unreadable", "told": "unreadable"}


def reading(chain: Chain, hostname: str, was: str, now: datetime) -> Dict[str, Any]:
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
    told = "" if mark is None else "%s %d" % (first.fingerprint[:16], mark)
    return {"certificate_not_after": end, "days_left": days, "headline": headline,
            "said": "the certificate for %s %s%s" % (hostname, said, whose),
            "next": "nothing" if mark is None else RENEW, "news": mark is not None and not _told(told, was), "told": told}


def _told(told: str, was: str) -> bool:
    """Whether this day, or a later one, of this certificate was told."""
    fingerprint, _, mark = told.partition(" ")
    before, _, mark_before = was.partition(" ")
    try:
        return before.lower() == fingerprint and int(mark_before) <= int(mark)
    except ValueError:
        return False


def main(path: str, hostname: str, was: str, folder: str) -> None:
    try:
        answer = reading(chain_in(path, folder), hostname, was, datetime.now(timezone.utc))
    except Unreadable as problem:
        answer = unreadable(str(problem), hostname, was)
    print(json.dumps(answer))
