#!/usr/bin/env bash
# secret: stores an environment's secret, from stdin or from files, and only when it differs.
#
# A new version means a new deploy, so an unchanged value is left alone. Values pass through files that only
# this user can read, in a folder that is removed at the end: never through an argument, the environment or
# the output.

# shellcheck disable=SC2034,SC2153 # The parts of operate share these variables.

store_secret() { # keys|certificate|repository ENVIRONMENT
  local name=$PREFIX/$2/$1
  if [[ $(aws configure get cli_history 2>/dev/null || true) == enabled ]]; then
    fail 5 "the AWS CLI keeps a history of its calls here, secrets included: aws configure set cli_history disabled"
  fi
  if ((${#FILES[@]} > 0)); then secret_from_files "$1"; else secret_from_stdin "$1"; fi
  check_secret "$1"
  if stored_secret "$name"; then
    if cmp -s "$PRIVATE/secret" "$PRIVATE/stored"; then
      say "$name is unchanged"
      return 0
    fi
    jq -n --arg id "$name" --rawfile value "$PRIVATE/secret" \
      '{SecretId: $id, SecretString: $value}' >"$PRIVATE/call"
    aws_call secretsmanager put-secret-value --cli-input-json "file://$PRIVATE/call" >/dev/null || secret_refused "$name"
    say "$name has a new version; the next deploy or rotate-keys puts it into service"
  else
    jq -n --arg name "$name" --arg text "Read by the instance of $2; written by operate." --rawfile value "$PRIVATE/secret" \
      '{Name: $name, Description: $text, SecretString: $value}' >"$PRIVATE/call"
    aws_call secretsmanager create-secret --cli-input-json "file://$PRIVATE/call" >/dev/null || secret_refused "$name"
    say "$name is created; the next deploy or rotate-keys puts it into service"
  fi
}

secret_from_stdin() { # KIND
  [[ ! -t 0 ]] || say "paste the JSON of $1, then press Ctrl-D:"
  head -c 65537 >"$PRIVATE/secret"
  # An editor's last newline is no part of the value.
  if [[ -s $PRIVATE/secret && -z $(tail -c 1 "$PRIVATE/secret" | tr -d '\n') ]]; then
    truncate -s -1 "$PRIVATE/secret"
  fi
  [[ -s $PRIVATE/secret ]] || fail 2 "stdin is empty: nothing was written"
}

secret_from_files() { # KIND
  local allowed i
  local -a call=()
  case $1 in
    certificate) allowed=' cert key chain ' ;;
    repository) allowed=' ssh_key known_hosts ' ;;
    *) fail 2 "keys are read from stdin" ;;
  esac
  for ((i = 0; i < ${#FILES[@]}; i += 2)); do
    [[ $allowed == *" ${FILES[i]} "* ]] || fail 2 "--${FILES[i]//_/-} is no part of $1"
    call+=(--rawfile "${FILES[i]}" "${FILES[i + 1]}")
  done
  jq -cn "${call[@]}" '$ARGS.named' >"$PRIVATE/secret"
}

# Bad keys are stored all the same: the deploy then says what is wrong and, as the environment chooses,
# simulates or refuses. The other two are of use only when they are whole.
check_secret() { # KIND
  (($(wc -c <"$PRIVATE/secret") <= 65536)) || fail 2 "the value is larger than 65,536 bytes: nothing was written"
  local wrong
  case $1 in
    keys)
      jq -e 'type == "object"' "$PRIVATE/secret" >/dev/null 2>&1 \
        || say "warning: this is no JSON object; a deploy with it is simulated or refused"
      return 0
      ;;
    certificate) wrong='(.cert | type) != "string" or (.key | type) != "string"' ;;
    repository) wrong='((.token | type) != "string") and ((.ssh_key | type) != "string" or (.known_hosts | type) != "string")' ;;
  esac
  if ! jq -e 'type == "object"' "$PRIVATE/secret" >/dev/null 2>&1 || jq -e "$wrong" "$PRIVATE/secret" >/dev/null 2>&1; then
    fail 2 "this is no $1 as operate --help describes it: nothing was written"
  fi
}

# Puts the stored value into a file; false when there is none.
stored_secret() { # NAME
  local refusal
  if aws_call secretsmanager get-secret-value --secret-id "$1" >"$PRIVATE/got"; then
    jq -j '.SecretString // ""' "$PRIVATE/got" >"$PRIVATE/stored"
    rm -f "$PRIVATE/got" "$PRIVATE/answer"
    return 0
  fi
  if [[ $(last_error) == *AccessDenied* ]]; then
    # IAM may refuse a secret that does not exist as well: the list of names decides.
    refusal=$(<"$PRIVATE/error")
    aws_call secretsmanager list-secrets --filters "Key=name,Values=$1" >"$PRIVATE/listed" || secret_refused "$1"
    jq -e --arg name "$1" '.SecretList | any(.Name == $name)' "$PRIVATE/listed" >/dev/null || return 1
    printf '%s\n' "$refusal" >"$PRIVATE/error"
  fi
  [[ $(last_error) == *ResourceNotFoundException* ]] || secret_refused "$1"
  if [[ $(last_error) == *'staging label'* ]]; then
    # The secret is there and has no value yet.
    printf '' >"$PRIVATE/stored"
    return 0
  fi
  return 1
}

secret_refused() { # NAME
  fail 1 "$1 was not written: $(last_error)"
}
