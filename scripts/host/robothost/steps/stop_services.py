r"""stop-services: end the application before its instance is stopped.

Guarantee: afterwards no unit of the application runs. Robots are stopped first (SIGTERM) and have their unit's TimeoutStopSec to
finish an order; one that has not ended by then is killed, and named. The other services follow. Nothing is disabled: the next boot
starts everything again.
Changes: running units. Prints {"stopped":[…],"robot_seconds","killed":[…]}: how long the robots took, and which were killed.

Timeout 2100
Uses fence.py
"""

from __future__ import annotations

from robothost import releases
from robothost.services import installed, is_robot, stop
from robothost.step import Host, as_json


def run(host: Host) -> str:
    release = releases.current(host.layout)
    units = installed(host.layout)
    robots = [name for name in units if is_robot(host.layout, name, release)]
    others = [name for name in units if name not in robots]
    begun = host.system.uptime()
    killed = stop(host.system, robots)
    took = host.system.uptime() - begun
    killed += stop(host.system, others)
    return as_json({"stopped": robots + others, "robot_seconds": round(took, 2), "killed": killed})
