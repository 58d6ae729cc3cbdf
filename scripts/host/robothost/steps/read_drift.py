r"""read-drift: compare what runs with what was deployed.

Guarantee: reads only, needs no lock, and disturbs no deployment. It compares the files of the release with its commit, its
environment, links and .env, units and services, processes and listening ports of the application's user, the packet filter
and the certificate; what is kept in persistent paths is the robot's own and no drift. Each difference is named, with one
command that fixes it. No content of .env is printed: a digest that only root can read is compared. News is a set of
differences other than the one reported last. While a run holds the lock nothing is compared.
Prints {"release","mode","protocol","judged","count","drift":[{"what","said","mend"}],"headline","said","next","news","told"}.

Parameter Environment ^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$ The environment of this instance, for the commands.
Timeout 180
"""

from __future__ import annotations

import hashlib
import json

from robothost import lock, releases, told
from robothost.drift import Comparison, compare
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

MOST = 40
LONGEST_HEADLINE = 80


def comparison(host: Host, release: str) -> Optional[Comparison]:
    """None when a run is at work on this instance, or has begun to be under the look."""
    if not release or lock.read(host.layout):
        return None
    found = compare(host, release, host.request.text("Environment"))
    return None if lock.read(host.layout) or releases.current(host.layout) != release else found


def run(host: Host) -> str:
    release = releases.current(host.layout)
    compared = comparison(host, release)
    found = compared.found if compared else []
    names = ", ".join(dict.fromkeys(one["what"] for one in found))
    last, now = told.last(host.layout, "check-drift"), ""
    if compared:
        text = "\n".join("%s %s" % (one["what"], one["said"]) for one in found)
        now = "%d %s" % (len(found), hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16])
    if not release:
        said = "nothing is deployed"
    elif not compared:
        said = "another run is at work on this instance; nothing was compared"
    elif found:
        said = "%d differences from what was deployed: %s" % (len(found), names)
    else:
        said = "what runs is what was deployed"
    if compared and compared.unknown:
        said += "; its files were not compared: " + compared.unknown
    manifest = releases.what_serves(host.layout, release)[0] or {}
    return json.dumps({
        "release": release, "mode": manifest.get("mode", ""), "protocol": manifest.get("protocol", ""),
        "judged": compared is not None, "count": len(found), "drift": found[:MOST],
        "headline": ("drift: " + names)[:LONGEST_HEADLINE] if found else "no drift any more",
        "said": said, "next": "operate drift names each difference with the command that mends it" if found else "nothing",
        "news": compared is not None and now != last and (bool(found) or last[:2] not in ("", "0 ")), "told": now,
    }, ensure_ascii=False)
