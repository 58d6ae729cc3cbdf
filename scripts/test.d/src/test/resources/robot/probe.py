"""What a process of the robot may do, tried by the process itself: look(NAME) writes the results to data/probe-NAME.json."""

import ctypes
import json
import os
import socket
import stat
import urllib.request

# The kernel or the process itself makes these. They contain no files of users.
NOT_FILES = ("/proc", "/sys")


def tried(action, *arguments):
    try:
        action(*arguments)
    except OSError as error:
        return error.strerror or str(error)
    return "done"


def written(path):
    with open(path, "x") as file:
        file.write("written by the robot")


def credentials(address):
    """The first request for the credentials of the instance, as a library makes it."""
    request = urllib.request.Request(f"http://{address}/latest/api/token", method="PUT")
    request.add_header("X-aws-ec2-metadata-token-ttl-seconds", "60")
    return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=3).read()


def call(name, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def writable_folders():
    """Every folder of the file system in which this process may make a file."""
    found = []
    for folder, names, _ in os.walk("/"):
        names[:] = [name for name in names if os.path.join(folder, name) not in NOT_FILES]
        if os.access(folder, os.W_OK):
            found.append(folder)
    return sorted(found)


def others_files():
    """Files of other users that this process may change."""
    found = []
    for folder, names, files in os.walk("/"):
        names[:] = [name for name in names if os.path.join(folder, name) not in (*NOT_FILES, "/dev")]
        for name in files:
            path = os.path.join(folder, name)
            try:
                ours = os.lstat(path)
            except OSError:
                continue
            if stat.S_ISREG(ours.st_mode) and ours.st_uid != os.getuid() and os.access(path, os.W_OK):
                found.append(path)
    return found


def status():
    with open("/proc/self/status") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


def cached():
    folder = os.environ["XDG_CACHE_HOME"]
    os.makedirs(folder)
    written(os.path.join(folder, "cached"))


def look(name):
    own = status()
    home = os.path.expanduser("~")
    release = os.getcwd()
    answers = {
        "user": own["Uid"].split()[0],
        "capabilities": own["CapEff"],
        "no_new_privileges": own["NoNewPrivs"],
        "filtered": own["Seccomp"],
        "credentials": tried(credentials, "169.254.169.254"),
        "credentials_over_ipv6": tried(credentials, "[fd00:ec2::254]"),
        "release": tried(written, os.path.join(release, "probe")),
        "application": tried(written, "/opt/crypto-robot/probe"),
        "other_shared": tried(written, "/opt/crypto-robot/shared/of-another/probe"),
        "etc": tried(written, "/etc/probe"),
        "own_data": tried(written, os.path.join("data", f"probe-{os.getpid()}")),
        "own_tmp": tried(written, "/tmp/of-the-robot"),
        "sees_tmp": os.path.exists("/tmp/of-the-machine"),
        "sees_shared_memory": os.path.exists("/dev/shm/of-the-machine"),
        "sees_home": os.path.exists("/home/ec2-user/.bashrc"),
        "home": home,
        "home_at_first": os.listdir(home),
        "home_mode": oct(os.stat(home).st_mode & 0o7777),
        "home_written": tried(written, os.path.join(home, "written")),
        "cache_written": tried(cached),
        "others_seen": len([pid for pid in os.listdir("/proc") if pid.isdigit() and os.stat(f"/proc/{pid}").st_uid != os.getuid()]),
        "become_root": tried(os.setuid, 0),
        "become_roots_group": tried(os.setgid, 0),
        "drop_groups": tried(os.setgroups, []),
        "become_itself": tried(os.setuid, os.getuid()),
        "raw_packets": tried(socket.socket, socket.AF_PACKET, socket.SOCK_RAW),
        "routing": tried(socket.socket, socket.AF_NETLINK, socket.SOCK_RAW),
        "mount": tried(call, "mount", b"none", b"/tmp", b"tmpfs", 0, None),
        "namespace": tried(call, "unshare", 0x10000000),
        "trace": tried(call, "ptrace", 16, os.getppid(), 0, 0),
        "writable": writable_folders(),
        "others_files": others_files(),
    }
    unfinished = os.path.join("data", f".probe-{name}.new")
    with open(unfinished, "w") as file:
        json.dump(answers, file)
    os.replace(unfinished, os.path.join("data", f"probe-{name}.json"))
