#!/usr/bin/env bash
# adopt: makes an instance that is there the instance of an environment: profile, tag, start, a look.
#
# It gives the instance the environment's role and the tag that lets this stack touch it, then starts it and
# waits until its agent answers. What the host lacks (git, Python, folders) the first deploy prepares.

# shellcheck disable=SC2034,SC2153 # The parts of operate share these variables.

adopt_instance() { # INSTANCE-ID ENVIRONMENT
  local id=$1 found others
  [[ $id =~ ^i-[0-9a-f]{8,17}$ ]] || fail 2 "'$id' is no instance id"
  environment_named "$2"
  aws_call ec2 describe-instances --instance-ids "$id" >"$PRIVATE/instance" || adoption_refused
  found=$(jq -r '.Reservations[0].Instances[0] | .State.Name' "$PRIVATE/instance")
  [[ $found == running || $found == stopped ]] || fail 1 "$id is $found; it must be running or stopped"
  found=$(jq -r '.Reservations[0].Instances[0].Tags // [] | map(select(.Key == "crypto-robot:environment"))[0].Value // ""' "$PRIVATE/instance")
  [[ -z $found || $found == "$ENVIRONMENT" ]] \
    || fail 1 "$id is the instance of $found; remove its tag crypto-robot:environment first"
  aws_call ec2 describe-instances --filters "Name=tag:crypto-robot:environment,Values=$ENVIRONMENT" \
    Name=instance-state-name,Values=pending,running,stopping,stopped >"$PRIVATE/others" || adoption_refused
  others=$(jq -r --arg id "$id" '[.Reservations[].Instances[].InstanceId | select(. != $id)] | join(" ")' "$PRIVATE/others")
  [[ -z $others ]] || fail 1 "$ENVIRONMENT has an instance already: $others"
  [[ $(jq -r '.Reservations[0].Instances[0].MetadataOptions.HttpTokens // ""' "$PRIVATE/instance") == required ]] \
    || say "advice: require IMDSv2: aws ec2 modify-instance-metadata-options --instance-id $id --http-tokens required"

  give_profile "$id"
  aws_call ec2 create-tags --resources "$id" \
    --tags "Key=crypto-robot:environment,Value=$ENVIRONMENT" >/dev/null || adoption_refused
  say "$id bears the tag crypto-robot:environment = $ENVIRONMENT; starting it and waiting for its agent"
  say "(an agent that never had credentials looks for them only now and then: this can take some minutes)"
  operate_power_machine start
}

# The association remembers the profile by its id: one of the same name from an earlier stack is not it.
give_profile() { # INSTANCE-ID
  local profile=$PREFIX-instance-$ENVIRONMENT wanted association has
  aws_call iam get-instance-profile --instance-profile-name "$profile" >"$PRIVATE/profile" || adoption_refused
  wanted=$(jq -r '.InstanceProfile.InstanceProfileId' "$PRIVATE/profile")
  aws_call ec2 describe-iam-instance-profile-associations --filters "Name=instance-id,Values=$1" \
    Name=state,Values=associating,associated >"$PRIVATE/associations" || adoption_refused
  association=$(jq -r '.IamInstanceProfileAssociations[0].AssociationId // ""' "$PRIVATE/associations")
  has=$(jq -r '.IamInstanceProfileAssociations[0].IamInstanceProfile.Id // ""' "$PRIVATE/associations")
  if [[ -z $association ]]; then
    aws_call ec2 associate-iam-instance-profile --instance-id "$1" \
      --iam-instance-profile "Name=$profile" >/dev/null || adoption_refused
  elif [[ $has == "$wanted" ]]; then
    say "$1 has the instance profile $profile"
    return 0
  elif [[ $(jq -r '.IamInstanceProfileAssociations[0].IamInstanceProfile.Arn' "$PRIVATE/associations") == */"$profile" || $YES == yes ]]; then
    aws_call ec2 replace-iam-instance-profile-association --association-id "$association" \
      --iam-instance-profile "Name=$profile" >/dev/null || adoption_refused
  else
    fail 1 "$1 has another instance profile, which something may need; --yes replaces it by $profile"
  fi
  say "$1 was given the instance profile $profile"
}

adoption_refused() { fail 1 "$(last_error)"; }
