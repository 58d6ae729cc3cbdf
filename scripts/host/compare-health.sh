#!/usr/bin/env bash
# compare-health: say how far the migration from containers is, and compare what they answer with what we answer.
#
# Promise: reads only and needs no lock. phase is none, prepared, parallel, taking-over, cutover or cleaned-up, told from what is the
# case, not from what was asked for. well says that what should serve in this phase runs and answers.
# Prints {"phase","well","containers_well","containers":[{"name","running"}],"container_health":[{"url","status","milliseconds"}],
# "python":{"release","mode","healthy","milliseconds"},"env_base":bool}.
#
# Timeout 60
# Uses lock.sh history.sh unit.sh manifest.sh health.sh containers.sh takeover.sh
current=$(current_release)
finished "$current" || current=''
healthy=false milliseconds=0
if [[ -n $current ]]; then
  healthy=true
  read_serving "$current" || healthy=false
  for unit in "${health_units[@]}"; do
    unit_state "$unit"
    [[ $unit_ActiveState == active && $unit_SubState == running ]] && works_in "$unit_MainPID" "$current" || healthy=false
  done
  begun=${EPOCHREALTIME/./}
  [[ -z $health_web ]] || web_serves || healthy=false
  milliseconds=$(((${EPOCHREALTIME/./} - begun) / 1000))
fi
decision=''
for name in armed confirming firing; do [[ ! -f $DEPLOYER/$name ]] || decision=$name; done
answer=$(docker_python migration_status "$current" "${serving_mode-}" "$healthy" "$milliseconds" "$decision" 2>"$WORK/docker") ||
  fail HostUnfit "the containers cannot be read: $(last_lines 1 "$WORK/docker")"
printf '%s\n' "$answer" >&"$RESULT_FD"
