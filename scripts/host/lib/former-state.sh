# former-state.sh: a release that has served is changed in place; what it had waits in one piece for a rollback, see former_state.py.

# save_former_state RELEASE: once, also when the step is run again.
save_former_state() {
  local saved=$DEPLOYER/saved/$1 fresh=$DEPLOYER/saved/.new-$1
  finished "$1" && is_good "$1" && [[ ! -d $saved ]] || return 0
  rm -rf "$fresh"
  install -d -m 700 "$fresh"
  # Read as the application's user, whose files these are: a link leads no further than that user gets.
  (umask 077 && as_user cat "$RELEASES/$1/.env" >"$fresh/env")
  as_user cat "$RELEASES/$1/release.json" >"$fresh/release.json"
  cp -a "$DEPLOYER/releases/$1" "$fresh/state"
  mv -T "$fresh" "$saved"
}

# file_digests FILE…: one line for each, of its content; for root's eyes only where a secret is among them.
file_digests() {
  local file
  for file in "$@"; do sha256sum <"$file" | cut -d ' ' -f 1; done
}
