"""evidence: the line of a unit's log that says why it ended.

The last of a traceback, else the last that looks like an error, else the last one. Reads the log from stdin.
"""

import re
import sys

MANAGER = (r"(Start|Stop|Restart)(ed|ing) |Scheduled restart|Consumed .* CPU time|\S+\.service: |Deactivated successfully"
           r"|crash bundle \S+: ")


def telling(text):
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    own = [line for line in lines if not re.match(MANAGER, line)]
    inside, found = False, ""
    for line in own:
        if line.startswith("Traceback (most recent call last)"):
            inside = True
        elif inside and not line.startswith((" ", "\t")):
            inside = False
            if re.match(r"[A-Za-z_][\w.]*(?:: |$)", line):
                found = line
    if not found:
        errors = [line for line in own if re.search(r"error|exception|fatal|critical|cannot|refused|denied", line, re.IGNORECASE)]
        found = (errors or own or lines or [""])[-1]
    return found


if __name__ == "__main__" and sys.argv[1:] == ["stdin"]:
    print(telling(sys.stdin.read())[:500])
