"""certificate: reads a certificate secret, writes cert.pem and key.pem, and prints what the certificate is as JSON.

certificate.py <file with the secret's text> <private folder to write to>. openssl does the reading. Whatever is wrong with the
content is said as {"readable": false, "problem": …}; the key's text is never part of it.
"""

import datetime
import json
import os
import re
import subprocess
import sys

BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----\s+[A-Za-z0-9+/=\s]+?-----END CERTIFICATE-----")


class Unreadable(Exception):
    pass


def openssl(*arguments, text=None):
    done = subprocess.run(["openssl", *arguments], input=text, capture_output=True, text=True, errors="replace", check=False)
    return done.stdout if done.returncode == 0 else None


def when(text):
    """openssl's `Nov 23 06:15:00 2026 GMT` as ISO 8601."""
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    month, day, clock, year = text.split()[:4]
    return "%s-%02d-%02dT%sZ" % (year, months.index(month) + 1, int(day), clock)


def parts_of(text):
    if not text.strip():
        raise Unreadable("there is no certificate secret")
    try:
        secret = json.loads(text)
    except ValueError:
        raise Unreadable("the secret is not JSON") from None
    if not isinstance(secret, dict):
        raise Unreadable("the secret is not a JSON object")
    values = []
    for name in ("cert", "key", "chain"):
        value = secret.get(name, "" if name == "chain" else None)
        if not isinstance(value, str) or (name != "chain" and not value.strip()):
            raise Unreadable("the secret's '%s' is missing, empty or not a string" % name)
        values.append(value)
    return values


def describe(text, folder):
    cert, key, chain = parts_of(text)
    blocks = BLOCK.findall(cert) + BLOCK.findall(chain)
    if not BLOCK.findall(cert):
        raise Unreadable("'cert' holds no PEM certificate")
    if chain.strip() and not BLOCK.findall(chain):
        raise Unreadable("'chain' holds no PEM certificate")
    leaf = blocks[0] + "\n"
    lines = openssl("x509", "-noout", "-subject", "-nameopt", "sep_multiline,utf8,sname", "-dates", "-fingerprint", "-sha256",
                    "-pubkey", text=leaf)
    if lines is None:
        raise Unreadable("'cert' is no certificate openssl can read")
    public = openssl("x509", "-noout", "-pubkey", text=leaf)
    # An encrypted key would make openssl ask; an empty pass phrase makes it refuse instead.
    own = openssl("pkey", "-pubout", "-passin", "pass:", text=key)
    if own is None:
        raise Unreadable("'key' is no private key openssl can read without a pass phrase")
    extension = openssl("x509", "-noout", "-ext", "subjectAltName", text=leaf) or ""
    sans = [san.strip() for line in extension.splitlines() if line.startswith("    ") for san in line.split(",")]
    with open(os.path.join(folder, "cert.pem"), "w") as file:
        file.write("\n".join(blocks) + "\n")
    with open(os.open(os.path.join(folder, "key.pem"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(key if key.endswith("\n") else key + "\n")
    common_name = re.search(r"^\s+CN=(.*)$", lines, re.MULTILINE)
    return {
        "readable": True,
        "problem": "",
        "subject_cn": common_name.group(1) if common_name else "",
        "sans": [re.sub(r"^(DNS|IP Address):", "", san) for san in sans if re.match(r"(DNS|IP Address):", san)],
        "not_before": when(re.search(r"^notBefore=(.*)$", lines, re.MULTILINE).group(1)),
        "not_after": when(re.search(r"^notAfter=(.*)$", lines, re.MULTILINE).group(1)),
        "key_matches": public.strip() == own.strip(),
        "chain_in_order": in_order(blocks, folder),
        "fingerprint_sha256": re.search(r"ingerprint=(.*)$", lines, re.MULTILINE).group(1).replace(":", "").lower(),
    }


def in_order(blocks, folder):
    """Whether every certificate was issued by the one that follows it, by name and by signature."""
    for position in range(len(blocks) - 1):
        paths = []
        for offset, name in enumerate(("subject.pem", "issuer.pem")):
            paths.append(os.path.join(folder, name))
            with open(paths[-1], "w") as file:
                file.write(blocks[position + offset] + "\n")
        verified = openssl("verify", "-partial_chain", "-no_check_time", "-trusted", paths[1], paths[0])
        for path in paths:
            os.unlink(path)
        if verified is None:
            return False
    return True


def main(secret, folder):
    nothing = {"subject_cn": "", "sans": [], "not_before": "", "not_after": "", "key_matches": False, "chain_in_order": False,
               "fingerprint_sha256": ""}
    try:
        with open(secret, encoding="utf-8") as file:
            answer = describe(file.read(), folder)
    except UnicodeDecodeError:
        answer = {"readable": False, "problem": "the secret is not UTF-8 text", **nothing}
    except Unreadable as problem:
        answer = {"readable": False, "problem": str(problem), **nothing}
    answer["now"] = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
