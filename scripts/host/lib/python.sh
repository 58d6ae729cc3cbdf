# python.sh: which interpreter a release runs on, and which environment belongs to it.
#
# Parameter PythonVersion ^(3\.[0-9]{1,2}(\.[0-9]{1,2})?)?$ The Python the application runs on, like 3.11; empty: the instance's python3.
require_pattern PythonVersion "${SSM_PythonVersion-}" '^(3\.[0-9]{1,2}(\.[0-9]{1,2})?)?$'

# The command of the interpreter that is wanted: python3.11, or python3 where the request names no version.
python_command() {
  if [[ -n ${SSM_PythonVersion-} ]]; then
    printf 'python%s' "$(cut -d . -f 1,2 <<<"$SSM_PythonVersion")"
  else
    printf python3
  fi
}

# Sets PYTHON (a path) and PYTHON_FULL (like 3.11.2); fails when this instance has none that fits. The path has no links in it:
# python3 and python3.11 are one interpreter where one leads to the other, and have one environment.
find_python() {
  local candidate path full
  for candidate in "$(python_command)" python3; do
    path=$(command -v "$candidate") || continue
    full=$("$path" -ISc 'import platform; print(platform.python_version())' 2>/dev/null) || continue
    if [[ -z ${SSM_PythonVersion-} || $full == "$SSM_PythonVersion" || $full == "$SSM_PythonVersion".* ]]; then
      PYTHON=$(readlink -f "$path") PYTHON_FULL=$full
      return 0
    fi
  done
  return 1
}

# environment_hash REQUIREMENTS_FILE: two releases share an environment when their requirements and interpreter are the same.
environment_hash() {
  { printf '%s\n%s\n' "$PYTHON" "$PYTHON_FULL" && host_python environment_key "$1"; } | sha256sum | cut -c 1-16
}
