#!/usr/bin/env bash
# acquire-lock: take the lock of this instance and compare what is requested with what serves, or say who holds the lock.
#
# Promise: of any number of executions exactly one gets "acquired", under a generation higher than every earlier one. A lock is free
# when it has no owner, or when it was to last until a reboot that has happened. StealFrom names the generation and owner that were
# proven finished; the lock is stolen only if it is still exactly theirs. The owner of the lock finds the instance settled: steps of
# the former owner are ended, a release it left unconfirmed is rolled back, releases that never became good are removed.
# With an Operation it then inspects the instance, see inspect.py. If there is nothing to do, it releases the lock that it took.
# The answer to an owner is decided once: delivered again, also late, the step prints the same answer and changes nothing.
# Changes: the lock and the reserve; for a new owner what was left over. Prints {"acquired":true,"generation":N,"stolen":bool} with
# the fields of inspect.py, or {"acquired":false,"owner","generation","since"}; both are success.
#
# Parameter Lifetime ^(execution|boot)$ Whether the lock ends with the execution or with the next boot.
# Parameter StealFrom ^([0-9]{1,15}\x20arn:[A-Za-z0-9:_./-]{1,400})?$ "<generation> <owner>" to steal the lock from, or empty.
# Optional Operation Release Services Port HealthPath PersistentPaths KeysVersion CertificateVersion CertificateHostname Protocol
# Optional Simulate VirtualEnvPath PythonVersion RepositoryUrl Branch Revision RepositorySecret RepositorySecretVersion KeepUntilReboot
# Timeout 600
# Uses lock.sh answers.sh fence.sh release.sh history.sh unit.sh
# Uses git.py interpreter.py inspect.py
: "${SSM_Lifetime:?}"

# Sets answer if this owner was answered before, and generation if it has the lock.
take() {
  local counter=0 at
  read_lock
  stolen=false late='' answer=''
  if read_earlier_answer && answer_again; then return 0; fi
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

# The answer that was given before, unless the lock was stolen since.
answer_again() {
  if [[ $lock_owner == "$SSM_Owner" && $lock_generation == "$earlier_generation" ]]; then
    answer=$earlier_answer
    # The step was ended between the answer and the release.
    [[ $earlier_lock == held ]] || release_with "$answer"
  elif read_own_release "$earlier_generation"; then
    answer=$earlier_answer
  else
    return 1
  fi
}

# Sets inspection to what the step inspect-host answers; a failure of that step is one of this step.
inspect_host() {
  local code=0
  inspection=$(python3 -IS "$PROGRAM" inspect-host 2>&"$ERRORS_FD") || code=$?
  ((code == 0)) || { printf '%s\n%s\n' "$code" "$inspection" >"$WORK/failure"; exit "$code"; }
}

# Keeps the answer. With nothing to do the lock is released.
decide() {
  read_lock
  [[ $lock_owner == "$SSM_Owner" && $lock_generation == "$generation" ]] ||
    fail LockLost "the lock was stolen by ${lock_owner:-an execution that has released it} while this step ran"
  if [[ $inspection == '{"nothing_to_do": true,'* ]]; then release_with "$answer"; else keep_answer "$generation" held "$answer"; fi
}

stolen=false generation='' late='' answer='' inspection=''
under_lock take
if [[ -n $answer ]]; then
  log 'delivered again: the same answer, nothing is changed'
elif [[ -z $generation ]]; then
  answer="{\"acquired\":false,\"owner\":\"$lock_owner\",\"generation\":$lock_generation,\"since\":\"$lock_since\"}"
elif [[ -n $late ]]; then
  answer="{\"acquired\":true,\"generation\":$generation,\"stolen\":false}"
else
  host_python former_owner "$APP" "$SSM_Owner" "$WORK/failure" || fail StepFailed 'what a former owner has left cannot be settled'
  set_reserve
  [[ -z ${SSM_Operation-} ]] || inspect_host
  answer="{\"acquired\":true,\"generation\":$generation,\"stolen\":$stolen${inspection:+,${inspection#?}}"
  [[ -n $inspection ]] || answer+='}'
  under_lock decide
fi
result "$answer"
