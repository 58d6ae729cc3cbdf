#!/usr/bin/env python3
"""Compares what uv and pip install from a requirements file and the real package index, by the modules of the host program.

    compare-builders.py UV REQUIREMENTS      prints each difference, and exits with 1 if there is one

The environments are made below the current folder. UV is the program; compare-builders.py --uv FOLDER brings the pinned one and prints its path.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "host"))

from robothost import build_environment, installed, pinned, uv_build, wheels  # noqa: E402

PYTHON = os.path.realpath("/usr/bin/python3")


def bring_uv(folder: Path) -> Path:
    name, sha256 = pinned.of("uv")["wheels"][pinned.machine()]
    page = urllib.request.urlopen("https://pypi.org/simple/uv/", timeout=60).read().decode()
    link = re.search(r'href="([^"#]*%s)' % re.escape(name), page)
    assert link, "the index lacks " + name
    content = urllib.request.urlopen(link.group(1), timeout=120).read()
    assert hashlib.sha256(content).hexdigest() == sha256, "it is another file"
    wheel = folder / name
    wheel.write_bytes(content)
    with zipfile.ZipFile(wheel) as archive:
        member = next(one for one in archive.namelist() if one.endswith(".data/scripts/uv"))
        (folder / "uv").write_bytes(archive.read(member))
    (folder / "uv").chmod(0o755)
    return folder / "uv"


class Compared:
    def __init__(self, uv: str, requirements: str) -> None:
        self.uv, self.home = uv, os.path.abspath("home")
        shutil.rmtree("builders", ignore_errors=True)
        for folder in (self.home, "builders/release", "builders/out", "builders/confirmed", "builders/wheels"):
            os.makedirs(folder, exist_ok=True)
        self.release = os.path.abspath("builders/release")
        self.list = os.path.join(self.release, "requirements.txt")
        shutil.copyfile(requirements, self.list)
        self.env = {**build_environment.settings(self.home), "UV_CACHE_DIR": os.path.abspath("builders/cache"), "UV_NO_CONFIG": "1",
                    "UV_PYTHON_DOWNLOADS": "never", "UV_INDEX_STRATEGY": "unsafe-best-match",
                    "SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt"}
        self.common = {"python": PYTHON, "release": self.release, "folder": self.release, "projects": [], "resolves": False, "extras": [],
                       "constraints": "", "uv": uv, "flags": [], "curl": []}

    def by_pip(self) -> str:
        environment = os.path.abspath("builders/pip")
        done = build_environment.built({**self.common, "environment": environment, "requirements": self.list, "options": ["-q"]})
        assert done == 0, "pip fails"
        return environment

    def lock(self, no_build: bool, no_deps: bool, requirements: str, output: str) -> str:
        task = {**self.common, "no_build": no_build, "no_deps": no_deps, "requirements": requirements, "output": os.path.abspath(output)}
        failed = uv_build.resolve(task, self.env, self.home)
        assert not failed or no_build and not no_deps, "uv cannot resolve it"
        return "" if failed else Path(output, "pylock.toml").read_text(encoding="utf-8")

    def by_uv(self) -> str:
        """As uv.py does it."""
        version = subprocess.run([PYTHON, "-c", "import platform; print(platform.python_version())"], stdout=subprocess.PIPE, check=True).stdout.decode().strip()
        text = self.lock(True, False, self.list, "builders/out")
        found = wheels.resolved(text or self.lock(False, False, self.list, "builders/out"), version, {})
        if not text:
            pins = os.path.abspath("builders/pins.txt")
            Path(pins).write_text("".join("%s==%s\n" % (one.package.name, one.package.version) for one in found.wheels), encoding="utf-8")
            found.wheels = wheels.resolved(self.lock(True, True, pins, "builders/confirmed"), version, {}).wheels if found.wheels else []
        folder = os.path.abspath("builders/wheels")
        if found.wheels:
            assert uv_build.bring({**self.common, "files": {one.name: one.url for one in found.wheels}, "output": folder}, self.env, self.home) == 0
        for one in found.wheels:
            assert hashlib.sha256(Path(folder, one.name).read_bytes()).hexdigest() == one.package.sha256, one.name
        lines = os.path.abspath("builders/list.txt")
        Path(lines).write_text("".join(line + "\n" for line in [*(one.line() for one in found.wheels), *found.lines]), encoding="utf-8")
        environment = os.path.abspath("builders/uv")
        os.mkdir(environment)
        done = uv_build.install({**self.common, "environment": environment, "requirements": lines, "offline": not found.lines, "wheels": folder,
                                 "flags": ["-q"]}, self.env, self.home)
        assert done == 0, "uv fails"
        return environment


def files_of(environment: str) -> set[str]:
    """The files of the packages; pip and uv write different ones about the installation itself."""
    found = set()
    for folder, _, names in os.walk(environment):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), environment)
            if not path.endswith(".pyc") and not re.search(r"\.(dist|egg)-info/", path) and not path.startswith("."):
                found.add(path)
    return found


def main() -> int:
    if sys.argv[1] == "--uv":
        print(bring_uv(Path(sys.argv[2])))
        return 0
    compared = Compared(sys.argv[1], sys.argv[2])
    pip, uv = compared.by_pip(), compared.by_uv()
    found = installed.differences(*(installed.as_lists(installed.found_in(one)) for one in (pip, uv)))
    one, other = files_of(pip), files_of(uv)
    found += ["only pip: " + path for path in sorted(one - other)[:20]] + ["only uv: " + path for path in sorted(other - one)[:20]]
    print("%d packages" % len(installed.found_in(uv)))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
