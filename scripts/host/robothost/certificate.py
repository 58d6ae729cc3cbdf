"""certificate: reads a certificate secret, writes cert.pem and key.pem, and prints what the certificate is as JSON.

certificate <file with the secret's text> <private folder to write to>. openssl does the reading. Whatever is wrong with the
content is said as {"readable": false, "problem": …}; the key's text is never part of it.
"""

import datetime
import json
import os
import re
import ssl
import subprocess

BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----")
BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]*CERTIFICATE-----")


class Unreadable(Exception):
    pass


def openssl(*arguments, text=None):
    done = subprocess.run(["openssl", *arguments], input=text, capture_output=True, text=True, errors="replace", check=False)
    return done.stdout if done.returncode == 0 else None


def when(text):
    """openssl's `Nov 23 06:15:00 2026 GMT` as ISO 8601."""
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    try:
        month, day, clock, year = text.split()[:4]
        return "%s-%02d-%02dT%sZ" % (year, months.index(month) + 1, int(day), clock)
    except ValueError:
        raise Unreadable("'cert' has no dates of validity that can be read") from None


def parts_of(text):
    if not text.strip():
        raise Unreadable("there is no certificate secret")
    try:
        secret = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("the secret is not JSON") from None
    if not isinstance(secret, dict):
        raise Unreadable("the secret is not a JSON object")
    values = []
    for name in ("cert", "key", "chain"):
        value = secret.get(name, "" if name == "chain" else None)
        if not isinstance(value, str) or (name != "chain" and not value.strip()):
            raise Unreadable("the secret's '%s' is missing, empty or not a string" % name)
        if re.search(r"[\0\ud800-\udfff]", value):
            raise Unreadable("the secret's '%s' is not text" % name)
        values.append(value)
    return values


def blocks_of(name, text):
    """The certificates of a PEM text, with nothing else it may hold; each must be whole."""
    blocks = BLOCK.findall(text)
    if text.strip() and not BEGIN.search(text):
        raise Unreadable("'%s' holds no PEM certificate" % name)
    # Passed over, one that is cut would make the next one look like the leaf.
    if len(blocks) != len(BEGIN.findall(text)):
        raise Unreadable("'%s' holds a PEM certificate that is cut or damaged" % name)
    return blocks


def describe(text, folder):
    cert, key, chain = parts_of(text)
    # A full chain in 'cert' and the same chain in 'chain' is a habit and does no harm.
    blocks = list(dict.fromkeys(re.sub(r"\s*[\r\n]+\s*", "\n", block)
                                for block in blocks_of("cert", cert) + blocks_of("chain", chain)))
    for block in blocks[1:]:
        if openssl("x509", "-noout", text=block + "\n") is None:
            raise Unreadable("a certificate after the first is none openssl can read")
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
    with open(os.open(os.path.join(folder, "key.pem"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "w") as file:
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
        "key_type": key_type(public),
        "tls_refusal": tls_refusal(folder),
        "for_servers": "SSL server : Yes" in (openssl("x509", "-noout", "-purpose", text=leaf) or ""),
        "authority": "CA:TRUE" in (openssl("x509", "-noout", "-ext", "basicConstraints", text=leaf) or "") and not self_issued(leaf),
        "chain_in_order": in_order(blocks, folder),
        "chain_complete": self_issued(blocks[-1] + "\n") or trusted_here(blocks, folder),
        "fingerprint_sha256": re.search(r"ingerprint=(.*)$", lines, re.MULTILINE).group(1).replace(":", "").lower(),
    }


def key_type(public):
    """`RSA 2048`, `EC P-256`, or openssl's own word for anything else."""
    text = openssl("pkey", "-pubin", "-noout", "-text", text=public) or ""
    curve = re.search(r"^NIST CURVE: (\S+)$", text, re.MULTILINE) or re.search(r"^ASN1 OID: (\S+)$", text, re.MULTILINE)
    if curve or "Field Type:" in text:
        return "EC " + (curve.group(1) if curve else "of a curve without a name")
    bits = re.match(r"(?:RSA )?Public-Key: \(([0-9]+) bit\)\nModulus:", text)
    return "RSA " + bits.group(1) if bits else text.split(" ")[0] or "unknown"


def tls_refusal(folder):
    """Why a server could not even begin to serve it, in openssl's own words, or nothing."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
            os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem"), password=lambda: "")
    except (ssl.SSLError, ValueError) as error:
        return (getattr(error, "reason", "") or "it cannot be loaded").replace("_", " ").lower()
    return ""


def self_issued(block):
    names = (openssl("x509", "-noout", "-subject_hash", "-issuer_hash", text=block) or "").split()
    return len(names) == 2 and names[0] == names[1]


def in_order(blocks, folder):
    """Whether every certificate was issued by the one that follows it, by name and by signature."""
    return all(verified(folder, [following], block, "-partial_chain", trust="-trusted")
               for block, following in zip(blocks, blocks[1:]))


def trusted_here(blocks, folder):
    """Whether an authority this machine trusts stands behind the chain."""
    return verified(folder, blocks, blocks[0], trust="-untrusted")


def verified(folder, others, block, *options, trust):
    paths = [os.path.join(folder, name) for name in ("others.pem", "subject.pem")]
    for path, text in zip(paths, ("\n".join(others), block)):
        with open(path, "w") as file:
            file.write(text + "\n")
    answer = openssl("verify", *options, "-no_check_time", trust, paths[0], paths[1])
    for path in paths:
        os.unlink(path)
    return answer is not None


def main(secret, folder):
    nothing = {"subject_cn": "", "sans": [], "not_before": "", "not_after": "", "key_matches": False, "key_type": "", "tls_refusal": "",
               "for_servers": False, "authority": False, "chain_in_order": False, "chain_complete": False, "fingerprint_sha256": ""}
    try:
        with open(secret, encoding="utf-8") as file:
            answer = describe(file.read(), folder)
    except UnicodeDecodeError:
        answer = {"readable": False, "problem": "the secret is not UTF-8 text", **nothing}
    except Unreadable as problem:
        answer = {"readable": False, "problem": str(problem), **nothing}
    answer["now"] = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    print(json.dumps(answer))
