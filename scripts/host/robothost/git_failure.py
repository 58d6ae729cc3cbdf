"""git_failure: names a failure of git by what git and ssh print in the C locale, and its most specific lines."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List

TOO_LONG = 124
LONGEST = 500
# Faults of the network: a second attempt may succeed.
TRANSIENT = ("NameUnresolvable", "RepositoryUnreachable")
# The first that is found counts: the most specific comes first.
WORDS = tuple((name, re.compile(pattern, re.DOTALL)) for name, pattern in (
    ("HostKeyUnknown", "Host key verification failed|host key is known|REMOTE HOST IDENTIFICATION HAS CHANGED"),
    ("HostKeyUnknown", "SSL certificate problem|server certificate verification failed|certificate subject name"),
    ("NameUnresolvable", "Could not resolve host|Name or service not known|Temporary failure in name resolution"),
    ("LoginRefused", r"Permission denied \(publickey|Permission denied, please try again|Authentication failed"),
    ("LoginRefused", "could not read Username|could not read Password|returned error: 401|returned error: 403"),
    ("LoginRefused", "error in libcrypto|invalid format"),
    ("RepositoryIncomplete", "missing blob|missing tree|missing commit|missing object|unable to read [0-9a-f]{7}"),
    ("RepositoryIncomplete", "possible repository corruption|promisor remote|bad object|all necessary objects"),
    ("BranchMissing", "couldn't find remote ref|Remote branch.*not found"),
    ("CommitRefused", "not our ref|unadvertised object|not a valid object"),
    ("RepositoryMissing", "epository not found|does not appear to be a git repository|' not found|returned error: 404"),
    ("RepositoryMissing", "not a git repository|does not exist|not valid: is this a git repository"),
    ("RepositoryUnreachable", "timed out|Timed out|refused|returned error: 5|returned error: 429|early EOF|RPC failed"),
    ("RepositoryUnreachable", "hung up unexpectedly|Failed to connect|unable to access|reset by peer|unreachable|Connection closed"),
))
ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
# Hints, empty lines and progress.
NOISE = re.compile(r"hint:|Please make sure|and the repository exists|(?:remote: )?[A-Za-z]+ [a-z]+: +[0-9]+(?:%|,|$)"
                   r"|(?:remote: )?Total [0-9]|remote:$|$")


def name_of(code: int, words: str) -> str:
    found = next((name for name, pattern in WORDS if pattern.search(words.replace("\0", ""))), "")
    return found or ("RepositoryUnreachable" if code == TOO_LONG else "StepFailed")


def last_words(words: str) -> str:
    """The first line with an error and the last three, without NUL bytes, escape sequences and progress, whose lines end with CR. The words
    are redacted already."""
    lines: List[str] = []
    for line in re.split(r"[\r\n]", ESCAPE.sub("", words.replace("\0", ""))):
        line = line.rstrip(" \t")
        if not NOISE.match(line):
            lines.append(line)
    first = [line for line in lines[:-3] if "fatal" in line or "error" in line][:1]
    return " ".join(first + lines[-3:])[:LONGEST]


def explanation(name: str, url: str, branch: str, secret: str) -> str:
    return {
        "HostKeyUnknown": "The host of %s did not prove who it is; put its key into known_hosts of the repository secret (https: its certificate is"
                          " not trusted here)." % url,
        "LoginRefused": "%s refused the login; check the deploy key or token in %s." % (url, secret or "the repository secret"),
        "NameUnresolvable": "The host name in %s cannot be resolved, tried 4 times." % url,
        "RepositoryUnreachable": "%s cannot be reached, tried 4 times." % url,
        "RepositoryMissing": "There is no repository at %s, or the login may not see it." % url,
        "RepositoryIncomplete": "%s lacks an object of the commit: it is a partial clone, or damaged. Fetch all of it (git fetch --refetch, or a new"
                                " clone without --filter), and check it with git fsck." % url,
        "BranchMissing": "Branch %s does not exist in %s." % (branch, url),
    }.get(name, "git failed on %s." % url)
