#!/usr/bin/env bash
# boot-machine: boot one instance and stay with it until it is powered off.
#
# Usage: boot-machine.sh INSTANCE ROOT HOSTNAME [systemd-nspawn option …]
#
# The network namespace INSTANCE must stand (connect-machine). The machine gets control groups of its own: a
# delegated scope where systemd is PID 1 here, plain folders elsewhere; two machines in one group would end
# each other. Its network is its own, so it may filter packets there as any machine may. A reboot inside
# (systemd-nspawn ends with 133) boots again. Its console goes to stdout.
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
