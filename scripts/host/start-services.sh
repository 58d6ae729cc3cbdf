#!/usr/bin/env bash
# start-services: make what serves run, after its instance was started.
#
# Promise: every unit of the release that serves runs from it. After a boot they start by themselves, and those that run are
# left alone; one that was stopped by hand, or by a stop that did not get to the end, is started. How often one has ended before
# is forgotten: from now on it counts.
# Changes: units that do not run. Prints {"restarted":[…],"serving":{…}|null,"settings":{…}}.
#
# Timeout 180
# Uses lock.sh answers.sh fence.sh history.sh unit.sh serve.sh manifest.sh

exec {publish}>>"$DEPLOYER/publish.flock"
flock "$publish"
serving=$(current_release)
restarted=() units=''
if [[ -n $serving ]]; then
  serve "$serving" keep
  while read -r unit; do systemctl reset-failed "$unit.service" 2>/dev/null || true; done < <(units_of "$serving")
  ((${#restarted[@]} == 0)) || printf -v units '"%s",' "${restarted[@]}"
fi
answer=$(host_python serving "$APP" "$serving" 2>"$WORK/serving") || fail ReleaseNotFound "$(last_lines 1 "$WORK/serving")"
result "{\"restarted\":[${units%,}],${answer#\{}"
