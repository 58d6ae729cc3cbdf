#!/usr/bin/env bash
# read-status: say what this instance serves and how it is.
#
# Promise: reads only, needs no lock, and answers also while a deployment runs or when nothing was ever deployed: then its
# texts are empty. "unknown" health means that nothing is deployed.
# "drift" is the number of differences from what was deployed, see read-drift; null while somebody holds the lock.
# Prints {"release","revision","mode","protocol","health","reason","locked_by","armed","units","releases","port","health_path",
# "certificate_not_after","crashes":{"count","newest","reason"},"drift"}.
#
# Timeout 60
# Uses lock.sh history.sh unit.sh manifest.sh health.sh environment.sh isolated.sh repository.sh mirror.sh release-files.sh drift.sh
current=$(current_release)
finished "$current" || current=''
health=unknown why='' states=''
if [[ -n $current ]]; then
  health=healthy
  read_serving "$current" || health=unhealthy why=$reason
  for unit in "${health_units[@]}"; do
    unit_serves "$unit" "$current" || { health=unhealthy why="$unit: $reason"; }
    states+="$unit=$unit_ActiveState "
  done
  [[ -z $health_web ]] || web_serves || { health=unhealthy why="$health_web: $reason"; }
fi
read_lock
# A status that cannot compare is a status all the same.
drift=''
if [[ -n $current && -z $lock_owner ]]; then
  drift=$(drift_of "$current" this | python3 -ISc 'import json, sys; print(len(json.load(sys.stdin)))') || drift=''
fi
armed=$DEPLOYER/armed
[[ -f $armed ]] || armed=''
answer=$(host_python status "$APP" "$current" "$health" "$why" "$states" "$lock_owner" "$lock_generation" "$lock_since" "$armed" "$drift")
printf '%s\n' "$answer" >&"$RESULT_FD"
