#!/usr/bin/env bash
# stop-services: end the application before its instance is stopped.
#
# Promise: afterwards no unit of the application runs. Robots are told first (SIGTERM) and have their unit's TimeoutStopSec to
# finish an order; one that has not ended by then is killed, and that is said. The other services follow. Nothing is disabled:
# at the next boot everything comes back by itself.
# Changes: running units. Prints {"stopped":[…],"robot_seconds","killed":[…]}: how long the robots took, and who had to be killed.
#
# Timeout 180
# Uses lock.sh answers.sh fence.sh history.sh unit.sh serve.sh

current=$(current_release)
robots=() others=() killed=()
while read -r unit; do
  if is_robot "$unit" "$current"; then robots+=("$unit"); else others+=("$unit"); fi
done < <(installed_units)

# Ends these and adds to `killed` whom systemd had to kill.
end_units() {
  local unit
  (($#)) || return 0
  stop_units "${@/%/.service}"
  for unit in "$@"; do
    unit_state "$unit"
    [[ $unit_Result != timeout ]] || killed+=("$unit")
  done
}

centiseconds() {
  local up _
  read -r up _ </proc/uptime
  printf '%s' "$((10#${up/./}))"
}

names() {
  local text=''
  (($# == 0)) || printf -v text '"%s",' "$@"
  printf '%s' "${text%,}"
}

begun=$(centiseconds)
end_units "${robots[@]}"
took=$(($(centiseconds) - begun))
end_units "${others[@]}"
result "$(printf '{"stopped":[%s],"robot_seconds":%d.%02d,"killed":[%s]}' \
  "$(names "${robots[@]}" "${others[@]}")" $((took / 100)) $((took % 100)) "$(names "${killed[@]}")")"
