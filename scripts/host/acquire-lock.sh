#!/usr/bin/env bash
# acquire-lock: take the lock of this instance, or say who holds it.
#
# Promise: of any number of executions exactly one is told "acquired", under a generation higher than every earlier one; asking
# again gives the same answer. A lock is free when nobody holds it, or when it was to last until a reboot that has happened.
# StealFrom names the generation and owner that were proven finished; the lock is stolen only if it is still exactly theirs.
# Whoever acquires the lock finds the instance settled: steps of the former owner are ended, a release it left unconfirmed is
# rolled back, releases that never became good are removed.
# Changes: the lock and the reserve; for a new owner what was left over. Prints {"acquired":true,"generation":N,"stolen":bool} or
# {"acquired":false,"owner","generation","since"}; both are success.
#
# Parameter Lifetime ^(execution|boot)$ Whether the lock ends with the execution or with the next boot.
# Parameter StealFrom ^([0-9]{1,15}\x20arn:[A-Za-z0-9:_./-]{1,400})?$ "<generation> <owner>" to steal the lock from, or empty.
# Timeout 300
# Uses lock.sh fence.sh history.sh unit.sh serve.sh dead-man.sh containers.sh takeover.sh retention.sh
: "${SSM_Lifetime:?}"

take() {
  local counter=0 at
  read_lock
  stolen=false late=''
  if [[ $lock_owner == "$SSM_Owner" ]]; then
    generation=$lock_generation
    # A copy of this command that arrives after later steps must not end them.
    ((lock_phase <= 10#$SSM_Phase)) || late=1
    return 0
  fi
  if [[ -n $lock_owner ]]; then
    [[ ${SSM_StealFrom-} == "$lock_generation $lock_owner" ]] || return 0
    stolen=true
  fi
  use_reserve
  [[ ! -f $DEPLOYER/generation ]] || counter=$(<"$DEPLOYER/generation")
  [[ $counter =~ ^[0-9]{1,15}$ ]] || fail StepFailed "$DEPLOYER/generation is not a number"
  generation=$((counter + 1))
  printf '%s\n' "$generation" | write_file "$DEPLOYER/generation"
  printf -v at '%(%FT%TZ)T' -1
  write_lock "$SSM_Owner" "$generation" "$((10#$SSM_Phase))" "$at" "$SSM_Lifetime"
  [[ $stolen == false ]] || record lock-stolen "$(current_release)" '' '' "from $lock_owner, generation $lock_generation"
}

# What an owner that ended without cleaning up left behind. Each part may be repeated.
settle_former_owner() {
  local folder id removed=() good=()
  stop_other_steps
  # A switch that this very execution armed goes on waiting.
  if ! { [[ $(open_decision) == armed ]] && read_decision armed && [[ $armed_owner == "$SSM_Owner" ]]; }; then
    settle_decision 'the execution that activated it ended without confirming it'
  fi
  restore_all_saved
  mapfile -t good < <(good_releases)
  for folder in "$RELEASES"/*/; do
    [[ -d $folder ]] || continue
    id=$(basename "$folder")
    [[ $id == "$(current_release)" || " ${good[*]-} " == *" $id "* ]] || remove_release "$id"
  done
  remove_unfinished_parts
}

stolen=false generation='' late=''
under_lock take
if [[ -z $generation ]]; then
  result "{\"acquired\":false,\"owner\":\"$lock_owner\",\"generation\":$lock_generation,\"since\":\"$lock_since\"}"
  exit 0
fi
[[ -n $late ]] || settle_former_owner
set_reserve
result "{\"acquired\":true,\"generation\":$generation,\"stolen\":$stolen}"
