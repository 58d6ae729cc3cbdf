#!/usr/bin/env bash
# release-lock: release the lock of this instance.
#
# Promise: afterwards this execution does not hold the lock, and no other owner lost it. With KeepUntilReboot the lock stays until
# the next boot, so that nothing starts on an instance about to be stopped. An execution that does not know its generation
# gives 0; its name is proof enough. Delivered again, the step prints the same answer.
# Changes: the lock. Prints {"released":bool,"serving":"<release, or empty>","unconfirmed":bool}; released is false when the lock
# was not this execution's, or free already, unconfirmed is true when the instance may still roll back.
#
# Timeout 60
# Uses lock.sh answers.sh fence.sh release.sh

release_or_answer_again() {
  read_lock
  if [[ $lock_owner == "$SSM_Owner" && ($SSM_Generation == 0 || $lock_generation == "$SSM_Generation") ]]; then
    release_with "{\"released\":true,$state}"
    answer="{\"released\":true,$state}"
  elif read_earlier_answer && [[ $SSM_Generation == 0 || $earlier_generation == "$SSM_Generation" ]]; then
    answer=$earlier_answer
  else
    answer="{\"released\":false,$state}"
  fi
}

# Read while no other execution can have taken the lock.
unconfirmed=false
[[ ! -f $DEPLOYER/armed && ! -f $DEPLOYER/firing ]] || unconfirmed=true
state="\"serving\":\"$(current_release)\",\"unconfirmed\":$unconfirmed"
under_lock release_or_answer_again
result "$answer"
