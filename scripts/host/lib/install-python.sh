# install-python.sh: installs the interpreter an application asks for, from the distribution's own packages.

# Sets PYTHON and PYTHON_FULL; adds to `installed` what had to be installed. Fails as PythonMissing, with what is here instead.
need_python() {
  local name reason wanted=${SSM_PythonVersion:-3}
  name=$(python_command)
  if ! find_python; then
    (install_packages "$name" -- "$name" "$name-venv") || {
      reason=$(why_not)
      rm -f "$WORK/failure"
      fail PythonMissing "Python $wanted is not here and cannot be installed ($reason); here is $(pythons_here)"
    }
    hash -r
    find_python || fail PythonMissing "Python $wanted is not what its package brought; here is $(pythons_here)"
    installed+=("$name")
  fi
  can_make_environments && return 0
  # Debian ships venv without pip's wheel unless python3-venv is there.
  install_packages "$name-pip" -- "$name-venv"
  can_make_environments || fail PythonMissing "$PYTHON cannot make virtual environments: it lacks venv or ensurepip"
  installed+=("$name-venv")
}

can_make_environments() { "$PYTHON" -ISc 'import ensurepip, venv' 2>/dev/null; }

# The versions this instance has, like "3.9, 3.11".
pythons_here() {
  local found
  found=$(compgen -c python3. | sed -nE 's/^python(3\.[0-9]+)$/\1/p' | sort -uV | paste -sd , | sed 's/,/, /g')
  printf '%s' "${found:-none}"
}

# What the installer that failed had to say.
why_not() {
  python3 -ISc 'import json, sys; print(json.loads(sys.stdin.read().splitlines()[1])["message"][:300])' <"$WORK/failure"
}
