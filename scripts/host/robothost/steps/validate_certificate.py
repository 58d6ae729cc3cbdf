r"""validate-certificate: decide about the environment's certificate, and put it on the instance if it is good.

Guarantee: the decision is made here and nowhere else, see certificate_verdict.py. With protocol https,
certificates/.versions/<hostname>-<version>/ holds cert.pem (leaf and chain, 0644) and key.pem (0600, ec2-user) of exactly that
version of the secret; with http, no file of it. What serves is not touched. A certificate that cannot be read is an answer too.
Only a secret that cannot be fetched is a failure, CertificateUnreadable.
Changes: certificates/.versions/. Prints {"protocol","problem","warning","not_after"}: protocol is https or http, problem why it
is http, not_after when the first certificate of the chain expires (empty if none can be read).

Parameter CertificateSecret ^[A-Za-z0-9/_+=.@-]{1,512}$ Name of the secret with cert, key and chain.
Parameter CertificateVersion ^[A-Za-z0-9-]{0,64}$ Version of the secret; empty when there is none.
Parameter CertificateHostname ^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$ The host name the certificate is for.
Timeout 120
Uses fence.py
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone

from robothost import changes, files
from robothost.application_folder import make_folders
from robothost.certificate import facts_of
from robothost.certificate_secret import Parts, Unreadable, parts_of
from robothost.certificate_verdict import Verdict, verdict
from robothost.layout import USER
from robothost.secrets_manager import read_secret
from robothost.step import Host
from robothost.system import System
from robothost.users import need_users

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional, Tuple

# File → its rights.
MODES = {"cert.pem": 0o644, "key.pem": 0o600}


def run(host: Host) -> str:
    hostname, version = host.request.text("CertificateHostname"), host.request.text("CertificateVersion")
    need_users(host)
    make_folders(host.layout)
    secret = read_secret(host, host.request.text("CertificateSecret"), version, "CertificateUnreadable") if version else ""
    folder = os.path.join(host.work, "certificate")
    files.make_folder(folder, 0o700)
    now = datetime.fromtimestamp(host.system.now(), timezone.utc)
    found, parts = judged(host.system, secret.encode("utf-8", "surrogateescape"), folder, hostname, now)
    if parts and not found.problem:
        put(host, hostname, version, {"cert.pem": "".join(parts.certificates), "key.pem": parts.key})
    return answer(found)


def judged(system: System, secret: bytes, folder: str, hostname: str, now: datetime) -> Tuple[Verdict, Optional[Parts]]:
    """The folder is private. No part of the key is in the verdict."""
    try:
        parts = parts_of(secret)
        return verdict(facts_of(system, parts, folder), hostname, now), parts
    except Unreadable as problem:
        return Verdict(str(problem), "", ""), None


def answer(found: Verdict) -> str:
    return json.dumps({"protocol": "http" if found.problem else "https", **found._asdict()})


def put(host: Host, hostname: str, version: str, texts: Dict[str, str]) -> None:
    """A version never changes its content, so one that is whole already may be in use and stays; but only root may put files there."""
    layout = host.layout
    final, fresh = layout.certificate(hostname, version), layout.certificate(".new-" + hostname, version)
    user, group = layout.account(USER)
    changes.remove_tree(fresh)
    if not is_whole(final, texts):
        changes.make_folder(fresh, 0o755)
        for name, text in texts.items():
            changes.write_new(os.path.join(fresh, name), text, MODES[name], (user, group))
        changes.remove_tree(final)
        changes.rename(fresh, final)
        changes.sync(os.path.dirname(final))
    # Their rights are as promised even if another program has changed them since.
    for name, mode in MODES.items():
        changes.set_owner(os.path.join(final, name), user, group)
        changes.set_mode(os.path.join(final, name), mode)


def is_whole(folder: str, texts: Dict[str, str]) -> bool:
    """Whether a folder is root's and has exactly these files' content."""
    try:
        return os.lstat(folder).st_uid == os.geteuid() and all(
            files.plain(os.path.join(folder, name)) == text.encode() for name, text in texts.items())
    except OSError:
        return False
