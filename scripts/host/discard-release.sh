#!/usr/bin/env bash
# discard-release: remove what a deployment that failed before its activation left behind, and release the lock.
#
# Promise: the release is gone, unless it is good or serves: then it has the keys and units back that it had. Steps that still
# run are ended first. What serves is not touched, unless a release was activated after all: that one is rolled back; or unless
# it was started on keys that are taken back: it is started anew.
# Changes: the release's folder, the lock. Prints {"discarded":"<id, or empty>","serving":{…}|null}.
#
# Parameter Release ^([0-9]{8}T[0-9]{6}Z-[0-9a-f]{7})?$ The release to discard; empty when there is none yet.
# Timeout 180
# Uses lock.sh answers.sh fence.sh release.sh history.sh unit.sh serve.sh dead-man.sh containers.sh takeover.sh retention.sh manifest.sh
readonly ID=${SSM_Release-}

stop_other_steps
settle_decision 'its deployment failed while it was activated'
restore_all_saved
removed=()
current=$(current_release)
# Nobody else deploys while this holds the lock: whatever is unfinished is this deployment's, or older.
for folder in "$RELEASES"/*/; do
  [[ -d $folder ]] || continue
  id=$(basename "$folder")
  [[ $id != "$current" ]] || continue
  if ! finished "$id" || { [[ $id == "$ID" ]] && ! is_good "$id"; }; then remove_release "$id"; fi
done
remove_unfinished_parts
discarded=''
if [[ " ${removed[*]-} " == *" $ID "* ]]; then discarded=$ID; fi
((${#removed[@]} == 0)) || record discarded "${removed[-1]}" "$current" '' 'its deployment failed before it was activated'
answer=$(host_python serving "$APP" "$(current_release)" "$discarded")
answer_and_release "$answer"
