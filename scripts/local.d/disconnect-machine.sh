#!/usr/bin/env bash
# disconnect-machine: remove the network and the control groups of an instance that is off.
#
# Usage: disconnect-machine.sh INSTANCE LINK
#
# Succeeds if there is nothing to remove. With the last link of all local clouds, restores the forwarding settings.
set -Eeuo pipefail

readonly RUN=/run/crypto-robot-local

main() {
  local instance=$1 link=$2 group mark
  [[ ! -e /sys/class/net/$link ]] || ip link delete "$link"
  [[ ! -e /run/netns/$instance ]] || ip netns delete "$instance"
  for group in /sys/fs/cgroup/{systemd/,unified/,}"crypto-robot-$instance"; do
    [[ ! -d $group ]] || find "$group" -depth -type d -exec rmdir --ignore-fail-on-non-empty {} + 2>/dev/null || true
  done
  if ! compgen -G '/sys/class/net/crl-*' >/dev/null; then
    for mark in "$RUN"/forwarding/*; do
      [[ -e $mark ]] || continue
      if [[ -e /proc/sys/net/ipv4/conf/${mark##*/}/forwarding ]]; then
        printf '0\n' >"/proc/sys/net/ipv4/conf/${mark##*/}/forwarding"
      fi
      rm -f "$mark"
    done
  fi
}

main "$@"
