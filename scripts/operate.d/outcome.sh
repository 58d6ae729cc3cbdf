#!/usr/bin/env bash
# outcome: how an execution ended, in words and as an exit code, and what serves now.
#
# A run that reached its own end says so. One that was stopped, timed out or broke on the service's side
# could not: then the instance is asked, by an execution that only reads, before a code is chosen.

# shellcheck disable=SC2034,SC2153 # The parts of operate share these variables.

# tell_outcome: from $PRIVATE/described; exits.
tell_outcome() {
  local status error cause code
  status=$(jq -r '.status' "$PRIVATE/described")
  error=$(jq -r '.error // ""' "$PRIVATE/described")
  cause=$(jq -r '.cause // ""' "$PRIVATE/described")
  jq '(.output // "{}") | fromjson' "$PRIVATE/described" >"$PRIVATE/output"
  case $status/$error in
    SUCCEEDED/*) code=0 ;;
    FAILED/RequestRefused) code=2 ;;
    FAILED/DeploymentFailed | FAILED/RolledBack | FAILED/PowerFailed | FAILED/StartedUnhealthy) code=1 ;;
    FAILED/Unhealthy | FAILED/WatchFailed) code=1 ;;
    FAILED/MigrationFailed | FAILED/CutoverUndone) code=1 ;;
    FAILED/RollbackFailed) code=3 ;;
    *)
      say "$status ${error:+$error }${cause}"
      read_back "$(jq -r '.input // "{}" | fromjson | .environment // ""' "$PRIVATE/described")"
      ;;
  esac
  if ((code == 0)); then
    [[ $AS_JSON == no ]] || cat "$PRIVATE/output"
    { tell_success && tell_migration; } >"$PRIVATE/told"
  else
    printf '%s\n%s\n' "$error" "$cause" >"$PRIVATE/told"
  fi
  while IFS= read -r line; do say "$line"; done <"$PRIVATE/told"
  summarize "${error:-$(jq -r '.outcome // "succeeded"' "$PRIVATE/output")}" "$code"
  exit "$code"
}

tell_success() {
  jq -r '
    def given: if . == null or . == "" then empty else . end;
    def reason: if given then " (" + . + ")" else "" end;
    def yesno: if . then "yes" else "no" end;
    (.host // {}) as $host
    | "\(.outcome // "done"): \(.environment)",
      (.state | given | "  instance   \(.)"),
      (.release | given | "  release    \(.)"),
      (.revision // $host.revision | given | "  commit     \(.)"),
      (.mode | given | "  mode       \(.)") + (.mode_reason // {live: "keys given", simulation: "no keys given"}[.mode // ""] | reason // ""),
      (.protocol | given | "  protocol   \(.)") + ((.protocol_reason // "") | if . == "" then "" else " (" + . + ")" end),
      (.address | given | "  address    \(.)"),
      (.health // $host.health | given | "  health     \(.)") + ($host.reason // "" | reason // ""),
      (.power_problem | given | "  power      \(.)"),
      (.services // {} | select(.stopped) | "  robot      " + if .killed | length == 0
        then "stopped in \(.robot_seconds) s" else "had to be killed: \(.killed | join(", ")), after \(.robot_seconds) s" end),
      (.services.problem? | given | "  services   were not stopped one by one: \(.)"),
      ($host.said | given | "  found      \(.)"),
      ($host.crashes // {} | select(.count > 0) | "  crashes    \(.count), the newest \(.newest): \(.reason)"),
      ($host.units // {} | to_entries[] | "  unit       \(.key) \(.value)"),
      ($host.certificate_not_after | given | "  certificate until \(.)"),
      ($host.drift // 0 | numbers | select(. > 0) | "  drift      \(.) differences from what was deployed; operate drift names them"),
      ($host.locked_by | given | "  locked by  \(.owner) since \(.since)"),
      ($host.armed | given | "  rolls back \(.release) by itself at \(.at) unless confirmed"),
      (if has("nothing_to_do") then "  to do      " + (if .nothing_to_do then "nothing" else (.differences | join(", ")) end) else empty end)
  ' "$PRIVATE/output"
}

# read_back ENVIRONMENT: exits with 1 when the instance could be asked, else with 3.
read_back() {
  local first=$EXECUTION status
  cp "$PRIVATE/described" "$PRIVATE/described.first"
  if [[ -z $1 ]]; then
    say "The execution does not say which environment it was for; look at its instance."
    exit 3
  fi
  say "The run could not say itself what serves now; asking the instance."
  ENVIRONMENT=$1 AS_JSON=no
  jq -n --arg environment "$1" '{environment: $environment, operation: "status"}' >"$PRIVATE/input"
  start_execution deploy status
  follow_execution "$EXECUTION" || lost_sight
  status=$(jq -r '.status' "$PRIVATE/described")
  jq '(.output // "{}") | fromjson' "$PRIVATE/described" >"$PRIVATE/output"
  EXECUTION=$first
  if [[ $status != SUCCEEDED ]]; then
    say "The instance could not be asked: $(jq -r '.cause // .status' "$PRIVATE/described")"
    say "A person is needed: look at the instance, then deploy again."
    summarize "unknown" 3
    exit 3
  fi
  tell_success >"$PRIVATE/told"
  while IFS= read -r line; do say "$line"; done <"$PRIVATE/told"
  say "Deploy again when you have seen why the run ended."
  summarize "$(jq -r '.status' "$PRIVATE/described.first")" 1
  exit 1
}

list_releases() {
  FOLLOW=yes
  deploy_request status "$PRIVATE/input"
  exec 3>&2
  start_execution deploy status
  follow_execution "$EXECUTION" || lost_sight
  [[ $(jq -r '.status' "$PRIVATE/described") == SUCCEEDED ]] || tell_outcome
  jq -r '(.output | fromjson) as $output
    | if $output.state == "stopped" then "the instance is stopped" else
      ($output.host.releases // [] | if length == 0 then "no release is there" else
        (["RELEASE", "COMMIT", "WHEN", "STATE", "SUBJECT"], (.[] | [.release, .revision[0:7], .at,
          (if .current then "serves" elif .good then "good" else "not good" end), .subject])
        | map(. // "" | tostring) | join("  ")) end) end' "$PRIVATE/described" >"$PRIVATE/told"
  printable "$(<"$PRIVATE/told")"
}

# What GitHub shows below the run, and what later steps of the job can read.
summarize() { # OUTCOME CODE
  if [[ -n ${GITHUB_OUTPUT:-} ]]; then
    {
      printf 'execution=%s\n' "$EXECUTION"
      printf 'outcome=%s\n' "${1//[^A-Za-z0-9_.-]/}"
      printf 'release=%s\n' "$(jq -r '.release // "" | gsub("[^A-Za-z0-9-]"; "")' "$PRIVATE/output")"
    } >>"$GITHUB_OUTPUT"
  fi
  [[ -n ${GITHUB_STEP_SUMMARY:-} ]] || return 0
  {
    printf '### %s: %s\n\n' "${ENVIRONMENT:-execution}" "${1//[^A-Za-z0-9_.-]/}"
    printf '%s\n' "$(("$2" == 0))" | sed 's/1/Done./; s/0/Not done./'
    # A fence that nothing inside can close: messages are other people's text.
    printf '\n~~~~~~~~~~text\n'
    printable "$(<"$PRIVATE/told")" | sed 's/~~~/~ ~ ~/g'
    printf '~~~~~~~~~~\n\n[Execution](%s)\n' "$(console_link)"
  } >>"$GITHUB_STEP_SUMMARY"
}
