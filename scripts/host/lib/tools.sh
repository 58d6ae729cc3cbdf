# tools.sh: the users and folders that steps in bash need; as in users.py and application_folder.py.

readonly FETCH_USER=crypto-robot-fetch BUILD_USER=crypto-robot-build
installed=()

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
