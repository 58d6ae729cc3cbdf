#!/usr/bin/env bash
# confirm-release: declare the activated release good, disarm the dead-man switch, remove what is no longer needed, release the lock.
#
# Promise: one rename decides between this and the dead-man switch, and the answer tells which it was; confirming again gives
# the same answer, also after the lock is released. Of the good releases the newest KeepReleases stay, always with the one that serves and the good one before
# it; releases never confirmed go. Environments and certificates no release refers to go with them.
# Changes: history.jsonl, the timer, old releases, the lock. Prints {"confirmed":true,"release","kept":[…],"removed":[…]}. Fails as
# DeadManFired when the instance had rolled back before.
#
# Parameter Release ^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}$ The release to confirm.
# Parameter KeepReleases ^[1-9][0-9]{0,2}$ How many good releases to keep.
# Timeout 300
# Uses lock.sh answers.sh fence.sh release.sh history.sh unit.sh serve.sh dead-man.sh containers.sh takeover.sh retention.sh
readonly ID=${SSM_Release:?}
former=()
require_pattern KeepReleases "${SSM_KeepReleases:?}" '^[1-9][0-9]{0,2}$'

exec {publish}>>"$DEPLOYER/publish.flock"
flock "$publish"
if read_decision armed && [[ $armed_release == "$ID" ]]; then
  mv -T "$DEPLOYER/armed" "$DEPLOYER/confirming" 2>/dev/null || true
fi
if read_decision confirming && [[ $armed_release == "$ID" ]]; then
  finish_confirmation
fi
# Read back, not inferred.
if [[ -f $DEPLOYER/firing || $(current_release) != "$ID" ]]; then
  serving=$(current_release)
  fail DeadManFired "release $ID was rolled back before it was confirmed; ${serving:-nothing} serves"
fi
is_good "$ID" || fail ActivationFailed "release $ID serves but was not activated by this deployment: nothing was armed for it"
retain "$ID" "$SSM_KeepReleases"
# Nothing goes back to one of these any more without being given the current keys: what was rotated is nowhere else.
for id in "${kept[@]}"; do [[ $id == "$ID" || ! -f $RELEASES/$id/.env ]] || former+=("$RELEASES/$id/.env"); done
host_python forget_keys "${former[@]}" 2>"$WORK/forget" || log "keys are left in an older release: $(last_lines 1 "$WORK/forget")"
printf -v kept_list '"%s",' "${kept[@]}"
printf -v removed_list '"%s",' "${removed[@]}"
((${#removed[@]})) || removed_list=''
answer_and_release "{\"confirmed\":true,\"release\":\"$ID\",\"kept\":[${kept_list%,}],\"removed\":[${removed_list%,}]}"
