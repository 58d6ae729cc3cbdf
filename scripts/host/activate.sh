#!/usr/bin/env bash
# activate: make a finished release the one that serves, with the dead-man switch armed.
#
# Promise: before anything changes a timer on disk stands ready to undo it, unless the release is merely restarted. Then the
# old robot is stopped, links and units change each in one piece, and the new processes start; when only the certificate is
# another, the robot that runs goes on. Ended anywhere and run again it comes to the same end; never run again, the dead-man
# switch ends it. Whether the release is well is for health to say.
# Changes: current, venv, certificates/<hostname>, the units. Prints {"release","previous","dead_man_at","restarted":[…]}.
#
# Parameter Release ^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}$ The release to activate.
# Parameter DeadManSeconds ^[1-9][0-9]{0,4}$ After how long without a confirmation the instance rolls back by itself.
# Parameter Operation ^[a-z-]{1,20}$ The operation asked for; restart arms nothing, rotate-certificate spares the robot.
# Timeout 180
# Uses lock.sh fence.sh history.sh unit.sh serve.sh dead-man.sh
readonly ID=${SSM_Release:?}
require_pattern Release "$ID" '^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}$'
require_pattern DeadManSeconds "${SSM_DeadManSeconds:?}" '^[1-9][0-9]{0,4}$'
finished "$ID" || fail ReleaseNotFound "release $ID is not finished on this instance"
[[ ! -f $DEPLOYER/firing ]] || fail DeadManFired "a rollback has begun on this instance; this release is not activated any more"

exec {publish}>>"$DEPLOYER/publish.flock"
flock "$publish"
previous=$(current_release)
armed_at='' restarted=()
if read_decision armed && [[ $armed_release == "$ID" ]]; then
  # This very step was ended half way.
  previous=$armed_previous
elif [[ ${SSM_Operation:?} == restart && $previous == "$ID" ]]; then
  log "restarting $ID, nothing to undo"
else
  # Only a good release is worth coming back to.
  [[ -z $previous ]] || is_good "$previous" || previous=$(previous_good "$ID")
  arm "$ID" "$previous" "$SSM_DeadManSeconds"
fi
[[ $SSM_Operation == restart ]] || record activated "$ID" "$previous" "$(revision_of "$ID")" "$SSM_Operation"
how=restart
[[ $SSM_Operation != rotate-certificate ]] || how=certificate
serve "$ID" "$how"
[[ $(current_release) == "$ID" ]] || fail ActivationFailed "current points to $(current_release) instead of $ID"
printf -v units '"%s",' "${restarted[@]}"
result "{\"release\":\"$ID\",\"previous\":\"$previous\",\"dead_man_at\":\"$armed_at\",\"restarted\":[${units%,}]}"
