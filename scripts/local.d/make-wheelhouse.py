#!/usr/bin/python3
"""make-wheelhouse: make wheels for pip from Debian's Python packages, for a machine without a package index.

    make-wheelhouse.py WHEELHOUSE < requirements.txt

For every requirement it finds the Debian package that contains it (python3-<name>), fetches that package and the
Python packages it depends on with apt-get, and repacks each as a wheel in WHEELHOUSE: the same files, the same
metadata without extras, and the RECORD that pip requires. pip selects the versions by the ranges in requirements.txt.

A requirement that Debian does not have is reported on standard error and skipped. The exit code stays 0, because
pip reports it better when it installs it. Existing wheels are not made again. The last line of standard output
contains how many wheels were made and how many exist. Requires apt-get, apt-cache, dpkg-deb; only the standard
library of Python 3.9 or newer.
"""

import base64
import configparser
import email
import hashlib
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

SITE = "usr/lib/python3/dist-packages"
EXTENSION = re.compile(r"\.(?:(cpython-3\d+)-[\w-]+|(abi3))?\.?so$")
NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


def normal(name):
    """PEP 503: the normalized name of a distribution."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement_names(text):
    """The distribution names in a requirements.txt, without options, URLs and paths."""
    names = []
    for line in text.splitlines():
        line = re.sub(r"(^|\s)#.*$", "", line).strip()
        found = NAME.match(line)
        if found and "://" not in line and not line.startswith((".", "/")):
            names.append(normal(found.group()))
    return list(dict.fromkeys(names))


def run(*command, cwd=None):
    # Bytes, not text: file names in a package may not be UTF-8.
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout.decode(errors="replace")


def candidates(name):
    """Debian's names for a distribution: Flask is python3-flask, python-dotenv is python3-dotenv."""
    return [f"python3-{name}"] + [f"python3-{name[len('python-'):]}"] * name.startswith("python-")


def debian_packages(names):
    """The Debian package of each distribution, with one query of apt for all; reports names that Debian lacks."""
    possible = sorted({candidate for name in names for candidate in candidates(name)})
    if not possible:
        return []
    shown = subprocess.run(["apt-cache", "show", "--no-all-versions", *possible], capture_output=True, check=False)
    known = set(re.findall(r"^Package: (\S+)$", shown.stdout.decode(errors="replace"), re.MULTILINE))
    found = []
    for name in names:
        package = next((candidate for candidate in candidates(name) if candidate in known), None)
        if package:
            found.append(package)
        else:
            print(f"make-wheelhouse: Debian has no package for {name}", file=sys.stderr)
    return found


def with_dependencies(packages):
    """These packages and the Python packages among their dependencies."""
    listed = run(
        "apt-cache", "depends", "--recurse", "--no-recommends", "--no-suggests", "--no-conflicts", "--no-breaks",
        "--no-replaces", "--no-enhances", *packages,
    )
    names = {line.strip() for line in listed.splitlines() if not line.startswith((" ", "|", "<"))}
    # The parts of the interpreter are in the image; they contain no distribution.
    own = {"python3-minimal", "python3-distutils", "python3-lib2to3", "python3-venv", "python3-dev", "python3-tk"}
    python = {name for name in names if re.fullmatch(r"python3-[a-z0-9.+-]+", name)} - own
    return sorted(python | set(packages))


def metadata_of(folder):
    """The METADATA of an installed distribution, from a dist-info or from either kind of egg-info."""
    if folder.name.endswith(".dist-info"):
        return (folder / "METADATA").read_text(encoding="utf-8"), folder
    if folder.is_file():
        return folder.read_text(encoding="utf-8"), None
    return (folder / "PKG-INFO").read_text(encoding="utf-8"), folder


def files_under(site):
    for path in sorted(site.rglob("*")):
        inside = path.relative_to(site)
        skipped = "__pycache__" in inside.parts or any(p.endswith((".egg-info", ".dist-info")) for p in inside.parts)
        if not skipped and path.is_file():
            yield path, inside.as_posix()


def tag_of(names):
    """The platform tag of the wheel: any platform, unless it contains compiled code."""
    tags = [found for found in map(EXTENSION.search, names) if found]
    if not tags:
        return "py3-none-any"
    machine = os.uname().machine
    version = next((found.group(1) for found in tags if found.group(1)), None)
    if version:
        python = version.replace("cpython-", "cp")
        return f"{python}-{python}-linux_{machine}"
    # The Python version of the build is unknown; the interpreter of the same Debian is new enough.
    return f"cp39-abi3-linux_{machine}"


def entry_points(folder):
    source = folder / "entry_points.txt" if folder else None
    if not source or not source.exists():
        return None
    text = source.read_text(encoding="utf-8")
    configparser.ConfigParser(delimiters=("=",), strict=False).read_string(text)
    return text


def write_wheel(wheelhouse, distribution):
    """One distribution as a wheel; returns its file name."""
    site, metadata = distribution.site, distribution.metadata
    headers = email.message_from_string(metadata)
    name, version = re.sub(r"[-_.]+", "_", headers["Name"]), headers["Version"]
    contents = {inside: path.read_bytes() for path, inside in files_under(site)}
    executable = {inside for path, inside in files_under(site) if path.stat().st_mode & stat.S_IXUSR}
    tag = tag_of(contents)
    inside_info = f"{name}-{version}.dist-info"
    contents[f"{inside_info}/METADATA"] = metadata.encode()
    pure = "true" if tag == "py3-none-any" else "false"
    contents[f"{inside_info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: make-wheelhouse\nRoot-Is-Purelib: {pure}\nTag: {tag}\n".encode()
    )
    points = entry_points(distribution.folder)
    if points:
        contents[f"{inside_info}/entry_points.txt"] = points.encode()
    record = "".join(f"{inside},sha256={digest(data)},{len(data)}\n" for inside, data in contents.items())
    contents[f"{inside_info}/RECORD"] = (record + f"{inside_info}/RECORD,,\n").encode()

    wheel = f"{name}-{version}-{tag}.whl"
    unfinished = wheelhouse / f".{wheel}.new"
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, data in contents.items():
            entry = zipfile.ZipInfo(inside)  # no timestamp: the same package gives the same wheel
            entry.external_attr = (0o755 if inside in executable else 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    unfinished.rename(wheelhouse / wheel)
    return wheel


def digest(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def fetch(packages, folder):
    """The packages' archives, by name."""
    run("apt-get", "download", "-q", "-o", "APT::Sandbox::User=root", *packages, cwd=folder)
    return {archive.name.split("_")[0]: archive for archive in folder.glob("*.deb")}


def distribution_in(package, archive):
    """Unpacks one Debian package: its files and its one egg-info or dist-info; None when it carries none."""
    unpacked = archive.with_suffix("")
    run("dpkg-deb", "--extract", str(archive), str(unpacked))
    site = unpacked / SITE
    infos = sorted([*site.glob("*.egg-info"), *site.glob("*.dist-info")]) if site.is_dir() else []
    if len(infos) > 1:
        print(f"make-wheelhouse: {package} contains {len(infos)} distributions and is skipped", file=sys.stderr)
    return Distribution(archive, site, infos[0]) if len(infos) == 1 else None


class Distribution:
    """A distribution to repack, with its metadata."""

    def __init__(self, archive, site, info):
        self.archive, self.site, self.info = archive, site, info
        self.metadata, self.folder = metadata_of(info)
        # 1:4.4.0+dfsg-1 is upstream's 4.4.0: for packages whose metadata lost the version in Debian's build.
        upstream = re.sub(r"^\d+%3a|[+~](dfsg|ds|repack|really).*$|-[^-]*$", "", archive.name.split("_")[1])
        version = re.compile(r"^Version: 0\.0\.0$", re.MULTILINE)
        self.metadata = version.sub(f"Version: {upstream}", self.metadata, count=1)
        self.name = email.message_from_string(self.metadata)["Name"]

    def needs(self):
        """The Python packages that Debian installs with this one. Its own metadata is often incomplete."""
        groups = run("dpkg-deb", "--field", str(self.archive), "Depends").split(",")
        alternatives = [[choice.split()[0].split(":")[0] for choice in group.split("|")] for group in groups if group.strip()]
        return [names[0] for names in alternatives if "python3" not in names]

    def require(self, names):
        """Adds the requirements that its metadata does not contain."""
        present = email.message_from_string(self.metadata).get_all("Requires-Dist", [])
        always = {normal(NAME.match(line).group()) for line in present if "extra" not in line}
        lines = "".join(f"\nRequires-Dist: {name}" for name in names if normal(name) not in always)
        head, separator, body = self.metadata.partition("\n\n")
        self.metadata = head.rstrip("\n") + lines + (separator or "\n\n") + body


def load_made(path):
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return {}


def main():
    if len(sys.argv) != 2:
        print("usage: make-wheelhouse.py WHEELHOUSE < requirements.txt", file=sys.stderr)
        return 2
    wheelhouse = Path(sys.argv[1])
    wheelhouse.mkdir(parents=True, exist_ok=True)
    # The wheels of each package, so that no package is fetched twice.
    made_file = wheelhouse / "made.json"
    made = load_made(made_file)
    wanted = debian_packages(requirement_names(sys.stdin.read()))
    new = [package for package in with_dependencies(wanted) if package not in made] if wanted else []
    if new:
        with tempfile.TemporaryDirectory(prefix="wheelhouse-") as folder:
            archives = fetch(new, Path(folder))
            found = {package: distribution_in(package, archive) for package, archive in sorted(archives.items())}
            names = {package: wheels[0].split("-")[0] for package, wheels in made.items() if wheels}
            names.update({package: carried.name for package, carried in found.items() if carried})
            for package, carried in found.items():
                made[package] = []
                if carried:
                    carried.require([names[needed] for needed in carried.needs() if needed in names])
                    made[package] = [write_wheel(wheelhouse, carried)]
    unfinished = made_file.with_name("made.json.new")
    unfinished.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n")
    unfinished.rename(made_file)
    count = sum(len(made.get(package, [])) for package in new)
    print(f"{count} wheels made, {len(list(wheelhouse.glob('*.whl')))} exist")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except RuntimeError as failed:
        print(f"make-wheelhouse: {failed}", file=sys.stderr)
        sys.exit(1)
