#!/usr/bin/env bash
# undo-migration: back to the containers, from whatever phase came before cleanup.
#
# Promise: afterwards nothing of ours runs, starts at boot or is called current, and the containers run with the restart policies
# and units they had, seen running and answering where they answered before. A switch on disk stands ready before anything changes:
# ended anywhere, the instance comes to the same end by itself. What the services wrote since is kept in shared/; the containers have
# what they had when they were stopped. Nothing to undo is no failure.
# Changes: current, the units, the containers, $DEPLOYER/env-base. Prints {"undone":bool,"containers":[…],"kept":"<shared, or empty>"}.
# Fails as HostUnfit after cleanup, as RollBackFailed when the containers do not come back.
#
# Timeout 240
# Uses lock.sh answers.sh fence.sh history.sh unit.sh serve.sh dead-man.sh containers.sh takeover.sh
[[ -f $MIGRATION/inventory.json ]] || fail HostUnfit 'no migration is under way on this instance, or it was cleaned up: there is nothing to go back to'

stop_other_steps
settle_decision 'the migration is undone'
current=$(current_release)
undone=false kept=''
if [[ -n $current ]]; then
  undone=true
  ! containers_are_held || kept=$APP/shared
  arm "$current" '' 60 restart
  take_for_firing
  fire rolled-back 'the migration is undone' restart
elif containers_are_held; then
  undone=true
  release_containers
fi
rm -f "$DEPLOYER/env-base"
# The inventory's own: they run, or did not run when it was taken.
names=$(jq -c '[.containers[].name]' "$MIGRATION/inventory.json")
result "{\"undone\":$undone,\"containers\":$names,\"kept\":\"$kept\"}"
