#!/usr/bin/env bash
# boot-machine: boot an instance and supervise it until it is powered off.
#
# Usage: boot-machine.sh INSTANCE ROOT HOSTNAME [systemd-nspawn option …]
#
# The network namespace INSTANCE must exist (connect-machine). The instance gets its own control groups: a
# delegated scope if systemd is PID 1 on this machine, plain folders otherwise. Two instances in one group would
# kill each other. The instance has its own network, so it may filter packets there. A reboot inside the instance
# (systemd-nspawn exits with 133) boots it again. Its console goes to stdout.
set -Eeuo pipefail

readonly REBOOT=133

own_groups() {
  local name=$1 hierarchy
  for hierarchy in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do
    [[ -w $hierarchy/cgroup.procs ]] || continue
    mkdir -p "$hierarchy/$name"
    printf '%s\n' "$$" >"$hierarchy/$name/cgroup.procs"
  done
}

main() {
  local instance=$1 root=$2 hostname=$3 code
  shift 3
  if [[ -d /run/systemd/system && -z ${IN_SCOPE:-} ]]; then
    export IN_SCOPE=yes
    exec systemd-run --quiet --scope --collect --unit="crypto-robot-$instance" --slice=machine.slice \
      -p Delegate=yes -- "$0" "$instance" "$root" "$hostname" "$@"
  fi
  [[ -n ${IN_SCOPE:-} ]] || own_groups "crypto-robot-$instance"
  unset IN_SCOPE
  while true; do
    code=0
    systemd-nspawn --quiet --boot --register=no --keep-unit --machine="$instance" --directory="$root" \
      --hostname="$hostname" --network-namespace-path="/run/netns/$instance" \
      --resolv-conf=off --timezone=off --link-journal=no --console=read-only --setenv=SYSTEMD_COLORS=0 \
      --capability=CAP_NET_ADMIN \
      "$@" </dev/null || code=$?
    ((code == REBOOT)) || exit "$code"
  done
}

main "$@"
