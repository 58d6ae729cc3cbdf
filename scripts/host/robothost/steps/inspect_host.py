r"""inspect-host: report what this instance serves, and whether a deployment would change anything.

Guarantee: reads only, needs no lock and disturbs no deployment; see inspect.py. Its unit has a name of its own: it neither waits for
a deployment nor is ended by one.
Prints {"nothing_to_do","differences","revision","release","serving","healthy","releases","settings","built"}.

Timeout 300
Uses fence.py git.py interpreter.py installation.py inspect.py
"""

from __future__ import annotations

import json

from robothost.inspect import inspect
from robothost.step import Host

# It holds no lock.
FENCED = False


def run(host: Host) -> str:
    return json.dumps(inspect(host), ensure_ascii=False)
