"""redact: takes the application's secrets out of a text, by their values; put in front of what prints other people's words.

A secret is a value of any release's .env whose name or look says so: BINANCE_*, names like TOKEN or PASSWORD, long random texts,
the password of a URL. Each goes in every form it is likely to be written in: as it is, quoted, URL-encoded, hexadecimal, and
base64 wherever in a longer text it begins, in small letters or capitals. Texts of less than six characters are left: no secret is that short, and too much is.
"""

import base64
import glob
import json
import os
import re
import urllib.parse

SHORTEST = 6
NAMES = re.compile(r"^BINANCE_|KEY|SECRET|TOKEN|PASS|PWD|CREDENTIAL|PRIVATE|AUTH|COOKIE|SESSION|WEBHOOK|MNEMONIC|DSN", re.IGNORECASE)
# The deployer's own lines that hold a path or a word, never a secret.
PLAIN = {"ROBOT_MODE", "SSL_CERT_PATH", "SSL_KEY_PATH"}
RANDOM = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9+/=_.-]{20,}")
LOGIN = re.compile(r"://[^/\s:@]*:([^/\s@]+)@")
BINDING = re.compile(
    r"""^[^\S\r\n]*(?:export[^\S\r\n]+)?['"]?([^=\#\s'"]+)['"]?[^\S\r\n]*=[^\S\r\n]*
        (?:'((?:\\'|[^'])*)'|"((?:\\"|[^"])*)"|([^\r\n]*))""", re.VERBOSE | re.MULTILINE)
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)


def values(text):
    """What in a .env is secret, also line by line, as a log has it."""
    found = set()
    for name, single, double, bare in BINDING.findall(text):
        value = single or double or re.sub(r"\s#.*", "", bare).strip()
        if name in PLAIN:
            continue
        found.update(LOGIN.findall(value))
        if NAMES.search(name) or RANDOM.fullmatch(value):
            found.add(value)
            found.add(value.replace("\\n", "\n").replace("\\'", "'").replace('\\"', '"').replace("\\\\", "\\"))
    for value in list(found):
        found.update(line.strip() for line in re.split(r"[\r\n]+|\\n", value))
    return {value for value in found if len(value) >= SHORTEST and value.lower() not in ("simulation", "production")}


def base64_forms(value):
    """Base64 of a text that holds the value, as far as it depends on the value alone, for each place it may begin at."""
    data = value.encode()
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + data).decode()
        form = whole[(0, 2, 3)[shift]:(shift + len(data)) * 8 // 6]
        yield from (form, form.replace("+", "-").replace("/", "_"))


def forms(value):
    plain = {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], repr(value)[1:-1]}
    plain.add(value.encode().hex())
    plain.update(form for form in base64_forms(value) if len(form) >= SHORTEST)
    for form in list(plain):
        plain.update((urllib.parse.quote(form, safe=""), urllib.parse.quote(form), urllib.parse.quote_plus(form)))
    return plain


class Redaction:
    def __init__(self, application):
        secrets = set()
        for pattern in ("releases/*/.env", "releases/*/.deployer-env-base", ".deployer/saved/*/env"):
            for path in glob.glob(os.path.join(application, pattern)):
                try:
                    with open(path, encoding="utf-8", errors="replace") as file:
                        secrets |= values(file.read())
                except OSError:
                    # A release that is being removed: what it held is in the others, or nowhere.
                    continue
        known = sorted({form for value in secrets for form in forms(value)}, key=len, reverse=True)
        self.known = re.compile("|".join(map(re.escape, known)), re.IGNORECASE) if known else None

    def __call__(self, text):
        text = PRIVATE_KEY.sub("[redacted]", text)
        text = LOGIN.sub(lambda match: match.group().replace(match.group(1), "[redacted]"), text)
        return self.known.sub("[redacted]", text) if self.known else text
