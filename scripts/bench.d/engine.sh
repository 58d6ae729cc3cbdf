#!/usr/bin/env bash
# engine: starts Debian's Docker on an instance of the local cloud, installing it first where it is missing.
#
# Each setting is needed because of a limit of the machine. Its control groups are version 1 and read-only, so the daemon gets the
# unified hierarchy in a mount namespace of its own. It may not change the kernel's network settings, so there is no bridge and no
# forwarding, and containers share the machine's network. Run this through enter-machine: a unit lacks the capabilities.
set -Eeuo pipefail

if ! command -v dockerd >/dev/null; then
  # Its own service cannot run here and must not be started.
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
  systemctl mask --quiet docker.service docker.socket containerd.service
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends docker.io >/dev/null
  rm /usr/sbin/policy-rc.d
fi
docker version >/dev/null 2>&1 && exit 0
rm -f /var/run/docker.pid /run/docker/containerd/containerd.pid
setsid unshare --mount bash -c '
  mount --make-rprivate /
  umount --recursive /sys/fs/cgroup
  mount -t cgroup2 none /sys/fs/cgroup
  exec dockerd --iptables=false --bridge=none --ip-forward=false --ip-masq=false \
    --exec-opt native.cgroupdriver=cgroupfs --shutdown-timeout 5' </dev/null >/var/log/dockerd.log 2>&1 &
for ((i = 0; i < 300; i++)); do
  docker version >/dev/null 2>&1 && exit 0
  sleep 0.1
done
tail -n 20 /var/log/dockerd.log >&2
exit 1
