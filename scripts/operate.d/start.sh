#!/usr/bin/env bash
# start: begins an execution under a name of its own, so that asking twice never starts two.

# shellcheck disable=SC2034,SC2153 # The parts of operate share these variables.

operate_deploy_machine() { # OPERATION
  deploy_request "$1" "$PRIVATE/input"
  operate_machine deploy "$1"
}

operate_power_machine() { # start|stop
  jq -n --arg environment "$ENVIRONMENT" --arg operation "$1" '$ARGS.named' >"$PRIVATE/input"
  operate_machine power "$1"
}

operate_machine() { # MACHINE OPERATION
  [[ $AS_JSON == no ]] || exec 3>&2
  start_execution "$1" "$2"
  if [[ $FOLLOW == no ]]; then
    printf '%s\n' "$EXECUTION"
    return 0
  fi
  follow_to_the_end "$EXECUTION"
}

# Sets EXECUTION. A lost answer is asked for again with the same name and input, which Step Functions answers
# with the execution that is already there.
start_execution() { # MACHINE OPERATION
  local machine
  machine=$(state_machine_arn "$1")
  EXECUTION_NAME=$(execution_name "$2")
  if ! aws_call stepfunctions start-execution --state-machine-arn "$machine" --name "$EXECUTION_NAME" \
    --input "file://$PRIVATE/input" >"$PRIVATE/started"; then
    [[ $(last_error) == *ExecutionAlreadyExists* ]] || start_refused
  fi
  EXECUTION=${machine/:stateMachine:/:execution:}:$EXECUTION_NAME
  EXECUTION_NAME=''
  # Told at once, so that a later step of a cancelled run can say what goes on.
  [[ -z ${GITHUB_OUTPUT:-} ]] || printf 'execution=%s\n' "$EXECUTION" >>"$GITHUB_OUTPUT"
}

# OPERATION-ENVIRONMENT-TIME-RANDOM, at most 80 of the characters CloudWatch takes. In a workflow the run's
# number takes the place of the time.
execution_name() { # OPERATION
  local environment=${ENVIRONMENT//[^0-9A-Za-z_-]/-} when random
  when=$(date -u +%Y%m%dT%H%M%SZ)
  [[ -z ${GITHUB_RUN_ID:-} ]] || when=github-$GITHUB_RUN_ID-${GITHUB_RUN_ATTEMPT:-1}
  random=$(od -An -N3 -tx1 /dev/urandom | tr -d ' \n')
  printf '%s-%s-%s-%s' "$1" "${environment:0:34}" "${when:0:24}" "$random"
}
