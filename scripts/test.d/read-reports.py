#!/usr/bin/python3
"""read-reports: prints the test cases in Surefire's reports, one a line: passed, failed or skipped; class.method; message.

    read-reports.py FOLDER …

Tabs and line ends in a message become spaces. No report at all is one failure: tests that never ran must not look like
tests that passed.
"""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def line(kind, name, message=""):
    print(kind, name, " ".join(message.split())[:2000], sep="\t")


def reason(skipped):
    """The reason of a disabled test is in an attribute, that of an aborted test in the first line of its stack trace."""
    trace = (skipped.text or "").strip()
    return skipped.get("message") or trace.partition("\n")[0].partition(": ")[2] or "no reason given"


def main():
    reports = sorted(report for folder in sys.argv[1:] for report in Path(folder).glob("TEST-*.xml"))
    if not reports:
        line("failed", "reports", "no test report was written")
    for report in reports:
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            name = f"{case.get('classname').rsplit('.', 1)[-1]}.{case.get('name')}"
            failures = [*case.findall("failure"), *case.findall("error")]
            skipped = case.find("skipped")
            if failures:
                line("failed", name, failures[0].text or failures[0].get("message", ""))
            elif skipped is not None:
                line("skipped", name, reason(skipped))
            else:
                line("passed", name)


if __name__ == "__main__":
    main()
