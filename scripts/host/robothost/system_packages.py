"""system_packages: installs the packages of the distribution that a release needs, and names the one that brings what a build lacks."""

from __future__ import annotations

import re

from robothost import installation
from robothost.packages import Packages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from robothost.step import Host
    from robothost.system import System

# What is missing, in the words of a compiler, a build or an import: the package of Amazon Linux, the package of Debian.
KNOWN = (
    (r"\bPython\.h\b", "python{minor}-devel", "python{minor}-dev"),
    (r"this instance has no program (?:\S*-)?(?:gcc|cc)\b|(?:gcc|cc)['\"]?: No such file|Could not find .*C compiler|No C compiler|[Uu]nknown compiler",
     "gcc", "gcc"),
    (r"no program (?:\S*-)?(?:g\+\+|c\+\+)|(?:g\+\+|c\+\+)['\"]?: No such file|cc1plus", "gcc-c++", "g++"),
    (r"Rust (?:compiler|toolchain)|\brustc\b|\bcargo\b.*(?:not found|not installed|No such file)", "cargo", "cargo"),
    (r"gfortran|Fortran compiler", "gcc-gfortran", "gfortran"),
    (r"\bcmake\b", "cmake", "cmake"), (r"\bpkg-config\b", "pkgconf-pkg-config", "pkg-config"), (r"\bmake['\"]?: (?:No such file|not found)", "make", "make"),
    (r"\bffi\.h\b", "libffi-devel", "libffi-dev"), (r"openssl/\w+\.h", "openssl-devel", "libssl-dev"), (r"pg_config|libpq-fe\.h", "libpq-devel", "libpq-dev"),
    (r"mysql_config|mysql\.h", "mariadb-connector-c-devel", "libmariadb-dev"), (r"libxml/\w+\.h|libxslt", "libxslt-devel", "libxslt1-dev"),
    (r"\bzlib\.h\b", "zlib-devel", "zlib1g-dev"), (r"\bjpeglib\.h\b", "libjpeg-turbo-devel", "libjpeg-dev"), (r"\bsqlite3\.h\b", "sqlite-devel", "libsqlite3-dev"),
    (r"\blibgomp\.so\.1\b", "libgomp", "libgomp1"), (r"\blibGL\.so\.1\b", "mesa-libGL", "libgl1"), (r"\blibgthread-2\.0\.so\.0\b", "glib2", "libglib2.0-0"),
    (r"\bsecp256k1\b.*\.h\b", "", "libsecp256k1-dev"), (r"\bsnappy(?:-c)?\.h\b", "snappy-devel", "libsnappy-dev"), (r"\bhdf5\.h\b", "", "libhdf5-dev"),
)
TA_LIB = r"ta-lib/ta_\w+\.h|\blibta[-_]lib\b|-lta[-_]lib\b"


def need(host: Host, packages: Packages) -> None:
    """The schema and the stack have judged the names."""
    wanted = installation.of(host.request.text("Installation")).system_packages
    missing = [name for name in wanted if not is_installed(host.system, name)]
    if missing:
        packages.install(missing, missing)
        packages.installed += missing


def is_installed(system: System, name: str) -> bool:
    if system.which("dnf"):
        return not system.run("rpm", "-q", "--whatprovides", name).code
    done = system.run("dpkg-query", "--show", "--showformat=${db:Status-Status}\n", name)
    return not done.code and "installed" in done.output.split()


def way_out(reason: str, minor: str, is_dnf: bool) -> str:
    """What brings the thing that a reason says is missing; empty where that is not known."""
    if re.search(TA_LIB, reason):
        return ". The library TA-Lib is no package of the distribution; TA-Lib 0.6.5 and later have wheels: require TA-Lib>=0.6.5"
    found = next((one for one in KNOWN if re.search(one[0], reason)), ("", "", ""))
    name = found[1 if is_dnf else 2].format(minor=minor)
    return '. The package %s has it; add this line to the environment file: "system_packages": ["%s"]' % (name, name) if name else ""
