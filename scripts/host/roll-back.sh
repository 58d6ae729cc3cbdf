#!/usr/bin/env bash
# roll-back: undo the activation of a release: what served before serves again.
#
# Promise: afterwards the release good before serves, with its units, links, keys and certificate, or nothing at all when there
# was none: no unit of the application is left, and no `current`. Steps that still run are ended first. It uses the same files
# and functions as the dead-man switch and may follow it, or itself. A failure is RollBackFailed: a person is needed.
# A release whose confirmation was decided stays: then "confirmed" is true and nothing was undone.
# Changes: current, venv, certificates/<hostname>, the units, history.jsonl. Prints {"confirmed":bool,"locked":bool,"serving":{…}|null,
# "settings":{…},"containers":bool}: whether the containers serve that it had taken over from. If this execution confirmed
# the release, released the lock, and another execution has it now, "locked" is false and nothing was read.
#
# Parameter Release ^([0-9]{8}T[0-9]{6}Z-[0-9a-f]{7})?$ The release that failed.
# Timeout 180
# Uses lock.sh answers.sh fence.sh history.sh unit.sh serve.sh dead-man.sh containers.sh takeover.sh manifest.sh
readonly ID=${SSM_Release-}

stop_other_steps
open=$(open_decision)
settle_decision "release ${ID:-?} did not become healthy"
if [[ -z $open && -n $ID && $(current_release) == "$ID" ]] && ! is_good "$ID"; then
  # It serves without anything to undo it: activated by hand, or its switch was lost.
  previous=$(previous_good "$ID")
  serve "$previous" restart
  record rolled-back "$ID" "$previous" "$(revision_of "$ID")" 'no dead-man switch was armed for it'
fi
serving=$(current_release)
if [[ -n $serving ]]; then
  # Also when the switch fired while nobody watched: what should run, runs.
  serve "$serving" keep
fi
confirmed=false
if [[ -n $ID && $serving == "$ID" ]] && is_confirmed_since_activation "$ID"; then confirmed=true; fi
answer=$(host_python serving "$APP" "$serving" 2>"$WORK/serving") ||
  fail RollBackFailed "release $serving serves again; whether it is healthy cannot be checked: $(last_lines 1 "$WORK/serving")"
containers=false
if [[ -z $serving ]] && containers_serve; then containers=true; fi
result "{\"confirmed\":$confirmed,\"locked\":true,\"containers\":$containers,${answer#\{}"
