# manifest.sh: what a release was finished with.

# manifest_python FILE… -- ARGUMENT…: files that stand behind manifest.py.
manifest_python() {
  local code
  code=$(program_file rules.py && program_file manifest.py)
  while [[ $1 != -- ]]; do
    code+=$'\n'$(program_file "$1")
    shift
  done
  python3 -IS -c "$code" "${@:2}"
}

# manifest_fields RELEASE FIELD…: prints a line for each. Fails for a release that is not usable; the reason is unusable_because's.
manifest_fields() {
  local code
  code=$(program_file rules.py && program_file manifest.py)
  python3 -IS -c "$code" fields "$APP" "$@" 2>"$WORK/manifest"
}

unusable_because() { last_lines 1 "$WORK/manifest"; }
