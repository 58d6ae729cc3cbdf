"""redact: takes secrets out of a text before it leaves the host.

redact <application> <folder of the step, or empty>: the text of stdin.

A secret is a value this host knows, or a text of a usual kind.
- Known are the values of each .env on this host whose name or look says so, all values of declared secrets, the strings in the files that
  declared secrets become but for plain words, the lines of the certificates' private keys, the login
  of the package index, and the repository's login while a step uses it. Each is found as it is, quoted, URL-encoded, hexadecimal and in base64 at any offset,
  in small letters or capitals. Texts of less than six characters stay: no secret is that short, and too many words are.
- Usual kinds are in KINDS: private keys, logins in URLs, tokens of known services, and what is assigned to a name like api_key.

A text is redacted whole, before it is cut or a line of it is chosen.
"""

from __future__ import annotations

import base64
import glob
import json
import os
import re
import stat
import urllib.parse

from robothost.layout import Layout
from robothost.plain import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Set, Tuple

REDACTED = "[redacted]"
SHORTEST, LARGEST_FILE, LONGEST_WITH_FORMS = 6, 4 << 20, 4096
NAMES = re.compile(
    r"^BINANCE_|KEY|SECRET|TOKEN|PASS|PWD|CREDENTIAL|PRIVATE|AUTH|COOKIE|SESSION|WEBHOOK|MNEMONIC|SEED|PHRASE|DSN", re.IGNORECASE)
# The deployer's own lines that hold a path or a word, never a secret.
PLAIN = {"ROBOT_MODE", "SSL_CERT_PATH", "SSL_KEY_PATH"}
NAMES_OF_PLACES = re.compile(r"(PATH|FILE|DIR|FOLDER|COMMIT|REVISION|RELEASE|VERSION|DIGEST|SHA\d*)$", re.IGNORECASE)
# What a settings file has beside its secrets, under a name that says nothing of a secret: a word like binance, an address like 127.0.0.1.
PLAIN_WORD = re.compile(r"[a-z]{1,12}|[0-9]{1,3}(?:\.[0-9]{1,3}){3}", re.ASCII)
LINE_OF_SETTINGS = re.compile(r"""^[\s,{\[-]*(?:export\s+)?["']?([\w.-]*)["']?\s*[:=]\s*(.*?)[\s,;]*$""")
QUOTED = re.compile(r""""((?:\\.|[^"\\])+)"|'((?:\\.|[^'\\])+)'""")
RANDOM = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9+/=_.-]{20,}")
# Parts of paths, host names and dates: words, numbers, and words with a short number behind.
PLAIN_PARTS = re.compile(r"(?:[A-Za-z]+[0-9]{0,3}|[0-9]+)?(?:[/._-]+(?:[A-Za-z]+[0-9]{0,3}|[0-9]+)?)*")
WORDS = re.compile(r"[A-Za-z]+(?:\s+[A-Za-z]+){11,23}")
BINDING = re.compile(
    r"""^[^\S\r\n]*(?:export[^\S\r\n]+)?['"]?([^=\#\s'"]+)['"]?[^\S\r\n]*=[^\S\r\n]*
        (?:'((?:\\'|[^'])*)'|"((?:\\"|[^"])*)"|([^\r\n]*))""", re.VERBOSE | re.MULTILINE)
ENV_FILES = ("releases/*/.env", "releases/*/.deployer-env-base")
STATE_ENV_FILES = ("saved/*/env", "env-base")
# Where root has written which secrets a release was given.
DECLARATIONS = ("releases/*/release.json", "releases/*.secrets", "saved/*/state/release.json")
SAVED_FILES = ("saved/*/files",)
KEY_FILES = ("certificates/.versions/*/key.pem",)
LOGIN_FILES = ("git/token", "git/ssh_key")
INDEX_LOGIN = "/etc/crypto-robot-index.netrc"

# As many words in a row as a wallet has, on one line or as a list.
WORDS_IN_A_ROW = re.compile(r"\b[A-Za-z]{3,8}(?:[\s,'\"]{1,6}[A-Za-z]{3,8}){11,}\b")

PEM_BEGIN = r"-----BEGIN[ ][A-Z0-9 ]{0,30}PRIVATE[ ]KEY(?:[ ]BLOCK)?-----"
PEM_END = r"-----END[ ][A-Z0-9 ]{0,30}PRIVATE[ ]KEY(?:[ ]BLOCK)?-----"
# A line of a private key that comes by itself, and what may stand between them.
PEM_LINE = re.compile(r"\s*(?:[A-Za-z0-9+/=]{1,80}|(?:Proc-Type|DEK-Info|Comment|Version):.*)?\s*")
# The same behind what a logger prints in front of it.
PEM_TAIL = re.compile(r"(?:^|[\s:\"'])([A-Za-z0-9+/]{16,80}={0,2})[\s\"',]*$")
MOST_PEM_LINES = 200

NAME = r"""(?:(?:api|access|secret|private|signing|master|client|account|auth|listen|wallet)[_-]?key|secret|token|passw(?:or)?d|passphrase|pwd
            |credentials?|signature|authorization|cookie)"""
# No value: a path, a placeholder, what a program calls it.
NO_VALUE = r"""(?!(?:none|null|true|false|required|missing|invalid|undefined|optional|string|redacted)\b|\[redacted\]|[*$<{(%]|\.{3}
                |(?:~|\.{0,2})/[\w.@-]+/|[a-z][a-z+.-]*://|[a-z_]+(?:\.[a-z_]+)+\b|\w*""" + NAME + r"""\b)"""
# Each has one group: the secret itself, so that what stands beside it can still be read.
KINDS = re.compile(
    r"(" + PEM_BEGIN + r"(?:(?:(?!-----BEGIN)[\s\S]){0,20000}?" + PEM_END
    + r"|(?:(?:\\[rnt]|[\s\"',])+[A-Za-z0-9+/=]{16,})*(?:(?:\\[rn]|\s)+[A-Za-z0-9+/]{1,80}={0,2}(?=\s*$))?))" + r"""
    # A line of 64 characters in the middle of a private key; a digest has no capitals.
    |^[ \t]*((?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)[A-Za-z0-9+/]{64})[ \t]*$
    # Logins in URLs, also such without a password.
    |://[^/\s:@"'<>]*:([^/\s"'<>]+)@
    |://([A-Za-z0-9_.~%-]{16,})@
    # Telegram, Discord, Slack.
    |(?<!\d)(\d{6,12}(?::|%3[Aa])(?=\S*[A-Z_-])[A-Za-z0-9_-]{30,64})(?![\w-])
    |/webhooks/\d{5,}/([\w-]{20,})
    |\b([MNO][\w-]{23,28}\.[\w-]{6}\.[\w-]{27,45})(?![\w-])
    |/services/(T[A-Z0-9]{5,}/B[A-Z0-9]{5,}/[A-Za-z0-9]{16,})
    |\b(xox[a-z]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,})
    # GitHub, GitLab, AWS, Google, npm, PyPI, OpenAI and Stripe, JSON web tokens.
    |\b(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,})
    |\b((?:AKIA|ASIA)[A-Z0-9]{16})\b
    |\b(AIza[\w-]{35}|npm_[A-Za-z0-9]{36}|pypi-[\w-]{40,}|[sr]k[-_](?:live_|test_|proj-|ant-)?(?=[\w-]*\d)[A-Za-z0-9_-]{20,})
    |\b(SG\.[\w-]{16,}\.[\w-]{16,}|hf_[A-Za-z0-9]{30,}|dop_v1_[a-f0-9]{60,})
    # The keys of nodes of a chain in their addresses, the key of a user's stream, extended and exported private keys.
    |\b(?:infura\.io|alchemy\.com|alchemyapi\.io|ankr\.com|chainstack\.com)(?:/[a-z0-9_]{1,20})*?/((?=[\w-]*\d)[\w-]{24,})
    |\bquiknode\.pro/((?=\w*\d)\w{24,})
    |:9443/(?:ws|stream)/([A-Za-z0-9]{50,})
    |\b([xyzt]prv[1-9A-HJ-NP-Za-km-z]{100,112})\b
    |(?<![\w/+])([5KL](?=[1-9A-HJ-NP-Za-km-z]*[a-z])(?=[1-9A-HJ-NP-Za-km-z]*\d)[1-9A-HJ-NP-Za-km-z]{50,51})(?![\w/+=])
    |\b(eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?)
    |(?i:\b(?:bearer|basic)\s+(?=\S*\d)([A-Za-z0-9._~+/-]{16,}=*))
    # What is assigned to a name like api_key: in quotes, behind = or, if it has a digit, behind a colon.
    |(?i:""" + NAME + r"""\\?["']?\s{0,2}(?:=>?|:)\s{0,2}\\?["'])""" + r"(?i:" + NO_VALUE + r")" + r"""([^"'\\\r\n]{4,400})\\?["']
    |(?i:""" + NAME + r"""["']?=)""" + r"(?i:" + NO_VALUE + r")" + r"""([^\s"'&,;<>(){}\[\]]{6,})
    |(?i:""" + NAME + r"""["']?(?:\s?:\s{0,2}|\s=\s))""" + r"(?i:" + NO_VALUE + r")" + r"""(?=\S*\d)([^\s"'&,;<>(){}\[\]]{8,})
    # The words of a wallet.
    |(?i:(?:seed|mnemonic|phrase)\w*["']?\s{0,2}[:=]\s{0,2}["']?)((?:[a-z]{3,8}[ ,]+){11,23}[a-z]{3,8}\b)
    """, re.VERBOSE | re.MULTILINE)


def secrets_of(name: str, value: str) -> Set[str]:
    """What of a setting is secret, also line by line, as a log has it."""
    found: Set[str] = set()
    if name in PLAIN:
        return found
    found.update(match.group(match.lastindex or 0) for match in KINDS.finditer(value))
    place = NAMES_OF_PLACES.search(name)
    looks_random = RANDOM.fullmatch(value) and not PLAIN_PARTS.fullmatch(value)
    if (NAMES.search(name) and not (place and "/" in value)) or (looks_random and not place) or WORDS.fullmatch(value):
        found.add(value)
        found.add(value.replace("\\n", "\n").replace("\\'", "'").replace('\\"', '"').replace("\\\\", "\\"))
    for one in list(found):
        found.update(line.strip() for line in re.split(r"[\r\n]+|\\n", one))
    return found


def values(text: str, declared: Iterable[str] = ()) -> Set[str]:
    """What in a .env is secret. These names are, whatever they look like."""
    found: Set[str] = set()
    for name, single, double, bare in BINDING.findall(text):
        value = single or double or re.sub(r"\s#.*", "", bare).strip()
        found |= secrets_of(name, value)
        if name in declared:
            found |= {value, value.replace("${:-$}{", "${"), value.replace("\\'", "'").replace("\\\\", "\\")}
    return found


def secrets_of_file(text: str) -> Set[str]:
    """What is secret in a file that a secret became."""
    try:
        found = json.loads(text.lstrip("\ufeff"))
        pairs = list(named_strings("", found)) if isinstance(found, (dict, list)) else [("", text)]
    except (ValueError, RecursionError):
        pairs = [pair for line in text.splitlines() for pair in settings_in(line)]
    return {one for name, value in pairs for one in secrets_of(name, value) | secret_setting(name, value)}


def secret_setting(name: str, value: str) -> Set[str]:
    is_plain = PLAIN_WORD.fullmatch(value.strip()) and not NAMES.search(name)
    return set() if is_plain else {value.strip(), *(line.strip() for line in value.splitlines())}


def named_strings(name: str, found: Any) -> Iterator[Tuple[str, str]]:
    """Every string of a JSON value, with the name of the field that holds it."""
    if isinstance(found, str):
        yield name, found
    elif isinstance(found, dict):
        for field, inner in found.items():
            yield from named_strings(field, inner)
    elif isinstance(found, list):
        for inner in found:
            yield from named_strings(name, inner)


def settings_in(line: str) -> Iterator[Tuple[str, str]]:
    """What a line of YAML, TOML, an INI file or Python sets: the value behind a name, and each text in quotes."""
    setting = LINE_OF_SETTINGS.match(line)
    name, value = setting.groups() if setting else ("", line)
    quoted_texts = [one or other for one, other in QUOTED.findall(value)]
    for text in quoted_texts:
        yield name, text
    if not quoted_texts and not line.lstrip().startswith("#"):
        yield name, re.sub(r"\s#.*", "", value).strip().lstrip("- ")


def base64_forms(value: str) -> Iterator[str]:
    """Base64 of a text that holds the value, as far as it depends on the value alone, for each place it may begin at."""
    data = value.encode("utf-8", "surrogateescape")
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + data).decode()
        form = whole[(0, 2, 3)[shift]:(shift + len(data)) * 8 // 6]
        yield from (form, form.replace("+", "-").replace("/", "_"))


def forms(value: str) -> Set[str]:
    plain = {value}
    if len(value) > LONGEST_WITH_FORMS:
        return plain
    plain.update((json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], repr(value)[1:-1]))
    plain.add(value.encode("utf-8", "surrogateescape").hex())
    plain.update(base64_forms(value))
    if WORDS.fullmatch(value):
        plain.update(between.join(value.split()) for between in (" ", ",", ", ", "', '", '", "'))
    for form in list(plain):
        plain.update(quote(form, safe=safe, errors="surrogateescape")
                     for quote in (urllib.parse.quote, urllib.parse.quote_plus) for safe in ("", "/"))
    return plain


def content(path: str) -> str:
    """The text of a plain file; nothing of anything else that lies in its place, or that is being removed."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return ""
    with os.fdopen(descriptor, "rb") as file:
        return file.read(LARGEST_FILE).decode("utf-8", "replace")


def wallets_in(text: str) -> Iterator[Tuple[int, int]]:
    for row in WORDS_IN_A_ROW.finditer(text):
        from robothost.seed_words import wallets

        yield from wallets(text, *row.span())


class Redaction:
    """Of the secrets of one application; work is the folder of the step that runs, if one does."""

    # Capitals A to Z only, so that a text keeps its length.
    FOLD = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}

    def __init__(self, application: str, work: Optional[str] = None, root: str = "/") -> None:
        self.layout, self.work = Layout(application, root), work
        # By their first characters: a text is looked through once, however many there are.
        self.known: Dict[str, List[str]] = {}
        self.open_keys: Dict[object, int] = {}
        self.refresh()

    def refresh(self) -> None:
        """Learns what has become known since."""
        names, paths = self._declared()
        for path in self._files(self.layout.application, ENV_FILES) + self._files(self.layout.state, STATE_ENV_FILES):
            self.learn(values(content(path), names))
        for path in self._files(self.layout.application, ["releases/*/" + glob.escape(one) for one in paths]):
            self.learn(secrets_of_file(content(path)))
        for path in self._files(self.layout.state, SAVED_FILES):
            for text in json.loads(content(path) or "{}").values():
                self.learn(secrets_of_file(text))
        self.learn(re.findall(r"\bpassword\s+(\S+)", content(INDEX_LOGIN)))
        for path in self._files(self.layout.application, KEY_FILES) + (self._files(self.work, LOGIN_FILES) if self.work else []):
            lines = [line.strip() for line in content(path).splitlines() if not line.startswith("-----")]
            self.learn(lines, forms if len(lines) == 1 else lambda line: {line})

    def _declared(self) -> Tuple[Set[str], Set[str]]:
        """The variables and the files of all secrets that a release on this host was given."""
        names: Set[str] = set()
        paths: Set[str] = set()
        for text in map(content, self._files(self.layout.state, DECLARATIONS)):
            if '"secrets"' in text or text.startswith("["):
                from robothost.declared_secrets import files_of, in_any_json, variables_of

                found = in_any_json(text)
                names.update(variables_of(found))
                paths.update(files_of(found))
        return names, paths

    @staticmethod
    def _files(folder: str, patterns: Iterable[str]) -> List[str]:
        return [path for pattern in patterns for path in glob.glob(os.path.join(glob.escape(folder), pattern))]

    def learn(self, secrets: Iterable[str], forms_of: Callable[[str], Set[str]] = forms) -> None:
        for secret in secrets:
            if len(secret) < SHORTEST or secret.lower() in ("simulation", "production"):
                continue
            for form in forms_of(secret):
                if len(form) >= SHORTEST:
                    form = form.translate(self.FOLD)
                    same = self.known.setdefault(form[:SHORTEST], [])
                    if form not in same:
                        same.append(form)
                        same.sort(key=len, reverse=True)

    def _known_in(self, text: str) -> Iterator[Tuple[int, int]]:
        folded, position = text.translate(self.FOLD), 0
        while position <= len(folded) - SHORTEST:
            for form in self.known.get(folded[position:position + SHORTEST], ()):
                if folded.startswith(form, position):
                    yield position, position + len(form)
                    position += len(form)
                    break
            else:
                position += 1

    def __call__(self, text: str) -> str:
        """Both searches look at the whole text: what one finds must not hide a part from the other."""
        found = sorted([*self._known_in(text), *(match.span(match.lastindex or 0) for match in KINDS.finditer(text)), *wallets_in(text)])
        parts: List[str] = []
        end = 0
        for first, last in found:
            if first >= end:
                parts += [text[end:first], REDACTED]
            end = max(end, last)
        return "".join(parts) + text[end:]

    def line(self, source: object, text: str) -> str:
        """A line that comes by itself: a private key over several lines of one source is known by the lines before."""
        left = self.open_keys.pop(source, 0)
        end = re.search(PEM_END, text)
        begin = [match.end() for match in re.finditer(PEM_BEGIN, text)]
        if begin and not re.search(PEM_END, text[begin[-1]:]):
            left = MOST_PEM_LINES
        elif left and end:
            return REDACTED + self(text[end.end():])
        elif left and PEM_LINE.fullmatch(text):
            self.open_keys[source] = left - 1
            return REDACTED if text.strip() else text
        elif left and PEM_TAIL.search(text):
            self.open_keys[source] = left - 1
            tail = PEM_TAIL.search(text)
            return self(text[:tail.start(1)]) + REDACTED + text[tail.end(1):] if tail else text
        if left > 1 and not end:
            self.open_keys[source] = left - 1
        return self(text)

    def entry(self, entry: Mapping[str, Any]) -> str:
        """The message of a journal entry."""
        message = entry.get("MESSAGE") or ""
        if isinstance(message, list):
            message = bytes(message).decode("utf-8", "replace")
        return self.line((entry.get("_SYSTEMD_UNIT"), entry.get("_PID")), plain(message))
