"""evidence: the line of a unit's log that says why it ended, or nothing when the unit has printed none.

The last of a traceback, unless something went wrong after it; else the last line that reports an error; else the last line. Reads the
log from stdin.
"""

from __future__ import annotations

import re
import sys

MANAGER = (r"(Start|Stopp|Restart)(ed|ing) |Scheduled restart|Consumed .* CPU time|\S+\.service: |Deactivated successfully"
           r"|crash bundle \S+: ")
ERROR = re.compile(r"error|exception|fatal|critical|cannot|refused|denied|failed", re.IGNORECASE)
# A line of the program's log at this level: what it names comes after a traceback that was handled.
LEVEL = re.compile(r"\b(ERROR|CRITICAL|FATAL)\b")
NO_ERROR = re.compile(r"\S+://\S+|\b(0|no) errors?\b", re.IGNORECASE)


def telling(text: str) -> str:
    own = [line.rstrip() for line in text.splitlines() if line.strip() and not re.match(MANAGER, line)]
    inside, found = False, ""
    for line in own:
        if line.startswith("Traceback (most recent call last)"):
            inside = True
        elif inside and not line.startswith((" ", "\t")):
            inside = False
            if re.match(r"[A-Za-z_][\w.]*(?:: |$)", line):
                found = line
        elif not inside and found and LEVEL.search(line):
            found = line
    if not found:
        # What is indented goes on with the line before; an address or a count of none reports nothing.
        errors = [line for line in own if not line.startswith((" ", "\t")) and ERROR.search(NO_ERROR.sub("", line))]
        found = (errors or own or [""])[-1]
    return found


def main() -> None:
    print(telling(sys.stdin.read())[:500])
