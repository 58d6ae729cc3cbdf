"""shipping: whether the log of the application goes to CloudWatch as well, and how; see ship.py.

Parameter LogGroup ^(|/[A-Za-z0-9_./#-]{1,400})$ CloudWatch log group the journal is shipped to; empty ships nothing.
"""

from __future__ import annotations

import json
import os

from robothost import changes, files, machine_files, program
from robothost.failures import Failure
from robothost.packages import Packages
from robothost.printed import logged
from robothost.serve import required
from robothost.step import Host

UNIT = "crypto-robot-ship.service"
AGENT = "amazon-cloudwatch-agent"
AGENT_CONTROL = "opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl"
AGENT_CONFIGURATION = "etc/crypto-robot-deployer/cloudwatch-agent.json"
LOG_FILE = "/var/log/crypto-robot/journal.log"


def set_up(host: Host, packages: Packages) -> None:
    """To the group of the request, which exists; an empty one ends it."""
    group = host.request.text("LogGroup")
    if group:
        ship(host, packages, group)
    else:
        stop(host)


def ship(host: Host, packages: Packages, group: str) -> None:
    control = host.layout.machine(AGENT_CONTROL)
    if not os.access(control, os.X_OK):
        packages.install([AGENT], [AGENT])
        if not os.access(control, os.X_OK):
            raise Failure("HostUnfit", "%s is still missing after installing %s" % (control, AGENT))
    text = program.template(UNIT).replace(" /opt/crypto-robot ", " %s " % host.layout.application)
    is_new = machine_files.install_runner(host.layout, "ship")
    if machine_files.install(host.layout, os.path.join(host.layout.units, UNIT), text) or is_new:
        required(host, "systemctl", "daemon-reload")
        required(host, "systemctl", "enable", "--quiet", UNIT)
        required(host, "systemctl", "restart", UNIT)
    configure_agent(host, control, group)


def configure_agent(host: Host, control: str, group: str) -> None:
    """The copy of its settings is written when the agent has accepted them."""
    path, text = host.layout.machine(AGENT_CONFIGURATION), agent_configuration(group)
    if files.content(path) == text:
        return
    # The agent keeps its settings by the name of the file.
    fresh = os.path.join(host.work, "agent.json")
    changes.write_new(fresh, text, 0o644)
    done = logged(host, control, "-a", "append-config", "-m", "ec2", "-s", "-c", "file:" + fresh)
    if done.code:
        raise Failure("HostUnfit", "the CloudWatch agent refuses its settings: " + done.last(1))
    machine_files.install(host.layout, path, text)
    host.log.write("logs go to " + group)


def agent_configuration(group: str) -> str:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-Configuration-File-Details.html"""
    entry = {"file_path": LOG_FILE, "log_group_name": group, "log_stream_name": "{instance_id}", "timezone": "UTC"}
    return json.dumps({"logs": {"logs_collected": {"files": {"collect_list": [entry]}}}}, separators=(",", ":")) + "\n"


def stop(host: Host) -> None:
    path, unit = host.layout.machine(AGENT_CONFIGURATION), os.path.join(host.layout.units, UNIT)
    if not os.path.isfile(path) and not os.path.isfile(unit):
        return
    host.system.run("systemctl", "disable", "--quiet", "--now", UNIT)
    changes.unlink(unit)
    required(host, "systemctl", "daemon-reload")
    control = host.layout.machine(AGENT_CONTROL)
    if os.access(control, os.X_OK) and logged(host, control, "-a", "stop").code:
        host.log.write("the CloudWatch agent does not stop")
    changes.unlink(path)
    host.log.write("logs are not shipped any more")
