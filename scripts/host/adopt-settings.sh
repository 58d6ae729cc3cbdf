#!/usr/bin/env bash
# adopt-settings: check that the containers of the inventory can be taken over from, and make their ENV_CONTENT the base of .env.
#
# Promise: no container is touched. What would end a takeover half way is refused here: no inventory, a container that could not
# come back, data under one path in two places, no room for it. ENV_CONTENT goes from docker to $DEPLOYER/env-base, 0600 and
# root's, and to nothing else; every release built from then on has it as its .env instead of the repository's.
# Changes: $DEPLOYER/env-base. Prints {"env_content":{"from","names"},"bytes":N}; bytes is what will be copied.
#
# Parameter PersistentPaths ^\[.*\]$ JSON array of the paths that outlive a release.
# Parameter MigrationPhase ^(parallel|cutover)$ What it is for.
# Timeout 120
# Uses lock.sh answers.sh fence.sh containers.sh takeover.sh
[[ -f $MIGRATION/inventory.json ]] || fail HostUnfit 'no migration is prepared on this instance; run phase prepare first'
if containers_are_held; then
  [[ ${SSM_MigrationPhase:?} == cutover ]] || fail HostUnfit 'the containers were taken over from already; undo that to have both side by side'
  # A takeover asked for again: what it needs was adopted the first time.
  result '{"env_content":{"from":"","names":[]},"bytes":0}'
  exit 0
fi

lost=$(jq -r 'if .units == [] then [.containers[] | select(.auto_remove) | .name] | join(", ") else "" end' "$MIGRATION/inventory.json")
[[ -z $lost || $SSM_MigrationPhase == parallel ]] ||
  fail HostUnfit "$lost would be gone once stopped (--rm), and no unit starts it: it could not come back; start it without --rm, then prepare again"
check=$(docker_python carry check "$APP" "$APP_USER" "${SSM_PersistentPaths:?}" none 2>"$WORK/docker") ||
  fail HostUnfit "$(last_lines 1 "$WORK/docker")"
adopted=$(docker_python env_base "$DEPLOYER/env-base" 2>"$WORK/docker") || fail HostUnfit "$(last_lines 1 "$WORK/docker")"
result "{\"env_content\":$adopted,${check#\{}"
