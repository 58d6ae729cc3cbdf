r"""start-services: start what serves, after its instance was started.

Guarantee: every unit of the release that serves runs from it. After a boot they start on their own, and those that run are
left alone; one that was stopped by hand, or by a stop that was not completed, is started. How often one has ended before
is forgotten: from now on it counts.
Changes: units that do not run. Prints {"restarted":[…],"serving":{…}|null,"settings":{…}}.

Timeout 2100
Uses fence.py
"""

from __future__ import annotations

from robothost.failures import Failure
from robothost.lock import Publishing
from robothost.releases import linked
from robothost.rules import Refused
from robothost.serve import KEEP, serve, units_of
from robothost.serving import to_check
from robothost.step import Host, as_json


def run(host: Host) -> str:
    with Publishing(host.layout):
        serving = linked(host.layout)
        restarted = serve(host, serving, KEEP) if serving else []
        for unit in units_of(host.layout, serving) if serving else []:
            host.system.run("systemctl", "reset-failed", unit + ".service")
    try:
        return as_json({"restarted": restarted, **to_check(host.layout, serving)})
    except Refused as problem:
        raise Failure("ReleaseNotFound", str(problem)) from problem
