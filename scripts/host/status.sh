#!/usr/bin/env bash
# status: say what this instance serves and how it is.
#
# Promise: reads only, needs no lock, and answers also while a deployment runs or when nothing was ever deployed: then its
# texts are empty. "unknown" health means that nothing is deployed.
# Prints {"release","revision","mode","protocol","health","locked_by","armed","units","releases","port","health_path",
# "certificate_not_after"}.
#
# Timeout 60
# Uses lock.sh history.sh unit.sh health.sh
# Embeds inspect.py status.py
current=$(current_release)
finished "$current" || current=''
health=unknown states=''
if [[ -n $current ]]; then
  { read -r services && read -r port && read -r path && read -r protocol && read -r name; } < <(python3 -ISc '
import json, sys
manifest = json.load(open(sys.argv[1]))
print(json.dumps(manifest["services"]))
for name in ("port", "health_path", "protocol", "certificate_hostname"):
    print(manifest[name])' "$RELEASES/$current/release.json")
  read_services "$services"
  health=healthy
  for unit in "${health_units[@]}"; do
    unit_state "$unit"
    states+="$unit=$unit_ActiveState "
    if [[ $unit_ActiveState != active || $unit_SubState != running ]] || ! works_in "$unit_MainPID" "$current"; then
      health=unhealthy
    fi
  done
  [[ -z $health_web ]] || web_answers "$port" "$path" "$protocol" "$name" || health=unhealthy
fi
read_lock
armed=$DEPLOYER/armed
[[ -f $armed ]] || armed=''
code=$(embedded_file inspect.py && embedded_file status.py)
answer=$(python3 -IS -c "$code" "$APP" "$current" "$health" "$states" "$lock_owner" "$lock_generation" "$lock_since" "$armed")
printf '%s\n' "$answer" >&"$RESULT_FD"
