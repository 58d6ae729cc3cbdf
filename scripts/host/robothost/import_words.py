"""import_words: what an import that failed in the new environment means, and what to do about it."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

# The requirement that brings a module, where it has another name.
REQUIREMENTS = {
    "Crypto": "pycryptodome", "MySQLdb": "mysqlclient", "OpenSSL": "pyOpenSSL", "PIL": "Pillow", "alpaca_trade_api": "alpaca-trade-api",
    "attr": "attrs", "binance": "python-binance", "bs4": "beautifulsoup4", "coinbase": "coinbase-advanced-py", "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil", "discord": "discord.py", "dotenv": "python-dotenv", "fitz": "PyMuPDF", "flask_cors": "Flask-Cors",
    "flask_socketio": "Flask-SocketIO", "git": "GitPython", "google.protobuf": "protobuf", "grpc": "grpcio", "jose": "python-jose",
    "jwt": "PyJWT", "kraken": "python-kraken-sdk", "kucoin": "kucoin-python", "matplotlib.pyplot": "matplotlib", "mpl_finance": "mplfinance",
    "nacl": "PyNaCl", "okx": "python-okx", "pkg_resources": "setuptools<81", "psycopg2": "psycopg2-binary", "pykrakenapi": "pykrakenapi",
    "serial": "pyserial", "skimage": "scikit-image", "sklearn": "scikit-learn", "skopt": "scikit-optimize", "socketio": "python-socketio",
    "socks": "PySocks", "talib": "TA-Lib", "telegram": "python-telegram-bot", "telebot": "pyTelegramBotAPI", "tensorflow.keras": "tensorflow",
    "ujson": "ujson", "usb": "pyusb", "websocket": "websocket-client", "yaml": "PyYAML", "zmq": "pyzmq",
}
# What Python itself had once: the last version that has it, and a requirement that brings it back.
REMOVED = {"distutils": ("3.11", "setuptools"), "imp": ("3.11", ""), "asyncore": ("3.11", "pyasyncore"), "asynchat": ("3.11", "pyasynchat"),
           "smtpd": ("3.11", ""), "cgi": ("3.12", "legacy-cgi"), "telnetlib": ("3.12", ""), "crypt": ("3.12", ""), "imghdr": ("3.12", ""),
           "audioop": ("3.12", "audioop-lts"), "pipes": ("3.12", "")}
# A part of Python that distributions package of its own: Debian's package, Amazon Linux's.
PARTS = {"tkinter": ("python3-tk", "python3-tkinter"), "_tkinter": ("python3-tk", "python3-tkinter")}
# The package that brings a shared library: Debian's, Amazon Linux's.
LIBRARIES = {
    "libgomp": ("libgomp1", "libgomp"), "libGL": ("libgl1", "mesa-libGL"), "libgthread-2.0": ("libglib2.0-0", "glib2"),
    "libglib-2.0": ("libglib2.0-0", "glib2"), "libpq": ("libpq5", "libpq"), "libodbc": ("libodbc2", "unixODBC"), "libxml2": ("libxml2", "libxml2"),
    "libxslt": ("libxslt1.1", "libxslt"), "libffi": ("libffi8", "libffi"), "libopenblas": ("libopenblas0", "openblas"),
    "libatomic": ("libatomic1", "libatomic"), "libstdc++": ("libstdc++6", "libstdc++"), "libgfortran": ("libgfortran5", "libgfortran"),
    "libSM": ("libsm6", "libSM"), "libXext": ("libxext6", "libXext"), "libXrender": ("libxrender1", "libXrender"), "libX11": ("libx11-6", "libX11"),
    "libsndfile": ("libsndfile1", "libsndfile"), "libhdf5": ("libhdf5-103", "hdf5"), "libsqlite3": ("libsqlite3-0", "sqlite-libs"),
    "libmariadb": ("libmariadb3", "mariadb-connector-c"), "libtk8.6": ("libtk8.6", "tk"), "libtcl8.6": ("libtcl8.6", "tcl"),
    "libzmq": ("libzmq5", "zeromq"), "libsnappy": ("libsnappy1v5", "snappy"), "libcurl": ("libcurl4", "libcurl"), "libleveldb": ("libleveldb1d", "leveldb"),
}
CRASHES = {4: "SIGILL: it needs a processor that this instance does not have", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 11: "SIGSEGV"}
SOFT_SHOWN = 6


def is_problem(kind: str, line: Dict[str, Any]) -> bool:
    """What the environment decides is the same when the robot starts."""
    return kind in ("script", "syntax", "missing", "broken", "library") or kind == "died" and line.get("signal") in CRASHES


def sentence(kind: str, line: Dict[str, Any], begun: Dict[str, Any]) -> str:
    module, error = str(line.get("module", begun.get("begins", ""))), str(line.get("error", ""))
    where = "%s imports '%s'" % (place(line if "module" in line else begun), module)
    if kind == "script":
        return "a service starts %s, which the commit does not have" % line.get("file")
    if kind == "syntax":
        return "%s cannot be parsed by this Python: %s. Set python_version to one that can, or correct the line" % (place(line), error)
    if kind == "missing":
        return missing(where, module, str(line.get("missing", "")))
    if kind == "library":
        return library(where, error)
    if kind == "broken":
        return "%s, which does not work in this environment: %s. Pin versions of %s that fit each other" % (where, error, packages(module, error))
    if kind == "other":
        return "%s: %s. It was tried without network and keys, so this may not happen when the robot starts" % (where, error)
    if kind == "died":
        number = int(line.get("signal", 0))
        return "%s, which ends the process with signal %d%s" % (where, number, " (%s)" % CRASHES[number] if number in CRASHES else "")
    if kind == "time":
        return "%s: the imports of the code take longer than the check waits" % where
    return soft(line) if kind == "soft" else ""


def place(line: Dict[str, Any]) -> str:
    return "%s, line %s," % (line.get("file"), line.get("line")) if line.get("file") else "the command of a service"


def missing(where: str, module: str, name: str) -> str:
    top = name.split(".")[0]
    if top in REMOVED:
        last, back = REMOVED[top]
        return "%s, which needs '%s': Python has it up to %s only. Set python_version to %s%s" % (
            where, top, last, last, ", or add the requirement %s" % back if back else "")
    if top in PARTS:
        return "%s, and this Python lacks '%s'. Install %s (Debian) or %s (Amazon Linux) on the instance" % (where, top, *PARTS[top])
    wanted = REQUIREMENTS.get(name) or REQUIREMENTS.get(top) or top
    if top == module.split(".")[0]:
        if name not in ("", top):
            return "%s, and the installed version of %s has no '%s'. Pin a version that has it" % (where, wanted, name)
        return "%s, which is not installed. Add the requirement %s" % (where, wanted)
    return "%s, which needs '%s', and that is not installed. Add the requirement %s" % (where, name, wanted)


def library(where: str, error: str) -> str:
    found = re.search(r"(lib[A-Za-z0-9_+.-]+?)\.so(?:[.0-9]*)", error)
    if not found:
        return "%s, which does not fit the system: %s. Pin another version of it" % (where, error)
    if "cannot open shared object" not in error:
        return "%s, which does not fit %s of the system: %s. Pin another version of it" % (where, found.group(0), error)
    names = LIBRARIES.get(found.group(1)) or LIBRARIES.get(re.sub(r"[-.]?[0-9.]+$", "", found.group(1)))
    fix = "Install %s (Debian) or %s (Amazon Linux) on the instance" % names if names else "Install the package that has it on the instance"
    return "%s, and the instance lacks the shared library %s. %s" % (where, found.group(0), fix)


def packages(module: str, error: str) -> str:
    """Those that do not fit."""
    names = [module.split(".")[0], *(one.split(".")[0] for one in re.findall(r"(?:from|[Mm]odule) '([\w.]+)'", error))]
    return " and ".join(dict.fromkeys(REQUIREMENTS.get(name, name) for name in names))


def soft(line: Dict[str, Any]) -> str:
    found = ["%s (%s:%s)" % tuple(one) for one in line.get("modules", []) if isinstance(one, list) and len(one) == 3]
    if not found:
        return ""
    more = " and %d more" % (len(found) - SOFT_SHOWN) if len(found) > SOFT_SHOWN else ""
    return "not installed, and imported only in try, if or functions: %s%s" % (", ".join(found[:SOFT_SHOWN]), more)
