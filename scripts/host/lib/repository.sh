# repository.sh: git, which runs as crypto-robot-fetch; see repository.py and isolated.sh.

# Where the login lies in the unit of a git that is given it.
readonly LOGIN_INSIDE=/run/crypto-robot-login

# repository_online SETTING… -- ARGUMENT…: with the network and, where use_repository_secret has set login, with the login.
repository_online() {
  local settings=()
  [[ -z ${login-} ]] || settings=("BindReadOnlyPaths=$login:$LOGIN_INSIDE" "Environment=LOGIN=$LOGIN_INSIDE")
  repository "${settings[@]}" "$@"
}

# repository_offline SETTING… -- ARGUMENT…: without either.
repository_offline() { repository PrivateNetwork=yes "$@"; }

repository() {
  local settings=()
  while [[ $1 != -- ]]; do
    settings+=("$1")
    shift
  done
  isolated "$FETCH_USER" git "${settings[@]}" -- python3 -IS "$PROGRAM" --module repository "${@:2}"
}

has_fetch_user() { id "$FETCH_USER" >/dev/null 2>&1; }
