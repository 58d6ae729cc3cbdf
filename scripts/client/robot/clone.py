"""A copy of a repository at a URL, for a look: one commit, without a working tree, in a temporary folder.

Only https and ssh are allowed, also for a server that redirects. No hook, filter, submodule or LFS program runs, because nothing is
checked out. Large files stay on the server. Root runs git as another user (client.git). No login is used: for a private repository, a
person clones it and gives the path.
"""

from __future__ import annotations

import os
import pwd
import re
import resource
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from client.exits import FAILED, REFUSED, Stop
from client.git import Git

_MOST_BYTES = 512 << 20
_SECONDS = 300
_PASSED_ON = re.compile(r"(?i)(https?|all|no)_proxy|GIT_SSL_CAINFO|SSL_CERT_FILE|SSL_CERT_DIR|SSH_AUTH_SOCK")
_SETTINGS = (
    "protocol.allow=never", "protocol.https.allow=always", "protocol.ssh.allow=always", "core.hooksPath=/dev/null", "credential.helper=",
    "http.lowSpeedLimit=100", "http.lowSpeedTime=30", "submodule.recurse=false", "fetch.fsckObjects=false", "gc.auto=0",
)  # fmt: skip


@contextmanager
def cloned(url: str, reference: str = "") -> Iterator[Git]:
    """The repository with the newest commit of a branch or tag, or of its own default branch."""
    with tempfile.TemporaryDirectory(prefix="adopt-robot-") as folder:
        place = Path(folder) / "repository"
        place.mkdir()
        user = _unprivileged()
        if user:
            os.chmod(folder, 0o711)
            os.chown(place, user.pw_uid, user.pw_gid)
        _clone(url, reference, place, user)
        # The clone is a partial one: without this it would fetch a missing file when that is read.
        (place / "config").unlink(missing_ok=True)
        (place / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")
        yield Git(place)


def _unprivileged() -> "pwd.struct_passwd | None":
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _clone(url: str, reference: str, place: Path, user: "pwd.struct_passwd | None") -> None:
    command = ["git", *(word for one in _SETTINGS for word in ("-c", one)), "clone", "--quiet", "--bare", "--depth=1", "--no-tags", "--single-branch",
               "--filter=blob:limit=1m", "--template=", *(["--branch=" + reference] if reference else []), "--", url, str(place)]  # fmt: skip
    if user:
        command = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--no-new-privs", "--inh-caps=-all",
                   "--bounding-set=-all", "--", *command]  # fmt: skip
    environment = {
        **{name: value for name, value in os.environ.items() if _PASSED_ON.fullmatch(name)},
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "LC_ALL": "C", "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "/bin/false", "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=15",
    }  # fmt: skip
    try:
        done = subprocess.run(command, env=environment, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              timeout=_SECONDS, preexec_fn=_limit_files, encoding="utf-8", errors="replace")  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Stop(FAILED, f"the repository could not be copied within {_SECONDS} s; clone it, and give the path of the clone") from None
    except OSError as e:
        raise Stop(FAILED, f"git cannot be run: {e.strerror}") from None
    if done.returncode:
        raise Stop(REFUSED, f"the repository cannot be copied; clone it, and give the path of the clone. git says: {_reason(done)}")


def _limit_files() -> None:
    """A pack that is larger ends git."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MOST_BYTES, _MOST_BYTES))


def _reason(done: "subprocess.CompletedProcess[str]") -> str:
    if -done.returncode == signal.SIGXFSZ:
        return f"it is larger than {_MOST_BYTES >> 20} MB"
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    told = next((line for line in lines if re.match(r"(fatal|error|remote):", line)), lines[-1] if lines else f"exit code {done.returncode}")
    return re.sub(r"://[^/\s@]*@", "://…@", told)[:300]
