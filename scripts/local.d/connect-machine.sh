#!/usr/bin/env bash
# connect-machine: create the network of an instance.
#
# Usage: connect-machine.sh INSTANCE LINK HOST-END MACHINE-END
#
# Creates a network namespace named after the instance, a veth pair LINK ↔ eth0, a /30 with HOST-END on this
# machine and MACHINE-END in the instance, and a default route in the instance. Packets of the link may be
# translated to a listener on 127.0.0.1 (route_localnet, only for this link; the firewall drops packets sent there
# directly). If this machine has a default route, packets of the link are forwarded; the previous forwarding
# setting is stored for disconnect-machine. Replaces the leftovers of an earlier run.
set -Eeuo pipefail

readonly RUN=/run/crypto-robot-local

set_kernel() { printf '%s\n' "$2" >"/proc/sys/net/$1"; }

# The uplink needs forwarding too; otherwise no reply comes back.
allow_forwarding() {
  local link=$1 before
  before=$(<"/proc/sys/net/ipv4/conf/$link/forwarding")
  [[ $before == 0 ]] || return 0
  mkdir -p "$RUN/forwarding"
  : >"$RUN/forwarding/$link"
  set_kernel "ipv4/conf/$link/forwarding" 1
}

main() {
  local instance=$1 link=$2 host=$3 machine=$4 uplink mtu
  "$(dirname "$0")/disconnect-machine.sh" "$instance" "$link"

  ip netns add "$instance"
  ip link add "$link" type veth peer name eth0 netns "$instance"
  if [[ -d /proc/sys/net/ipv6/conf/$link ]]; then
    set_kernel "ipv6/conf/$link/disable_ipv6" 1
    ip netns exec "$instance" bash -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6'
  fi
  uplink=$(ip -4 route show default | awk '{ for (i = 1; i < NF; i++) if ($i == "dev") { print $(i + 1); exit } }')
  if [[ -n $uplink ]]; then
    mtu=$(<"/sys/class/net/$uplink/mtu")
    ip link set "$link" mtu "$mtu"
    ip -n "$instance" link set eth0 mtu "$mtu"
    allow_forwarding "$uplink"
    set_kernel "ipv4/conf/$link/forwarding" 1
  fi
  set_kernel "ipv4/conf/$link/route_localnet" 1
  ip address add "$host/30" dev "$link"
  ip link set "$link" up
  ip -n "$instance" link set lo up
  ip -n "$instance" address add "$machine/30" dev eth0
  ip -n "$instance" link set eth0 up
  ip -n "$instance" route add default via "$host"
}

main "$@"
