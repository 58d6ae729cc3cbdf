#!/usr/bin/env bash
# deploy-release: make sure the instance has what a deployment needs, bring the commit, and build its environment.
#
# Promise: everything that takes time or can fail is done while the old release serves, which is not touched. It runs three parts in
# order: prepare, fetch (only a deploy brings a commit) and build. Each is described in its file in lib/, has its own log lines, and
# fails by its own name. Running it again gives the same.
# Changes: see the parts. Prints {"parts":[{"part","seconds"},…]} with the fields of all parts.
#
# Parameter Operation ^[a-z-]{1,20}$ The operation; deploy brings a commit, the others use the release that Release names.
# Timeout 2100
# Uses lock.sh answers.sh fence.sh aws.sh python.sh isolated.sh repository.sh git.sh mirror.sh environment.sh index.sh
# Uses room.py shipping.py fetch.sh build.sh

# run_part PART COMMAND…: the command leaves its answer in part_answer.
run_part() {
  local begun=$EPOCHREALTIME milliseconds
  part_answer=''
  log "$1: begins"
  "${@:2}"
  milliseconds=$(((${EPOCHREALTIME/./} - ${begun/./}) / 1000))
  log "$1: $part_answer"
  printf -v milliseconds '%d.%03d' "$((milliseconds / 1000))" "$((milliseconds % 1000))"
  parts+="${parts:+,}{\"part\":\"$1\",\"seconds\":$milliseconds}"
  fields+=,${part_answer:1:-1}
}

prepare_host() { part_answer=$(host_python prepare "$WORK/failure" 2>&"$ERRORS_FD"); }

parts='' fields='' release=${SSM_Release-}
run_part prepare prepare_host
[[ ${SSM_Operation:?} != deploy ]] || run_part fetch fetch_release
run_part build build_release "$release"
result "{\"parts\":[$parts]$fields}"
