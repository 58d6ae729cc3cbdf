#!/usr/bin/env bash
# activate-release: make a finished release the one that serves, with the dead-man switch armed.
#
# Promise: before anything changes a timer on disk stands ready to undo it, unless the release is merely restarted. Then the
# old robot is stopped, links and units change each in one piece, and the new processes start; when only the certificate is
# another, the robot that runs goes on. Ended anywhere and run again it comes to the same end; never run again, the dead-man
# switch ends it. Whether the release is well is for check-health to say.
# With Containers replace it takes over from the containers of a prepared migration: they are stopped, their data is copied into
# shared/, and what the switch goes back to is them. Without, a release with keys is refused while they run.
# Changes: current, venv, certificates/<hostname>, the units; in a takeover the containers and shared/. Prints {"release","previous",
# "dead_man_at","restarted":[…],"carried":{…}|null}.
#
# Parameter Release ^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}$ The release to activate.
# Parameter DeadManSeconds ^[1-9][0-9]{0,4}$ After how long without a confirmation the instance rolls back by itself.
# Parameter Operation ^[a-z-]{1,20}$ The operation asked for; restart arms nothing, rotate-certificate spares the robot.
# Parameter Containers ^(keep|replace)$ Whether the containers of a migration go on, or this takes over from them.
# Parameter PersistentPaths ^\[.*\]$ JSON array of the paths that outlive a release.
# Timeout 180
# Uses lock.sh answers.sh fence.sh history.sh unit.sh serve.sh dead-man.sh containers.sh takeover.sh manifest.sh
readonly ID=${SSM_Release:?}
require_pattern Release "$ID" '^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}$'
require_pattern DeadManSeconds "${SSM_DeadManSeconds:?}" '^[1-9][0-9]{0,4}$'
finished "$ID" || fail ReleaseNotFound "release $ID is not finished on this instance"
[[ ! -f $DEPLOYER/firing ]] || fail DeadManFired "a rollback has begun on this instance; this release is not activated any more"

# What wrote to shared/ beside the containers ends, they end, and what they kept is what the release finds.
take_over() {
  local unit units=()
  while read -r unit; do units+=("$unit.service"); done < <(installed_units)
  if ((${#units[@]})) && [[ ! -f $MIGRATION/carried ]]; then stop_units "${units[@]}"; fi
  docker_python hold hold 2>"$WORK/docker" || fail ActivationFailed "the containers do not stop: $(last_lines 1 "$WORK/docker")"
  if [[ ! -f $MIGRATION/carried ]]; then
    carried=$(docker_python carry copy "$APP" "$APP_USER" "${SSM_PersistentPaths:?}" "$ID" 2>"$WORK/docker") ||
      fail ActivationFailed "the containers' data is not carried over: $(last_lines 1 "$WORK/docker")"
    write_file "$MIGRATION/carried" 600 <<<"$carried"
  fi
  carried=$(<"$MIGRATION/carried")
}

mode=$(manifest_fields "$ID" mode) || fail ReleaseNotFound "$(unusable_because)"
check_containers "$mode" "${SSM_Containers:?}"
exec {publish}>>"$DEPLOYER/publish.flock"
flock "$publish"
previous=$(current_release)
armed_at='' restarted=() taking_over='' carried=null how=restart
[[ ${SSM_Operation:?} != rotate-certificate ]] || how=certificate
if [[ $SSM_Containers == replace ]] && containers_serve; then taking_over=1; fi
if read_decision armed && [[ $armed_release == "$ID" ]]; then
  # This very step was ended half way.
  previous=$armed_previous
  if [[ -z $previous ]] && containers_are_held; then taking_over=1; fi
elif [[ $SSM_Operation == restart && $previous == "$ID" ]]; then
  log "restarting $ID, nothing to undo"
else
  # Only a good release is worth coming back to.
  [[ -z $previous ]] || is_good "$previous" || previous=$(previous_good "$ID")
  # Behind a takeover stand the containers, not what ran beside them.
  [[ -z $taking_over ]] || previous=''
  arm "$ID" "$previous" "$SSM_DeadManSeconds" "$how"
fi
[[ $SSM_Operation == restart ]] || record activated "$ID" "$previous" "$(revision_of "$ID")" "$SSM_Operation"
[[ -z $taking_over ]] || take_over
serve "$ID" "$how"
[[ $(current_release) == "$ID" ]] || fail ActivationFailed "current points to $(current_release) instead of $ID"
printf -v units '"%s",' "${restarted[@]}"
result "{\"release\":\"$ID\",\"previous\":\"$previous\",\"dead_man_at\":\"$armed_at\",\"restarted\":[${units%,}],\"carried\":$carried}"
