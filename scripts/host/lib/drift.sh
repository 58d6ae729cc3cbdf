# drift.sh: gathers what only a shell can see of the release that serves, and has drift_running.py compare.

# drift_of RELEASE ENVIRONMENT: prints an array of {"what","said","mend"}.
drift_of() {
  local hash
  if ! hash=$(manifest_fields "$1" environment_hash); then
    : >"$WORK/changed-files"
    printf '[{"what":"manifest","said":%s,"mend":"operate deploy %s"}]\n' "$(json_string "$(unusable_because)")" "$2"
    return 0
  fi
  changed_files "$1" >"$WORK/changed-files"
  if environment_is_sound "$hash" || has_an_earlier_seal "$hash"; then
    : >"$WORK/unsound"
  else
    printf '%s\n' "$hash" >"$WORK/unsound"
  fi
  host_python drift_running "$APP" "$1" "$2" "$UNIT_FOLDER" "$APP_USER" "$WORK/changed-files" "$WORK/unsound"
}
