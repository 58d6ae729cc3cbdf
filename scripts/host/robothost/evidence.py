"""evidence: the line of a unit's log that states why it ended, or nothing when the unit has printed none.

It is the last line of a traceback, unless the program reported an error after it; else the last line that reports an error; else the
last line. What the deployer causes is no evidence: the messages of systemd and of the crash program, and what a web server logs
about the requests of the health check. Reads the log from stdin.
"""

from __future__ import annotations

import os
import re

from robothost.plain import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List

LONGEST = 500
MANAGER = (r"(Start|Stopp|Restart)(ed|ing) \S+\.service\b|Scheduled restart|Consumed .* CPU time|\S+\.service: |Deactivated successfully"
           r"|crash bundle \S+: ")
# A line with the beginning of a TLS connection, as bytes or as repr() shows them.
HANDSHAKE = re.compile(r"^.*(?:\\x16\\x03|\x16\x03).*$", re.MULTILINE)
# What follows when the bytes have line breaks: the rest of an access log's line, without the quote that opens its request.
REST = re.compile(r"[^\"]*\" [1-5]\d\d (?:-|\d+)(?!\w)|\W*$|(?=.*[\x80-\xff])[ -/:-@\[-`{-\xff]*[A-Za-z0-9]?[ -/:-@\[-`{-\xff]*$")
# What a web server logs about a request of the health check: its access log; TLS that arrives at a server that expects http, and the
# reverse; a certificate that the check does not trust; a connection that the check closes.
LOOPBACK = r"(?:\b127\.0\.0\.\d+|::1|\blocalhost)\b"
PROBE = re.compile(
    r"\"(?:GET|HEAD|-)\b[^\"]*\"\s+\d{3}\b.*" + LOOPBACK + "|" + LOOPBACK + r".*\"(?:GET|HEAD|-)\b[^\"]*\"\s+\d{3}\b|"
    r"\"(?:GET|HEAD) \S+ HTTP/\d[.\d]*\" \d{3}\b.*curl/|"
    r"\bcode 40[05], message Bad (?:request|HTTP)|Bad (?:request (?:version|syntax)|HTTP/0\.9 request type)|"
    r"Invalid HTTP request|[Mm]alformed HTTP|Invalid request from ip=|aiohttp\.http_exceptions\.|InvalidRequestLine|"
    r"Invalid (?:http version|method encountered)|"
    r"\[SSL: (?:HTTP_REQUEST|HTTPS_PROXY_REQUEST|\w*ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_\w+))\].*\(_ssl\.c")
# A traceback behind this line ends with what the probe caused, if it is one of CLOSED.
REQUEST = re.compile(r"Exception (?:happened|occurred) (?:during|while) processing (?:of )?request from \('" + LOOPBACK + r"|Error on request:")
CLOSED = re.compile(r"(?:ConnectionResetError|BrokenPipeError|ConnectionAbortedError|ssl\.SSL\w*|TimeoutError)\b")
ERROR = re.compile(r"error|exception|fatal|critical|cannot|refused|denied|failed|missing|invalid|required|unable|panic|must ", re.IGNORECASE)
# A line of the program's log at this level: what it names comes after a traceback that was handled.
LEVEL = re.compile(
    r"\b(?:ERROR|CRITICAL|FATAL)\b|(?i:\[(?:error|critical|fatal)\s*\]|\"?level(?:name)?\"?\s*[=:]\s*\"?(?:error|critical|fatal)\b)")
NO_ERROR = re.compile(r"\S+://\S+|\b(0|no) errors?\b|\bmore information\b|\bfurther information\b", re.IGNORECASE)
FURTHER = re.compile(r"(?:for )?(?:more|further) (?:information|details|help)\b|see (?:also )?\S+://|^\S+://\S+$|traceback: see", re.IGNORECASE)
TRACEBACK = re.compile(r"[\s|+]*(?:Exception Group )?Traceback \(most recent call last\)")
EXCEPTION = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:: |$)|(?:[A-Za-z_]\w*\.)+\w+: |[a-z_]\w*: ")
# Of several lines: pydantic counts the problems and names them below.
COUNTED = re.compile(r"\b\d+ validation errors? for \S+$")
BOX = "─━│┃┌┐└┘├┤┬┴┼╭╮╯╰═║╔╗╚╝▶|"


def lines_of(text: str) -> List[str]:
    """The program's own lines, without frames."""
    found = []
    for line in plain(HANDSHAKE.sub("", text)).splitlines():
        framed = line.strip().startswith(tuple(BOX[:-1]))
        line = line.strip().strip(BOX + " ") if framed else line.rstrip()
        # The head of a box: its title stands alone between lines.
        is_title = framed and re.fullmatch(r"(?i)errors?|traceback.*", line)
        if not is_title and not REST.match(line) and not re.match(MANAGER, line):
            found.append(line)
    return found


def is_indented(line: str) -> bool:
    return line.startswith((" ", "\t"))


def bare(line: str) -> str:
    """Without the margin that an exception group has."""
    return re.sub(r"^\s*[|+] ", "", line)


def blocks(lines: List[str]) -> Iterator[List[str]]:
    """The lines one by one, but a traceback as a whole: its last line is the exception, if it has one."""
    block: List[str] = []
    for line in lines:
        if TRACEBACK.match(line):
            if block:
                yield block
            block = [line]
        elif block:
            block.append(line)
            if not is_indented(bare(line)):
                yield block
                block = []
        else:
            yield [line]
    if block:
        yield block


def without_probe(lines: List[str]) -> Iterator[List[str]]:
    """The blocks that the health check did not cause."""
    is_request = False
    for block in blocks(lines):
        last = bare(block[-1])
        if REQUEST.search(last):
            is_request = True
        elif len(block) > 1 and is_request and CLOSED.match(last):
            is_request = False
        elif not PROBE.search(last):
            is_request = is_request and len(block) == 1
            yield block


def telling(text: str, only_errors: bool = False) -> str:
    """With only_errors nothing where the program reports no error: the last line of a program that runs is no reason."""
    found, errors, others = "", "", ""
    own = lines_of(text)
    for block in without_probe(own):
        line = bare(block[-1])
        if len(block) > 1:
            found = line if EXCEPTION.match(line) else found
        elif FURTHER.search(line.strip()):
            continue
        elif found and LEVEL.search(line):
            found = line
        # What is indented continues the line before; an address or a count of none reports nothing.
        elif not is_indented(line) and ERROR.search(NO_ERROR.sub("", line)):
            errors = line
        else:
            others = line
    return with_details((found or errors or ("" if only_errors else others)).strip(), own)


def with_details(line: str, own: List[str]) -> str:
    """The first problem that pydantic counts."""
    if not COUNTED.search(line):
        return line
    place = max(number for number, one in enumerate(own) if line in one)
    details = [one.strip() for one in own[place + 1:place + 3] if not FURTHER.search(one.strip()) and not EXCEPTION.match(one + " ")]
    return ": ".join([line, *details])


# What a robot gets when it writes where it cannot: the words of Python, sqlite and others.
CANNOT_WRITE = re.compile(r"Read-only file system|EROFS\b|unable to open database file|attempt to write a readonly database", re.IGNORECASE)
PATH = re.compile(r"Read-only file system: b?[\"']([^\"']+)[\"']")
WRITABLE = "A release is read-only"


def hint(line: str, application: str) -> str:
    """What to do about this line, or nothing."""
    if not CANNOT_WRITE.search(line):
        return ""
    path = PATH.search(line)
    inside = re.sub("^%s/(?:current|releases/[^/]+)/" % re.escape(application), "", path.group(1)) if path else ""
    inside = os.path.normpath(inside) if inside else ""
    if os.path.isabs(inside):
        return "%s. %s is not in it: write below a persistent path, or to /tmp" % (WRITABLE, inside)
    if not inside or inside.startswith(".."):
        return "%s: name the file or folder that the robot writes in persistent_paths" % WRITABLE
    return "%s: name '%s' in persistent_paths" % (WRITABLE, inside)


def described(text: str, application: str, only_errors: bool = False) -> str:
    """The line and what to do about it, for a verdict. The text must be redacted."""
    line = telling(text, only_errors)[:LONGEST].rstrip()
    advice = hint(line, application)
    # A verdict continues behind it.
    return "%s. %s" % (line.rstrip("."), advice) if advice else re.sub(r"(?<!\.)\.$", "", line)
