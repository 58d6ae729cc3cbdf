#!/usr/bin/env bash
# aws: how AWS is called: endpoint, region, a private folder, and what to do when it cannot be reached.
#
# Works with version 1 and 2 of the AWS CLI; Debian's 2.9 does not know AWS_ENDPOINT_URL, so --endpoint-url
# is passed from here.

# shellcheck disable=SC2034,SC2153 # The parts of operate share these variables.

# Seconds to go on trying while AWS cannot be reached, before giving up on following.
readonly PATIENCE=${OPERATE_PATIENCE:-600}

prepare_machine() {
  local tool
  for tool in aws jq; do
    command -v "$tool" >/dev/null || fail 5 "$tool is missing: install it, e.g. apt-get install awscli jq"
  done
  umask 077
  PRIVATE=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/operate.XXXXXXXX")
  trap 'rm -rf "$PRIVATE"' EXIT
  trap 'interrupted' INT TERM HUP
  if [[ -n $(endpoint_of stepfunctions) ]]; then
    REGION=${REGION:-eu-west-1}
    if [[ $(endpoint_of stepfunctions) =~ ^https?://(127\.0\.0\.1|localhost|\[::1\])[:/] ]]; then
      # The local cloud asks for none, the CLI does.
      export AWS_ACCESS_KEY_ID=${AWS_ACCESS_KEY_ID:-local} AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY:-local}
    fi
  fi
}

endpoint_of() { # SERVICE as the CLI calls it
  local name
  case $1 in
    stepfunctions) name=AWS_ENDPOINT_URL_SFN ;;
    secretsmanager) name=AWS_ENDPOINT_URL_SECRETS_MANAGER ;;
    *) name=AWS_ENDPOINT_URL_${1^^} ;;
  esac
  printf '%s' "${!name:-${AWS_ENDPOINT_URL:-}}"
}

# aws_once SERVICE ARGUMENT…: one call; the answer is JSON.
aws_once() {
  local -a options=(--output json --cli-connect-timeout 10 --cli-read-timeout 20)
  local endpoint
  endpoint=$(endpoint_of "$1")
  [[ -z $endpoint ]] || options+=(--endpoint-url "$endpoint")
  [[ -z $REGION ]] || options+=(--region "$REGION")
  AWS_PAGER='' TZ=UTC aws "$@" "${options[@]}"
}

# aws_call SERVICE ARGUMENT…: the same, tried again while AWS cannot be reached or is too busy. Ends with 75
# when that lasts longer than PATIENCE, and with the CLI's own code for any other error; what the CLI said
# then is in $PRIVATE/error.
aws_call() {
  local since=$SECONDS pause=1 told=no status
  while true; do
    if aws_once "$@" >"$PRIVATE/answer" 2>"$PRIVATE/error"; then
      [[ $told == no ]] || say "connected again"
      cat "$PRIVATE/answer"
      return 0
    else
      status=$?
    fi
    passes_by "$(<"$PRIVATE/error")" || return "$status"
    ((SECONDS - since < PATIENCE)) || return 75
    [[ $told == yes ]] || say "AWS cannot be reached; trying again for up to $PATIENCE s: $(last_error)"
    told=yes
    sleep "$pause"
    pause=$((pause < 15 ? pause * 2 : 15))
  done
}

passes_by() { # ERROR
  local faults='could not connect|connection was closed|connection reset|connection aborted|connection refused'
  faults+='|connect timeout|read timeout|timed out|endpointconnection|name resolution|name or service not known'
  faults+='|failed to establish|broken pipe|throttl|rate exceeded|too ?many ?requests|slow ?down'
  faults+='|service ?unavailable|internal ?(failure|server ?error|error)|serviceexception|\((500|502|503|504)\)'
  grep -qiE "$faults" <<<"$1"
}

last_error() { grep -v '^[[:space:]]*$' "$PRIVATE/error" | tail -n 1; }

# The ARN of the state machine PREFIX-NAME. Who calls is asked of STS, which needs no permission; listing
# the state machines would need one that GitHub's role does not have.
state_machine_arn() { # NAME
  local identity
  aws_call sts get-caller-identity >"$PRIVATE/identity" || start_refused
  identity=$(jq -r '.Arn' "$PRIVATE/identity")
  [[ -n $(region_in_use) ]] || fail 2 "no region is set: --region or AWS_REGION"
  printf 'arn:%s:states:%s:%s:stateMachine:%s' "$(cut -d: -f2 <<<"$identity")" "$(region_in_use)" \
    "$(cut -d: -f5 <<<"$identity")" "$PREFIX-$1"
}

region_in_use() {
  if [[ -n $REGION ]]; then printf '%s' "$REGION"; else aws configure get region || true; fi
}

# Nothing was started: AWS refused before.
start_refused() {
  local error
  error=$(last_error)
  case $error in
    *'locate credentials'* | *'Unable to load'* | *'could not be found'* | *InvalidClientTokenId* | *ExpiredToken* | *UnrecognizedClient* | *SSO*)
      fail 5 "there are no valid AWS credentials here: $error" ;;
    *DoesNotExist* | *ResourceNotFound* | *ValidationException* | *'specify a region'*)
      fail 2 "nothing was started: $error" ;;
    *) fail 1 "nothing was started: $error" ;;
  esac
}
