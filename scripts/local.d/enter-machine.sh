#!/usr/bin/env bash
# enter-machine: run a command as root inside a running instance, with this terminal's input and output.
#
# Usage: enter-machine.sh INSTANCE COMMAND [ARGUMENT …]
#
# Promise: ends with the command's exit code. The command gets a login's plain environment and nothing of ours.
# Ends with 1 when the instance does not run.
set -Eeuo pipefail

# Our view of the instance's PID 1: the process of its network namespace that is number 1 in a PID namespace.
leader() {
  local instance=$1 pid ids
  for pid in $(ip netns pids "$instance" 2>/dev/null); do
    ids=$(sed -n 's/^NSpid:\s*//p' "/proc/$pid/status" 2>/dev/null) || continue
    if [[ $ids == *[[:space:]]1 && $(<"/proc/$pid/comm") == systemd ]]; then
      printf '%s\n' "$pid"
      return
    fi
  done
  return 1
}

main() {
  local instance=$1 pid
  shift
  if ! pid=$(leader "$instance"); then
    printf 'instance %s does not run; ./scripts/local power start\n' "$instance" >&2
    exit 1
  fi
  exec nsenter --target "$pid" --mount --uts --ipc --net --pid --cgroup --root --wd -- \
    /usr/bin/env -i HOME=/root USER=root LOGNAME=root SHELL=/bin/bash LANG=C.UTF-8 TERM="${TERM:-dumb}" \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

main "$@"
