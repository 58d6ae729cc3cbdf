#!/usr/bin/python3
"""index-settings: write the package index settings of pip on this machine as files for an instance.

    index-settings.py TARGET [AUTHORITIES]        with pip's variables in the environment

Writes into the empty folder TARGET: `pip.conf` with the index, the extra indexes, the trusted hosts and the proxy, without any
login; `netrc` with the logins, if an address has one; `authorities/*.crt`, one file for each certificate authority that the
owner added to this machine (AUTHORITIES, /usr/local/share/ca-certificates) or that is in pip's `cert`. The order of precedence
is pip's: a variable, then PIP_CONFIG_FILE, the user's file, the machine's file. A setting that an instance cannot use, or that
would show a login to its robot, is reported on standard error and omitted. Exits with 1 if a login cannot be passed.
Only the standard library of Python 3.9 or newer.
"""

from __future__ import annotations

import configparser
import hashlib
import os
import re
import sys
import urllib.parse
import urllib.request
from pathlib import Path

OWNER_ADDED = Path("/usr/local/share/ca-certificates")
SYSTEM_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/certs")
CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----")
# The netrc module of every Python accepts these without quotes.
PLAIN = re.compile(r"[!$-\[\]-~][!-\[\]-~]*")
PASSED = ("index-url", "extra-index-url", "trusted-host", "proxy", "no-index")


class Refused(Exception):
    """A setting that cannot be passed to an instance."""


def config_files(environment: dict[str, str]) -> list[Path]:
    """pip's configuration files, lowest precedence first."""
    home = Path(environment.get("HOME", "/root"))
    user = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    named = environment.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:
        return []
    machine = [Path(folder) / "pip/pip.conf" for folder in environment.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":") if folder]
    files = [*machine, Path("/etc/pip.conf"), home / ".pip/pip.conf", user / "pip/pip.conf"]
    return files + [Path(named)] * bool(named)


def pip_settings(environment: dict[str, str]) -> dict[str, str]:
    """The settings of pip on this machine, with the names and values of its files."""
    found: dict[str, str] = {}
    command: dict[str, str] = {}
    for file in config_files(environment):
        parser = configparser.RawConfigParser()
        try:
            parser.read(file, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError) as broken:
            raise Refused(f"{file} cannot be read: {str(broken).splitlines()[0]}") from broken
        for section, into in (("global", found), ("install", command)):
            if parser.has_section(section):
                into.update({name.replace("_", "-"): value for name, value in parser.items(section)})
    found.update(command)
    for name, value in environment.items():
        if name.startswith("PIP_") and value:
            found[name[4:].lower().replace("_", "-")] = value
    return found


def machine_proxy(index: str, environment: dict[str, str]) -> str:
    """The proxy for the index in this machine's variables, unless they exempt the index."""
    host = urllib.parse.urlsplit(index).hostname or ""
    proxies = urllib.request.getproxies_environment()
    if urllib.request.proxy_bypass_environment(host, proxies):
        return ""
    return proxies.get(urllib.parse.urlsplit(index).scheme, "")


def split_login(url: str) -> tuple[str, str, str, str]:
    """An address without its login, its host, the user name and the password."""
    parts = urllib.parse.urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, parts.hostname or "", "", ""
    name, _, password = user.partition(":")
    plain = urllib.parse.urlunsplit(parts._replace(netloc=host))
    return plain, parts.hostname or "", urllib.parse.unquote(name), urllib.parse.unquote(password)


class Settings:
    """The settings for the instance."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.logins: dict[str, tuple[str, str]] = {}

    def set(self, name: str, *values: str) -> None:
        self.lines.append(f"{name} = " + "\n    ".join(values))

    def without_login(self, url: str) -> str:
        plain, host, name, password = split_login(url)
        if name or password:
            login = (name, password)
            if not all(map(PLAIN.fullmatch, login)):
                raise Refused(f"the login for the package index at {host} cannot be passed to an instance in a netrc file: it needs a"
                              " name and a password, without blanks and backslashes, not beginning with a quote or #")
            if self.logins.setdefault(host, login) != login:
                raise Refused(f"two package indexes at {host} have different logins; an instance can have one for each host")
        return plain

    def pip_conf(self) -> str:
        return "\n".join(["# Written by the local cloud from the settings of its machine at each deploy.", "[global]", *self.lines]) + "\n"

    def netrc(self) -> str:
        return "".join(f"machine {host}\nlogin {name}\npassword {password}\n" for host, (name, password) in self.logins.items())


def instance_settings(settings: dict[str, str], environment: dict[str, str]) -> Settings:
    chosen = Settings()
    index = settings.get("index-url", "https://pypi.org/simple")
    if "index-url" in settings:
        chosen.set("index-url", chosen.without_login(index))
    extra = [chosen.without_login(url) for url in settings.get("extra-index-url", "").split()]
    if extra:
        chosen.set("extra-index-url", *extra)
    trusted = settings.get("trusted-host", "").split()
    if trusted:
        chosen.set("trusted-host", *trusted)
    proxy = settings.get("proxy") or machine_proxy(index, environment)
    plain, host, name, password = split_login(proxy)
    if name or password:
        print(f"index-settings: the proxy {host} has a login, which the robot could read: instances do not get this proxy",
              file=sys.stderr)
    elif proxy:
        chosen.set("proxy", plain)
    if settings.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        chosen.set("no-index", "true")
    return chosen


def authorities(added: Path, settings: dict[str, str]) -> dict[str, str]:
    """The certificates that the owner of this machine trusts in addition to those of Debian, by file name."""
    files = sorted(added.rglob("*.crt")) if added.is_dir() else []
    named = settings.get("cert", "")
    if named and os.path.realpath(named) not in map(os.path.realpath, SYSTEM_BUNDLES):
        if not os.path.isfile(named):
            raise Refused(f"pip's cert is {named}, which is not a file")
        files.append(Path(named))
    found = {}
    for file in files:
        for pem in CERTIFICATE.findall(file.read_text(encoding="utf-8", errors="replace")):
            digest = hashlib.sha256("".join(pem.split()).encode()).hexdigest()[:12]
            found[f"machine-{digest}.crt"] = pem + "\n"
    return found


def write(path: Path, text: str, mode: int) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
        file.write(text)


def main(target: str, added: str = str(OWNER_ADDED)) -> int:
    environment = dict(os.environ)
    try:
        settings = pip_settings(environment)
        chosen = instance_settings(settings, environment)
        certificates = authorities(Path(added), settings)
    except Refused as refused:
        print(f"index-settings: {refused}", file=sys.stderr)
        return 1
    folder = Path(target)
    write(folder / "pip.conf", chosen.pip_conf(), 0o644)
    if chosen.logins:
        write(folder / "netrc", chosen.netrc(), 0o600)
    (folder / "authorities").mkdir()
    for name, pem in certificates.items():
        write(folder / "authorities" / name, pem, 0o644)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
