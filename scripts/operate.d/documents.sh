#!/usr/bin/env bash
# documents: the step documents of earlier versions, which the stack leaves behind on purpose.
#
# An execution finishes on the documents it started with, so an update retains the old ones. Once nothing
# runs they can go. They must go before an earlier version of the deployer is installed again, since it would
# make documents of names that are there; so "operate documents --clean" comes before every update of the stack.

# shellcheck disable=SC2034,SC2153 # The parts of operate share these variables.

old_documents() {
  local name machine running
  left_documents >"$PRIVATE/left"
  if [[ ! -s $PRIVATE/left ]]; then
    say "no document is left over"
    return 0
  fi
  if [[ $CLEAN == no ]]; then
    while IFS= read -r name; do say "$name"; done <"$PRIVATE/left"
    say "operate documents --clean removes them"
    return 0
  fi
  for machine in deploy power watch migrate; do
    aws_call stepfunctions list-executions --state-machine-arn "$(state_machine_arn "$machine")" \
      --status-filter RUNNING >"$PRIVATE/running" || {
      [[ $(last_error) == *StateMachineDoesNotExist* ]] && continue
      fail 1 "$(last_error)"
    }
    running=$(jq -r '.executions | map(.name) | join(" ")' "$PRIVATE/running")
    [[ -z $running ]] || fail 1 "nothing was removed: these may still need them: $running"
  done
  while IFS= read -r name; do
    aws_call ssm delete-document --name "$name" >/dev/null || fail 1 "$name: $(last_error)"
    say "removed $name"
  done <"$PRIVATE/left"
}

# The account's documents of this prefix that neither the stack nor a stack inside it holds, one a line.
left_documents() {
  local nested
  aws_call ssm list-documents --filters Key=Owner,Values=Self "Key=Name,Values=$PREFIX-" >"$PRIVATE/documents" \
    || fail 1 "$(last_error)"
  if aws_call cloudformation list-stack-resources --stack-name "$STACK" >"$PRIVATE/resources"; then
    :
  elif [[ $(last_error) == *'does not exist'* ]]; then
    printf '{"StackResourceSummaries": []}' >"$PRIVATE/resources"
  else
    fail 1 "$(last_error)"
  fi
  jq -r '.StackResourceSummaries[] | select(.ResourceType == "AWS::CloudFormation::Stack") | .PhysicalResourceId // empty' \
    "$PRIVATE/resources" >"$PRIVATE/nested"
  while IFS= read -r nested; do
    aws_call cloudformation list-stack-resources --stack-name "$nested" >>"$PRIVATE/resources" || fail 1 "$(last_error)"
  done <"$PRIVATE/nested"
  # Of this prefix only, not of a longer one: PREFIX-STEP-HASH.
  jq -r --slurpfile stack "$PRIVATE/resources" --arg prefix "$PREFIX" '
    ($stack | map(.StackResourceSummaries[] | select(.ResourceType == "AWS::SSM::Document") | .PhysicalResourceId)) as $held
    | .DocumentIdentifiers[].Name
    | select(test("^" + $prefix + "-(prepare|begin|end|inspect|fetch|build|inject-keys|inspect-certificate|activate|health|confirm|roll-back|discard|status|start-services|stop-services|inject-certificate|check-health|check-certificates|check-drift|told|crash-report|logs|migrate-[a-z]+)-[0-9a-f]{12}$"))
    | select(IN($held[]) | not)' "$PRIVATE/documents"
}
