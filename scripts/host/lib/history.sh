# history.sh: what happened to releases, one line of JSON per event, only ever added to.
#
# Events: activated, confirmed, rolled-back, discarded, dead-man, keys, certificate, lock-stolen. A release is good when history has a
# `confirmed` event for it; its age, its folder or its place in a listing say nothing.

# record EVENT RELEASE PREVIOUS REVISION REASON
record() {
  local at line
  printf -v at '%(%FT%TZ)T' -1
  # A line cut short by a power loss must not swallow the next one.
  if [[ -s $HISTORY && -n $(tail -c 1 "$HISTORY") ]]; then echo >>"$HISTORY"; fi
  printf -v line '{"at":"%s","event":"%s","release":"%s","previous":"%s","revision":"%s","execution":"%s","reason":%s}\n' \
    "$at" "$1" "$2" "$3" "$4" "${SSM_Owner-}" "$(json_string "${5:-}")"
  printf '%s' "$line" >>"$HISTORY"
  sync -d "$HISTORY" 2>/dev/null || true
}

# Good releases that still exist, the newest first, each once.
good_releases() {
  local line id seen=' '
  [[ -f $HISTORY ]] || return 0
  while IFS= read -r line; do
    [[ $line =~ ^\{\"at\":\"[^\"]*\",\"event\":\"confirmed\",\"release\":\"([A-Za-z0-9-]+)\" ]] || continue
    id=${BASH_REMATCH[1]}
    [[ $seen != *" $id "* ]] || continue
    seen+="$id "
    # Whoever has found what he looked for reads no further.
    ! finished "$id" || printf '%s\n' "$id" 2>/dev/null || return 0
  # tac fails when this loop stops early and closes the pipe; that is not a failure of the step.
  done < <(tac "$HISTORY" 2>/dev/null || true)
}

is_good() {
  local id
  while IFS= read -r id; do
    [[ $id != "$1" ]] || return 0
  done < <(good_releases)
  return 1
}

# The newest good release other than the one given, or nothing.
previous_good() {
  local id
  while IFS= read -r id; do
    if [[ $id != "$1" ]]; then
      printf '%s' "$id"
      return 0
    fi
  done < <(good_releases)
}

# The revision a finished release was made from: its id ends with it only shortened.
revision_of() {
  local text
  finished "$1" || return 0
  text=$(cat "$DEPLOYER/releases/$1/release.json" 2>/dev/null || as_user cat "$RELEASES/$1/release.json" 2>/dev/null) || return 0
  [[ $text =~ \"revision\":\ ?\"([0-9a-f]{40})\" ]] && printf '%s' "${BASH_REMATCH[1]}"
  return 0
}
