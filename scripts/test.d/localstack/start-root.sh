#!/usr/bin/env bash
# start-root: start LocalStack without Docker, in the root that make-root.sh made.
#
# Usage: start-root.sh ROOT PORT FOLDER [NAME=VALUE …]
#
# Its API answers at 127.0.0.1:PORT. FOLDER is /mnt inside the root. NAME=VALUE are settings of LocalStack. The root stays unchanged: what
# LocalStack writes is in memory. The process of this script becomes LocalStack, so SIGTERM ends it. If the port is taken, the exit code is
# 1; LocalStack itself would print Ready.
set -Eeuo pipefail

# In a mount namespace of its own.
enter() {
  set -e
  local root=$1 files=$2 folder
  shift 2
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount --bind "$files" "$root/mnt"
  for folder in /tmp /root /var/lib/localstack; do mount -t tmpfs tmpfs "$root$folder"; done
  # LocalStack ignores an IPv4 address in GATEWAY_LISTEN and listens everywhere. The last two: this machine can be a container itself.
  exec env -i PATH=/opt/code/localstack/.venv/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 PYTHONUNBUFFERED=1 \
    DNS_ADDRESS=0 DISABLE_EVENTS=1 SKIP_SSL_CERT_DOWNLOAD=1 OVERRIDE_IN_DOCKER=0 FILESYSTEM_ROOT=/ "$@" \
    chroot "$root" nice python -m localstack.runtime.main
}

readonly root=$1 port=$2 files=$3
shift 3
if ss --no-header --listening --tcp --numeric "sport = :$port" | grep -q .; then
  printf 'start-root: port %s is taken\n' "$port" >&2
  exit 1
fi
exec unshare --mount --propagation=private bash -c "$(declare -f enter); enter \"\$@\"" start-root \
  "$root" "$files" "GATEWAY_LISTEN=[::ffff:127.0.0.1]:$port" "LOCALSTACK_HOST=127.0.0.1:$port" "$@"
