# environment.sh: whether a virtual environment is still what pip left.

# Whether an environment was finished and is byte for byte (by size and time) what pip left, with the same interpreter.
environment_is_sound() {
  local folder=$APP/venvs/$1
  [[ -f $folder/.complete ]] || return 1
  [[ $(environment_seal "$folder" 2>/dev/null) == "$(<"$folder/.complete")" ]]
}

# One line that changes when a file of the environment is added, removed or edited, or when its interpreter changes.
environment_seal() { host_python environment_seal "$1"; }
