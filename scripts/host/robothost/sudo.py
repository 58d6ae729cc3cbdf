"""sudo: the application's user does not become root by sudo.

Amazon Linux allows ec2-user everything, without a password. The rule that is added here is read last and so decides, also against the
rules of groups. A person who needs a shell of root's has a session of Systems Manager.
"""

from __future__ import annotations

import os
import re

from robothost import changes, files
from robothost.failures import Failure
from robothost.layout import USER
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List

# The last name in its folder. sudo reads no file with a dot in its name.
RULE = "etc/sudoers.d/zzz-crypto-robot-deployer"
TEXT = "# Made by the crypto robot deployer. It must be the last rule for {0}.\n{0} ALL=(ALL:ALL) !ALL\n".format(USER)
# As sudo lists it.
NO_RIGHT = "(ALL : ALL) !ALL"


def take_away(host: Host) -> str:
    """A sentence about where the user has lost that right; empty where it had none."""
    if not host.system.which("sudo"):
        return ""
    last = last_right(host)
    if not last:
        return ""
    rule = host.layout.machine(RULE)
    if last != NO_RIGHT:
        install(host, rule)
        last = last_right(host)
        # Seen, not inferred.
        if last != NO_RIGHT or host.system.run("sudo", "-n", "-l", "-U", USER, "/bin/sh").code == 0:
            raise Failure("HostUnfit", "%s can become root by sudo: '%s' is read after %s; remove that rule (sudo -l -U %s)" % (USER, last, rule, USER))
        host.log.write("%s takes sudo from %s" % (rule, USER))
    return "%s may not use sudo (%s); for a shell as root: aws ssm start-session" % (USER, rule)


def install(host: Host, rule: str) -> None:
    """One that visudo refuses could take sudo from everyone. sudo reads no file whose name has a dot."""
    files.make_folders(os.path.dirname(rule), 0o755)
    fresh = files.fresh_name(host.layout, rule)
    changes.write_new(fresh, TEXT, 0o440)
    if host.system.run("visudo", "--check", "--quiet", "--file=" + fresh).code:
        changes.unlink(fresh)
        raise Failure("HostUnfit", "visudo refuses the rule that takes sudo from the application user")
    changes.rename(fresh, rule)


def last_right(host: Host) -> str:
    """What the rules of sudo allow or refuse the user last, or nothing."""
    listed = host.system.run("sudo", "-n", "-l", "-U", USER).output
    rights: List[str] = re.findall(r"^ *(\([^)]*\) .*)$", listed, re.MULTILINE)
    return rights[-1] if rights else ""
