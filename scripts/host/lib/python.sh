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
