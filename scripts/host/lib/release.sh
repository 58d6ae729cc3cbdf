# release.sh: releases the lock together with the answer of a step; put it behind answers.sh and fence.sh.
#
# Parameter KeepUntilReboot ^(true|false)$ Whether a lock that is released ends with the next boot instead of now.

# release_with ANSWER: releases the lock that read_lock has read, and keeps the answer first. Call it under the lock.
release_with() {
  keep_answer "$lock_generation" released "$1"
  if [[ ${SSM_KeepUntilReboot-} == true ]]; then
    write_lock "$lock_owner" "$lock_generation" "$lock_phase" "$lock_since" boot
  else
    rm -f "$DEPLOYER/lock"
  fi
}
