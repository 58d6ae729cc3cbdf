# environment.sh: whether a virtual environment is still what pip left.

# Whether an environment was finished and is byte for byte (by size and time) what pip left, with the same interpreter.
environment_is_sound() {
  local folder=$APP/venvs/$1
  [[ -f $folder/.complete ]] || return 1
  [[ $(environment_seal "$folder" 2>/dev/null) == "$(<"$folder/.complete")" ]]
}

# Whether an earlier version of the deployer sealed it. Only the environment's own interpreter could compare that seal; the next
# deployment builds the environment again.
has_an_earlier_seal() { [[ -f $APP/venvs/$1/.complete && $(<"$APP/venvs/$1/.complete") =~ ^[0-9a-f]{64}$ ]]; }

# One line that changes when a file of the environment is added, removed or edited, or when its interpreter changes.
environment_seal() { host_python environment_seal "$1"; }
