# tools.sh: installs what an instance lacks, with its own package manager, one installer at a time.

# install_packages DNF_NAMES -- APT_NAMES
install_packages() {
  local dnf=() fd
  while [[ $1 != -- ]]; do
    dnf+=("$1")
    shift
  done
  shift
  exec {fd}>>"$DEPLOYER/install.flock"
  flock "$fd"
  log "installing ${*}"
  if command -v dnf >/dev/null; then
    logged dnf -y -q install "${dnf[@]}" || fail HostUnfit "dnf cannot install ${dnf[*]}: $(tail -n 2 "$WORK/output" | tr '\n' ' ')"
  elif command -v apt-get >/dev/null; then
    logged apt_install "$@" || fail HostUnfit "apt-get cannot install $*: $(tail -n 2 "$WORK/output" | tr '\n' ' ')"
  else
    fail HostUnfit "neither dnf nor apt-get is here to install $*"
  fi
  exec {fd}>&-
}

apt_install() {
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 install "$@")
  "${install[@]}" || { apt-get -q update && "${install[@]}"; }
}

# need COMMAND DNF_PACKAGE APT_PACKAGE: adds to `installed` what had to be installed.
installed=()
need() {
  command -v "$1" >/dev/null && return 0
  install_packages "$2" -- "$3"
  hash -r
  command -v "$1" >/dev/null || fail HostUnfit "$1 is still missing after installing it"
  installed+=("$1")
}

# The application's user, and the two that have nothing: no shell, no home, no subordinate ids. Steps that run at the same time need
# them.
need_user() {
  local user fd
  ! id "$APP_USER" "$FETCH_USER" "$BUILD_USER" >/dev/null 2>&1 || return 0
  exec {fd}>>"$DEPLOYER/install.flock"
  flock "$fd"
  id "$APP_USER" >/dev/null 2>&1 || {
    useradd --create-home --shell /bin/bash "$APP_USER"
    installed+=("user $APP_USER")
  }
  for user in "$FETCH_USER" "$BUILD_USER"; do
    id "$user" >/dev/null 2>&1 || {
      useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$user"
      installed+=("user $user")
    }
  done
  exec {fd}>&-
}

# The application's folder becomes this deployer's: one that is new or empty. What somebody else keeps there stays theirs.
claim_application() {
  local served
  served=$(served_application)
  [[ $served != "$APP" ]] || return 0
  [[ ! -e $APP || (-d $APP && -z $(ls -A --ignore=lost+found "$APP")) ]] ||
    fail HostUnfit "$APP is not empty, and this deployer did not make it; move it away, or request another application_path"
  # Nothing was ever activated in another one, see check_application.
  [[ -z $served ]] || rm -rf "$DEPLOYER/releases" "$DEPLOYER/saved"
  write_file "$DEPLOYER/application" <<<"$APP"
}

# The folders of the application: root's, see hold_application_folder, but for what the application keeps. To be used behind lock.sh.
make_folders() {
  local folder
  under_lock claim_application
  for folder in "$APP" "$RELEASES" "$APP"/{venvs,mirror,certificates,certificates/.versions,shared}; do
    [[ -d $folder ]] || install -d -m 755 "$folder"
  done
  [[ $(stat -c %U "$APP/shared") == "$APP_USER" ]] || chown -h "$APP_USER:" "$APP/shared"
}

# An earlier version left code, environments and mirrors to the application's user. They stay readable for what runs from them.
take_over_code() {
  local place owner top
  while read -r place; do
    case $place in
      "$APP"/mirror/*) owner=$FETCH_USER top=$FETCH_USER ;;
      *) owner=$BUILD_USER top=root ;;
    esac
    host_python result former "$place" "$APP_USER" "$owner" "$top" || fail HostUnfit "$place cannot be taken over from $APP_USER"
    log "$place was $APP_USER's and is $owner's"
  done < <(find "$RELEASES" "$APP"/{venvs,mirror} -mindepth 1 -maxdepth 1 -type d -user "$APP_USER")
}
