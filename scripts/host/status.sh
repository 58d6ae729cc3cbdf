#!/usr/bin/env bash
# status: say what this instance serves and how it is.
#
# Promise: reads only, needs no lock, and answers also while a deployment runs or when nothing was ever deployed: then its
# texts are empty. "unknown" health means that nothing is deployed.
# Prints {"release","revision","mode","protocol","health","reason","locked_by","armed","units","releases","port","health_path",
# "certificate_not_after","crashes":{"count","newest","reason"}}.
#
# Timeout 60
# Uses lock.sh history.sh unit.sh health.sh
# Embeds inspect.py status.py
current=$(current_release)
finished "$current" || current=''
health=unknown why='' states=''
if [[ -n $current ]]; then
  read_serving "$current"
  health=healthy
  for unit in "${health_units[@]}"; do
    unit_serves "$unit" "$current" || { health=unhealthy why="$unit: $reason"; }
    states+="$unit=$unit_ActiveState "
  done
  [[ -z $health_web ]] || web_serves || { health=unhealthy why="$health_web: $reason"; }
fi
read_lock
armed=$DEPLOYER/armed
[[ -f $armed ]] || armed=''
code=$(embedded_file inspect.py && embedded_file status.py)
answer=$(python3 -IS -c "$code" "$APP" "$current" "$health" "$why" "$states" "$lock_owner" "$lock_generation" "$lock_since" "$armed")
printf '%s\n' "$answer" >&"$RESULT_FD"
