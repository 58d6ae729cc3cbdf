#!/usr/bin/env bash
# release-lock: give the lock of this instance back.
#
# Promise: afterwards this execution does not hold the lock, and nobody else lost it. With KeepUntilReboot the lock stays until
# the next boot, so that nothing starts on an instance about to be stopped. An execution that was never told its generation
# gives 0; its name alone is proof enough.
# Changes: the lock. Prints {"released":bool,"serving":"<release, or empty>","unconfirmed":bool}; released is false when the lock
# was not this execution's, or free already, unconfirmed is true when the instance may still roll back by itself.
#
# Parameter KeepUntilReboot ^(true|false)$ Whether the lock ends with the next boot instead of now.
# Timeout 60
# Uses lock.sh fence.sh
: "${SSM_KeepUntilReboot:?}"

give_back() {
  read_lock
  [[ $lock_owner == "$SSM_Owner" && ($SSM_Generation == 0 || $lock_generation == "$SSM_Generation") ]] || return 0
  released=true
  if [[ $SSM_KeepUntilReboot == true ]]; then
    write_lock "$lock_owner" "$lock_generation" "$lock_phase" "$lock_since" boot
  else
    rm -f "$DEPLOYER/lock"
  fi
}

released=false unconfirmed=false
# Read while nobody else can have taken the lock.
serving=$(current_release)
[[ ! -f $DEPLOYER/armed && ! -f $DEPLOYER/firing ]] || unconfirmed=true
under_lock give_back
result "{\"released\":$released,\"serving\":\"$serving\",\"unconfirmed\":$unconfirmed}"
