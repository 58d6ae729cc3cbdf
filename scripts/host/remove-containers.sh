#!/usr/bin/env bash
# remove-containers: remove the containers a good takeover has replaced, with their images and networks, and archive their files.
#
# Promise: refused unless the takeover was confirmed and what serves runs now; after it there is no way back. The files (compose
# files, Dockerfiles, env files, units that started containers, the inventory) are in <application>/archive/containers.tar, 0600 and
# root's, with a manifest of their checksums, before anything is removed. Volumes and bind mounts stay: they hold data. Run again
# after it was ended anywhere it goes on; after its end it says what it did.
# Changes: containers, images, networks, the archived files. Prints {"archive","files":N,"removed":{"containers","images","networks"},
# "kept_volumes":[…]}.
#
# Timeout 300
# Uses lock.sh answers.sh fence.sh history.sh unit.sh manifest.sh health.sh containers.sh takeover.sh
readonly DONE=$MIGRATION/cleaned-up
forget() { rm -f "$MIGRATION/held.json" "$MIGRATION/carried" "$MIGRATION/inventory.json"; }

if [[ -f $DONE ]]; then
  forget
  result "$(<"$DONE")"
  exit 0
fi
[[ -f $MIGRATION/inventory.json ]] || fail HostUnfit 'no migration is under way on this instance'
containers_are_held || fail HostUnfit 'the containers still serve; cut over first'
current=$(current_release)
for name in armed confirming firing; do
  [[ ! -f $DEPLOYER/$name ]] || fail HostUnfit 'the takeover is not confirmed yet'
done
is_good "${current:-none}" || fail HostUnfit 'no release that was confirmed healthy serves; undo the takeover or deploy a good one'
read_serving "$current" || fail HostUnfit "$reason"
for unit in "${health_units[@]}"; do
  unit_is_well "$unit" "$current" || fail HostUnfit "$unit $reason; nothing was removed"
done
answer=$(docker_python clean_up 2>"$WORK/docker") || fail StepFailed "$(last_lines 1 "$WORK/docker")"
write_file "$DONE" 600 <<<"$answer"
forget
result "$answer"
