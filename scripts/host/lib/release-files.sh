# release-files.sh: whether a release still is the commit it was made from.

# changed_files RELEASE: prints a line for each file that is not as the commit has it: a letter of git's (M changed, D gone,
# T of another kind) or + for one the commit does not have, a space, and its path; "? <why>" when they cannot be compared. What
# the deployer writes into a release is no change. Nothing is written.
changed_files() {
  local lines revision url persistent mirror code=0
  lines=$(manifest_fields "$1" revision repository_url persistent_paths) || {
    printf '? %s\n' "$(unusable_because)"
    return 0
  }
  { read -r revision && read -r url && read -r persistent; } <<<"$lines"
  if ! has_fetch_user; then
    printf '? user %s, which compares files, is missing; the next deployment creates it\n' "$FETCH_USER"
    return 0
  fi
  use_mirror "$url"
  # -: there may be no mirror.
  repository_offline "BindReadOnlyPaths=-$mirror $RELEASES/$1" "InaccessiblePaths=-$RELEASES/$1/.env -$RELEASES/$1/.deployer-env-base" \
    -- changes "$mirror" "$revision" "$RELEASES/$1" >"$WORK/changes" 2>"$WORK/changes-error" || code=$?
  case $code in
    0) host_python own_changes "$APP" "$1" "$persistent" <"$WORK/changes" ;;
    4) printf '? commit %s is not in the mirror of this instance\n' "$revision" ;;
    *) printf '? git cannot compare them (%s)\n' "$(last_lines 1 "$WORK/changes-error")" ;;
  esac
}
