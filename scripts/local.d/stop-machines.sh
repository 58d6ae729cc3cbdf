#!/usr/bin/env bash
# stop-machines: power off the instances of a local cloud that no longer runs, and remove their networks.
#
# Usage: stop-machines.sh        with LOCAL_STATE set
#
# Afterwards no process, network or firewall rule of this LOCAL_STATE is left; the disks are kept. An instance that does
# not power off cleanly within 30 s is killed. Succeeds if there is nothing to stop.
set -Eeuo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here

# The systemd-nspawn processes that run from this state.
nspawns() {
  local process
  for process in /proc/[0-9]*; do
    # A process may end meanwhile.
    if { tr '\0' '\n' <"$process/cmdline" | grep -qxF -- "--directory=$1" \
      && [[ $(<"$process/comm") == systemd-nspawn ]]; } 2>/dev/null; then
      printf '%s\n' "${process##*/}"
    fi
  done
}

# TERM requests a clean power-off from systemd in the instance.
power_off() {
  local root=$1 tries
  local -a found
  mapfile -t found < <(nspawns "$root")
  ((${#found[@]} > 0)) || return 0
  kill -TERM "${found[@]}" 2>/dev/null || true
  for ((tries = 0; tries < 300; tries++)); do
    [[ -n $(nspawns "$root") ]] || return 0
    sleep 0.1
  done
  kill -KILL "${found[@]}" 2>/dev/null || true
}

main() {
  local file instance table
  for file in "$LOCAL_STATE"/machines/*/machine.json; do
    [[ -e $file ]] || continue
    power_off "$(dirname "$file")/root"
    instance=$(jq -r .instance_id "$file")
    "$here/disconnect-machine.sh" "$instance" "crl-${instance:2:11}"
  done
  table=crypto_robot_$(printf '%s' "$LOCAL_STATE" | sha256sum | cut -c1-8)
  if nft list table ip "$table" >/dev/null 2>&1; then
    nft delete table ip "$table"
  fi
}

main "$@"
