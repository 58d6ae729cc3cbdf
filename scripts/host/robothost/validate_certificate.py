"""validate_certificate: decides about a certificate secret, and writes cert.pem and key.pem where it is good.

validate_certificate <file with the secret> <private folder> <host name>. Prints {"protocol","problem","warning","not_after"}:
protocol is https, or http with the problem. No part of the key is printed.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Dict

from robothost.certificate import facts_of
from robothost.certificate_secret import Unreadable, parts_of
from robothost.certificate_verdict import Verdict, verdict


def validated(secret: bytes, folder: str, hostname: str, now: datetime) -> Dict[str, str]:
    try:
        judged = verdict(facts_of(parts_of(secret), folder), hostname, now)
    except Unreadable as problem:
        judged = Verdict(str(problem), "", "")
    return {"protocol": "http" if judged.problem else "https", **judged._asdict()}


def main(secret: str, folder: str, hostname: str) -> None:
    with open(secret, "rb") as file:
        print(json.dumps(validated(file.read(), folder, hostname, datetime.now(timezone.utc))))
