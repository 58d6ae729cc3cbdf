"""pip_failure: one sentence from what pip printed, naming the requirement that failed.

pip_failure.py <pip's output> <requirements.txt>
"""

import re
import sys

PATTERNS = [
    r"No matching distribution found for (.+)",
    r"Could not find a version that satisfies the requirement (.+?)(?: \(from.*)?$",
    r"Failed building wheel for (.+)",
    r"Failed to build '?([^' ]+)'?",
    r"Could not build wheels for (.+?),",
    r"THESE PACKAGES DO NOT MATCH THE HASHES.*",
    r"Cannot install (.+) because these package versions have conflicting dependencies",
    r"Invalid requirement: '?(.+?)'?(?:$|:)",
    r"Hashes are required in --require-hashes mode.*",
]
NETWORK = r"Temporary failure in name resolution|Failed to establish a new connection|Network is unreachable|timed out|Connection refused"


def line_of(name, requirements):
    """Where requirements.txt asks for it, when it does so itself."""
    wanted = re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", name.strip())[0]).lower()
    for number, line in enumerate(requirements.splitlines(), 1):
        if re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", line.strip())[0]).lower() == wanted:
            return number
    return 0


def explain(output, requirements):
    network = re.search(NETWORK, output)
    hint = " The package index could not be reached: %s." % network.group(0) if network else ""
    for pattern in PATTERNS:
        match = re.search(pattern, output, re.MULTILINE)
        if match:
            name = match.group(1).strip() if match.groups() else ""
            number = line_of(name, requirements) if name else 0
            where = " (requirements.txt, line %d)" % number if number else ""
            return "pip cannot install %s%s: %s.%s" % (name or "the requirements", where, match.group(0).strip().rstrip("."), hint)
    errors = re.findall(r"^(?:ERROR|error): (.+)$", output, re.MULTILINE) or [line for line in output.splitlines() if line.strip()][-1:]
    return "pip failed: %s.%s" % ((errors or ["it printed nothing"])[-1].rstrip("."), hint)


def main(output, requirements):
    with open(output, errors="replace") as file:
        text = file.read()
    with open(requirements, errors="replace") as file:
        print(explain(text, file.read())[:1500])


if __name__ == "__main__":
    main(*sys.argv[1:])
