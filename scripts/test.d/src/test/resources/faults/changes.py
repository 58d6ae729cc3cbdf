

# From here on a test's, see CommandShims: each change is a call like those of the commands that shim.sh replaces.
def _watched(name, change):
    def watched(*words, **options):
        moment = _moment(" ".join([name, *(word for word in words if isinstance(word, str))]).replace("\n", " "))
        if moment.startswith("each "):
            _hit(moment[5:])
            while os.path.exists(_SHIMS + "hit"):
                time.sleep(0.005)
        elif moment == "held":
            _hit()
            while os.path.exists(_SHIMS + "watched"):
                time.sleep(0.02)
        elif moment == "before":
            _kill()
        change(*words, **options)
        if moment == "after":
            _kill()

    return watched


def _moment(call):
    """Of the watched call; nothing for any other."""
    try:
        with open(_SHIMS + "watched") as file:
            watched, number, moment, pattern = file.read().rstrip("\n").split(" ", 3)
    except OSError:
        return ""
    if not fnmatch.fnmatchcase(_place(), watched):
        return ""
    with open(_SHIMS + "calls", "a+") as file:
        file.write(call + "\n")
        file.seek(0)
        calls = len(file.readlines())
    if moment == "each":
        return "each %s %s" % (_place(), call)
    if os.path.exists(_SHIMS + "hit") or number not in ("any", str(calls)) or not fnmatch.fnmatchcase(call, pattern):
        return ""
    return moment


def _place():
    with open("/proc/self/cgroup") as file:
        found = re.findall(r"/crypto-robot-([^/]*)\.service$", file.read(), re.MULTILINE)
    return found[-1] if found else ""


def _hit(text=""):
    with open(_SHIMS + "hit.new", "w") as file:
        file.write(text)
    os.rename(_SHIMS + "hit.new", _SHIMS + "hit")


def _kill():
    _hit()
    subprocess.run(["/usr/bin/systemctl", "kill", "--signal=KILL", "crypto-robot-%s.service" % _place()])
    time.sleep(60)


import fnmatch
import re
import subprocess
import time

_SHIMS = "/root/shims/"
# write_new and copy_tree make what nobody reads before the rename that follows.
for _change in (rename, unlink, remove_tree, make_folder, make_folder_in, remove_folder_in, move_from, move_into, make_link, set_owner,
                set_mode, take_folder, take_entries, append):
    globals()[_change.__name__] = _watched(_change.__name__, _change)
