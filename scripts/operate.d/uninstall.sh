#!/usr/bin/env bash
# uninstall: says what goes with the stack and what is kept, then deletes the stack.
#
# Kept is what a robot needs to go on and what no installation brings back: instances with their disks,
# addresses and firewalls, secrets, and the step documents.

# shellcheck disable=SC2034,SC2153 # The parts of operate share these variables.

uninstall_stack() {
  local gone
  aws_call cloudformation list-stack-resources --stack-name "$STACK" >"$PRIVATE/resources" || fail 2 "$(last_error)"
  gone=$(jq -r '.StackResourceSummaries | map(select(.ResourceType | IN("AWS::SSM::Document", "AWS::IAM::OIDCProvider") | not)) | length' "$PRIVATE/resources")
  say "The stack $STACK goes with $gone resources: functions, state machines, schedules, roles, alarms, logs."
  kept_things >"$PRIVATE/kept"
  say "Kept, with the command that removes it:"
  while IFS= read -r line; do say "  $line"; done <"$PRIVATE/kept"
  if [[ $YES == no ]]; then
    [[ -t 0 ]] || fail 2 "nothing was touched; --yes deletes the stack"
    local answer
    read -r -p "Delete the stack $STACK? Type its name: " answer
    [[ $answer == "$STACK" ]] || fail 2 "nothing was touched"
  fi
  aws_call cloudformation delete-stack --stack-name "$STACK" >/dev/null || fail 1 "$(last_error)"
  say "deleting …"
  wait_until_deleted
  say "$STACK is gone. The robots go on; nothing deploys, watches or wakes them now."
}

kept_things() {
  local stack
  jq -r '.StackResourceSummaries[] | select(.ResourceType == "AWS::IAM::OIDCProvider")
    | "GitHub identity provider   aws iam delete-open-id-connect-provider --open-id-connect-provider-arn \(.PhysicalResourceId)"' "$PRIVATE/resources"
  while IFS= read -r stack; do
    aws_call cloudformation list-stack-resources --stack-name "$stack" >"$PRIVATE/nested" || fail 1 "$(last_error)"
    jq -r '.StackResourceSummaries[] | .PhysicalResourceId as $id
      | if .ResourceType == "AWS::EC2::Instance" then "instance \($id)   aws ec2 modify-instance-attribute --instance-id \($id) --no-disable-api-termination; aws ec2 terminate-instances --instance-ids \($id)   (its disk stays even then)"
        elif .ResourceType == "AWS::EC2::EIP" then "address \($id)   aws ec2 release-address --public-ip \($id)   (after the instance; costs money while it is idle)"
        elif .ResourceType == "AWS::EC2::SecurityGroup" then "firewall \($id)   aws ec2 delete-security-group --group-id \($id)   (after the instance)"
        else empty end' "$PRIVATE/nested"
  done < <(jq -r '.StackResourceSummaries[] | select(.ResourceType == "AWS::CloudFormation::Stack") | .PhysicalResourceId' "$PRIVATE/resources")
  aws_call secretsmanager list-secrets --filters "Key=name,Values=$PREFIX/" >"$PRIVATE/secrets" || fail 1 "$(last_error)"
  jq -r '.SecretList[].Name | "secret \(.)   aws secretsmanager delete-secret --secret-id \(.)   (can be undone for 30 days)"' "$PRIVATE/secrets"
  printf 'step documents   operate documents --clean   (afterwards)\n'
}

wait_until_deleted() {
  local status
  while true; do
    if ! aws_call cloudformation describe-stacks --stack-name "$STACK" >"$PRIVATE/stack"; then
      # By its name a stack is found only until it is deleted.
      [[ $(last_error) == *'does not exist'* ]] && return 0
      fail 3 "$(last_error)"
    fi
    status=$(jq -r '.Stacks[0].StackStatus' "$PRIVATE/stack")
    case $status in
      DELETE_COMPLETE) return 0 ;;
      DELETE_IN_PROGRESS) sleep 5 ;;
      *) fail 3 "the stack is $status: $(jq -r '.Stacks[0].StackStatusReason // "see its events"' "$PRIVATE/stack")" ;;
    esac
  done
}
