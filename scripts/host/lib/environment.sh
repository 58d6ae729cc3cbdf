# environment.sh: whether a virtual environment is still what pip left.

# Whether an environment was finished and is byte for byte (by size and time) what pip left.
environment_is_sound() {
  local folder=$APP/venvs/$1
  [[ -f $folder/.complete && -x $folder/bin/python ]] || return 1
  [[ $(environment_seal "$folder" 2>/dev/null) == "$(<"$folder/.complete")" ]]
}

# One line that changes when a file of the environment is added, removed or edited; read by its own interpreter, so that one
# that no longer starts is noticed too.
environment_seal() {
  as_user "$1/bin/python" -ISc '
import hashlib, os, platform, sys
seal = hashlib.sha256(platform.python_version().encode())
root = sys.argv[1]
for folder, names, files in os.walk(root):
    names[:] = sorted(n for n in names if n != "__pycache__")
    for name in sorted(files):
        path = os.path.join(folder, name)
        if path != os.path.join(root, ".complete") and not name.endswith(".pyc"):
            status = os.lstat(path)
            seal.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
print(seal.hexdigest())' "$1"
}
