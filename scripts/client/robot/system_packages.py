"""Software beside Python that a robot needs: what its Docker files install, and what known packages load."""

from __future__ import annotations

from client.robot.container import Containers
from client.robot.dependencies import Dependencies
from client.robot.files import Files

# A distribution on the index: what it needs of the system although it has a wheel, or needs a compiler for.
_KNOWN = {
    "lightgbm": "the library libgomp (Debian: libgomp1; Amazon Linux: libgomp)",
    "psycopg2": "a compiler and the headers of PostgreSQL, or psycopg2-binary in its place",
    "mysqlclient": "a compiler and the headers of MySQL",
    "pyaudio": "the headers of PortAudio",
}
_COMPILERS = {"gcc", "g++", "make", "cmake", "rustc", "cargo", "libc6-dev", "python3-dev", "gfortran"}


def of(files: Files, containers: Containers, dependencies: Dependencies) -> list[str]:
    problems = []
    compilers = {name: source for name, source in containers.packages.items() if name in _COMPILERS or name.endswith(("-dev", "-devel"))}
    loaded = {name: source for name, source in containers.packages.items() if name not in compilers}
    if loaded:
        problems.append(
            f"system packages of {_sources(loaded)}: {', '.join(loaded)}. The deployer installs no system packages. If the robot loads them, "
            "install them as root on the instance before the first deploy: apt-get install (Debian) or dnf install (Amazon Linux, where names "
            "can differ)"
        )
    if compilers:
        problems.append(
            f"packages for a build in {_sources(compilers)}: {', '.join(compilers)}. Most packages have wheels and need none of it; if a build "
            "fails, its cause names what is missing: install that as root on the instance, or pin a version that has a wheel"
        )
    for name, need in _KNOWN.items():
        if name in dependencies.names:
            problems.append(f"{name} needs {need}: install it as root on the instance before the first deploy")
    for tool, source in containers.tools.items():
        way = "commit what it makes" if tool == "npm" else "publish that part as a wheel and name it in requirements.txt"
        problems.append(f"{source} uses {tool} to build a part of the robot. The deployer runs no build step: {way}")
    if not containers.tools and any(path.endswith("/Cargo.toml") for path in files):
        problems.append(
            "the repository has a part in Rust (Cargo.toml). The deployer runs no build step: publish that part as a wheel and name it in requirements.txt"
        )
    return problems


def _sources(packages: dict[str, str]) -> str:
    return " and ".join(dict.fromkeys(packages.values()))
