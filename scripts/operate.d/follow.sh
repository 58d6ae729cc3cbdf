#!/usr/bin/env bash
# follow: prints each state of an execution as it starts and ends, until the execution ends.

# shellcheck disable=SC2034,SC2153 # The parts of operate share these variables.

EXECUTION='' EXECUTION_NAME=''

# follow_to_the_end ARN: follows, tells how it ended, and exits with the code of that.
follow_to_the_end() {
  [[ $1 =~ ^arn:[a-z-]+:states:[a-z0-9-]+:[0-9]{12}:execution:[^:]+:[^:]+$ ]] \
    || fail 2 "'$1' is no ARN of an execution"
  EXECUTION=$1
  REGION=$(cut -d: -f4 <<<"$1")
  say "execution $EXECUTION"
  say "  $(console_link)"
  follow_execution "$EXECUTION" || lost_sight
  tell_outcome
}

# follow_execution ARN: returns when it has ended; $PRIVATE/described then holds how.
follow_execution() {
  local seen=0 pause=0.5 quiet_since=$SECONDS ended=no fresh
  declare -A entered=()
  while [[ $ended == no ]]; do
    newest_events "$1" "$seen" >"$PRIVATE/events" || return
    fresh=$(jq -r 'length' "$PRIVATE/events")
    if ((fresh > 0)); then
      seen=$(jq -r '.[-1].id' "$PRIVATE/events")
      ended=$(jq -r 'if any(.[]; .type | test("^Execution(Succeeded|Failed|Aborted|TimedOut)$")) then "yes" else "no" end' "$PRIVATE/events")
      print_events
      pause=0.5 quiet_since=$SECONDS
    elif ((SECONDS - quiet_since >= 30)); then
      say "$(date -u +%H:%M:%S)  still at it: $(still_running)"
      quiet_since=$SECONDS
    fi
    if [[ $ended == no ]]; then
      sleep "$pause"
      # A deploy's states take seconds: nothing is gained by asking more often, and little by asking less.
      [[ $pause == 0.5 ]] && pause=1 || pause=2
    fi
  done
  aws_call stepfunctions describe-execution --execution-arn "$1" >"$PRIVATE/described"
}

# The events after SEEN, oldest first. Usually the newest few are enough; if not, all are read.
newest_events() { # ARN SEEN
  local some=60
  aws_call stepfunctions get-execution-history --execution-arn "$1" --no-include-execution-data \
    --reverse-order --max-items "$some" --page-size "$some" >"$PRIVATE/history" || return
  if ! jq -e --argjson seen "$2" '.events | length == 0 or (map(.id) | min) <= $seen + 1' "$PRIVATE/history" >/dev/null; then
    aws_call stepfunctions get-execution-history --execution-arn "$1" --no-include-execution-data \
      --page-size 1000 >"$PRIVATE/history" || return
  fi
  jq --argjson seen "$2" '[.events[] | select(.id > $seen)] | sort_by(.id)' "$PRIVATE/history"
}

# Uses entered of follow_execution: when each state was entered, in milliseconds.
print_events() {
  local kind name at clock text
  while IFS=$'\t' read -r kind name at clock text; do
    case $kind in
      started)
        entered[$name]=$at
        say "$clock  started  $name"
        ;;
      ended)
        say "$clock  ended    $name  $(seconds_between "${entered[$name]:-$at}" "$at")"
        unset "entered[$name]"
        ;;
      reached) say "$clock  reached  $name" ;;
      *) say "$clock  $kind  $text" ;;
    esac
  done < <(jq -r "$EVENT_LINES" "$PRIVATE/events")
}

seconds_between() { # FROM TO in milliseconds
  printf '%d.%d s' $((($2 - $1) / 1000)) $((($2 - $1) % 1000 / 100))
}

still_running() {
  local names=${!entered[*]}
  printf '%s' "${names:-waiting for Step Functions}"
}

# Choices and passes take no time and are left out. A wait that a state is retried for is no failure.
# shellcheck disable=SC2016 # jq's own variables
readonly EVENT_LINES='
  def milliseconds: if type == "number" then . * 1000 | floor
    else capture("^(?<text>[0-9T:-]+?)(\\.(?<part>[0-9]+))?(Z|[+-]00:?00)$")
      | (.text + "Z" | fromdateiso8601) * 1000 + (((.part // "0") + "000")[0:3] | tonumber) end;
  def clock: . / 1000 | floor | strftime("%H:%M:%S");
  def details: to_entries | map(select(.key | endswith("EventDetails"))) | (.[0].value // {});
  def message: (.cause // "") as $cause
    | (try ($cause | fromjson | .errorMessage) catch null) // $cause | gsub("[\n\t]+"; " ") | .[0:600];
  .[] | (.timestamp | milliseconds) as $at | (.type) as $type | details as $details
  | if ($type | test("^(Task|Parallel|Map|Wait)StateEntered$")) then ["started", $details.name]
    elif ($type | test("^(Task|Parallel|Map|Wait)StateExited$")) then ["ended", $details.name]
    elif ($type | test("^(Succeed|Fail)StateEntered$")) then ["reached", $details.name]
    elif ($type | test("^(Task|LambdaFunction)(Failed|TimedOut|StartFailed|SubmitFailed)$"))
      and (($details.error // "") | test("\\.(StepRunning|InstanceNotReady|InstanceStopping)$") | not)
      then ["failed ", "-", (($details.error // $type) | split(".") | last) + ": " + ($details | message)]
    else empty end
  | [.[0], (.[1] // ""), $at, ($at | clock), (.[2] // "")] | @tsv'

console_link() {
  local region partition host
  if [[ -n $(endpoint_of stepfunctions) ]]; then
    printf 'aws --endpoint-url %s stepfunctions describe-execution --execution-arn %s' \
      "$(endpoint_of stepfunctions)" "$EXECUTION"
    return
  fi
  partition=$(cut -d: -f2 <<<"$EXECUTION")
  region=$(cut -d: -f4 <<<"$EXECUTION")
  case $partition in
    aws-cn) host=console.amazonaws.cn ;;
    aws-us-gov) host=console.amazonaws-us-gov.com ;;
    *) host=$region.console.aws.amazon.com ;;
  esac
  printf 'https://%s/states/home?region=%s#/v2/executions/details/%s' "$host" "$region" "$EXECUTION"
}

# Ctrl-C, or a workflow that is cancelled.
interrupted() {
  trap '' INT TERM HUP
  if [[ -n $EXECUTION ]]; then
    say "interrupted. The execution goes on; nothing was stopped."
    say "  follow it:  $(command_line) follow $EXECUTION"
    say "  stop it:    aws stepfunctions stop-execution --execution-arn $EXECUTION"
    say "  A stopped deploy leaves the host as it is then; what was not confirmed rolls back by itself within the hour."
  elif [[ -n $EXECUTION_NAME ]]; then
    say "interrupted while starting $EXECUTION_NAME: look whether it runs before starting again."
  else
    say "interrupted. Nothing was started."
  fi
  exit 130
}

command_line() { printf '%s' "${OPERATE_COMMAND:-scripts/operate}"; }

# AWS can no longer be asked: whether the run succeeds is not known here.
lost_sight() {
  say "lost sight of the execution, which goes on: $(last_error)"
  say "  follow it:  $(command_line) follow $EXECUTION"
  exit 3
}
