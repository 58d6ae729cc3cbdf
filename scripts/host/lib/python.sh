# python.sh: which interpreter a release runs on, and which environment belongs to it.
#
# Parameter PythonVersion ^3\.[0-9]{1,2}(\.[0-9]{1,2})?$ The Python the application asks for, like 3.11.
require_pattern PythonVersion "${SSM_PythonVersion:?}" '^3\.[0-9]{1,2}(\.[0-9]{1,2})?$'

# Sets PYTHON (a path) and PYTHON_FULL (like 3.11.2); fails when this instance has none that fits.
find_python() {
  local minor candidate path full
  minor=$(cut -d . -f 1,2 <<<"$SSM_PythonVersion")
  for candidate in "python$minor" python3; do
    path=$(command -v "$candidate") || continue
    full=$("$path" -ISc 'import platform; print(platform.python_version())' 2>/dev/null) || continue
    if [[ $full == "$SSM_PythonVersion" || $full == "$SSM_PythonVersion".* ]]; then
      PYTHON=$path PYTHON_FULL=$full
      return 0
    fi
  done
  return 1
}

# environment_hash REQUIREMENTS_FILE: two releases share an environment when their requirements and interpreter are the same.
environment_hash() {
  { printf '%s\n%s\n' "$PYTHON" "$PYTHON_FULL" && cat "$1"; } | sha256sum | cut -c 1-16
}

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
