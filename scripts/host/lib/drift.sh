# drift.sh: gathers what only a shell can see of the release that serves, and has drift.py compare.

# drift_of RELEASE ENVIRONMENT: prints an array of {"what","said","mend"}.
drift_of() {
  local hash code
  hash=$(python3 -ISc 'import json, sys; print(json.load(open(sys.argv[1]))["environment_hash"])' "$RELEASES/$1/release.json")
  changed_files "$1" >"$WORK/changed-files"
  if environment_is_sound "$hash"; then : >"$WORK/unsound"; else printf '%s\n' "$hash" >"$WORK/unsound"; fi
  code=$(embedded_file redact.py && embedded_file drift.py && embedded_file drift_running.py)
  python3 -IS -c "$code" "$APP" "$1" "$2" "$UNIT_FOLDER" "$APP_USER" "$WORK/changed-files" "$WORK/unsound"
}
