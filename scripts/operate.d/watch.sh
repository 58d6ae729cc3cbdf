#!/usr/bin/env bash
# watch: what is read of an environment after the deploy, by executions of the watch machine.

# shellcheck disable=SC2034,SC2153 # The parts of operate share these variables.

# watch_request OPERATION [FIELD JSON]…: writes the input of the watch machine.
watch_request() {
  local own
  own=$(settings_folder)/$ENVIRONMENT.json
  jq -n --arg environment "$ENVIRONMENT" --arg operation "$1" '$ARGS.named' >"$PRIVATE/input"
  shift
  if [[ -f $own ]] && jq -e '.application_path' "$own" >/dev/null 2>&1; then
    merge "$PRIVATE/input" application_path "$(jq '.application_path' "$own")"
  fi
  while (($#)); do
    merge "$PRIVATE/input" "$1" "$2"
    shift 2
  done
}

operate_watch_machine() { # OPERATION
  watch_request "$1"
  operate_machine watch "$1"
}

# read_quietly OPERATION: runs what $PRIVATE/input asks for; $PRIVATE/reading then holds what was read.
read_quietly() {
  exec 4>&3 3>/dev/null
  start_execution watch "$1"
  follow_execution "$EXECUTION" || { exec 3>&4; lost_sight; }
  exec 3>&2 4>&-
  [[ $(jq -r '.status' "$PRIVATE/described") == SUCCEEDED ]] || tell_outcome
  jq '.output | fromjson' "$PRIVATE/described" >"$PRIVATE/output"
  [[ $(jq -r '.outcome' "$PRIVATE/output") != asleep ]] || fail 1 "the instance of $ENVIRONMENT is stopped"
  jq '.host' "$PRIVATE/output" >"$PRIVATE/reading"
  # It has ended: there is nothing to go back to.
  EXECUTION=''
}

show_drift() {
  watch_request check-drift
  read_quietly check-drift
  if [[ $AS_JSON == yes ]]; then
    cat "$PRIVATE/reading"
    return 0
  fi
  jq -r '.said, (.drift[] | "  \(.what): \(.said)", "    mend: \(.mend)")' "$PRIVATE/reading" >"$PRIVATE/told"
  printable "$(<"$PRIVATE/told")"
}

show_certificates() {
  watch_request check-certificates
  read_quietly check-certificates
  if [[ $AS_JSON == yes ]]; then
    cat "$PRIVATE/reading"
    return 0
  fi
  jq -r '.said, (if .next == "nothing" then empty else "  next: \(.next)" end)' "$PRIVATE/reading" >"$PRIVATE/told"
  printable "$(<"$PRIVATE/told")"
}

crash_report() {
  [[ $LAST =~ ^([1-9]|10)$ ]] || fail 2 "--last: '$LAST' is not a number from 1 to 10"
  watch_request crash-report last "$LAST"
  read_quietly crash-report
  if [[ $AS_JSON == yes ]]; then
    cat "$PRIVATE/reading"
    return 0
  fi
  jq -r '
    if .count == 0 then "no crash bundle is on the instance" else
      "crash bundles in \(.folder) on the instance: \(.count)",
      (.crashes[] | "  \(.id)  \(.reason): \(.evidence)"),
      (.bundles[] | "", "\(.id): \(.reason), release \(.release), \(.restarts) restarts before"
        + (if .uncounted_before > 0 then ", \(.uncounted_before) more ends without a bundle" else "" end),
        "  memory \(.memory_mb | to_entries | map("\(.key) \(.value)") | join(", ")) MB; disk \(.disk_free_mb) MB free; load \(.load)",
        (.health[] | "  health  \(.)"),
        (if .left_out > 0 then "  the \(.left_out) oldest lines did not fit; they are in \(.id).json" else empty end),
        (.journal[] | "  " + .))
    end' "$PRIVATE/reading" >"$PRIVATE/told"
  printable "$(<"$PRIVATE/told")"
}

# show_logs SERVICE: with --follow it goes on until it is ended.
show_logs() {
  local after='' pause
  while true; do
    watch_request read-logs service "$(jq -n --arg text "$1" '$text')" \
      since "$(jq -n --arg text "$SINCE" '$text')" after "$(jq -n --arg text "$after" '$text')"
    read_quietly read-logs
    jq -r '(if .left_out > 0 then "… \(.left_out) older lines left out; ask for less with --since" else empty end), .lines[]' \
      "$PRIVATE/reading" >"$PRIVATE/told"
    [[ ! -s $PRIVATE/told ]] || printable "$(<"$PRIVATE/told")"
    [[ $TAIL == yes ]] || return 0
    after=$(jq -r '.after' "$PRIVATE/reading")
    pause=3
    [[ $(jq -r '.more' "$PRIVATE/reading") != true ]] || pause=0
    sleep "$pause"
  done
}
