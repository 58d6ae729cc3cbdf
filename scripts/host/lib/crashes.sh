# crashes.sh: the bundles that units which ended have left, see crash.py.

readonly CRASHES=$DEPLOYER/crashes

# newest_crash SECONDS_SINCE_1970 [UNIT [RELEASE]]: the newest bundle since then, or nothing.
newest_crash() {
  local file name stamp
  printf -v stamp '%(%Y%m%dT%H%M%SZ)T' "$1"
  while IFS= read -r file; do
    name=${file##*/} name=${name%.json}
    [[ ! $name < $stamp ]] || return 0
    [[ -z ${2-} || ${name#*Z-} == "$2" ]] || continue
    [[ -z ${3-} ]] || grep -q "\"release\":\"$3\"" "$file" || continue
    printf '%s' "$name"
    return 0
  # ls fails when there is no bundle, or when this loop stops early and closes the pipe.
  done < <(ls -r "$CRASHES"/*.json 2>/dev/null || true)
}
