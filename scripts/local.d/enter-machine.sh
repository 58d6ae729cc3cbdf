#!/usr/bin/env bash
# enter-machine: run a command as root inside a running instance, with this terminal's input and output.
#
# Usage: enter-machine.sh INSTANCE COMMAND [ARGUMENT …]
#
# Exits with the command's exit code. The command gets the plain environment of a login and no variable of the
# caller. Exits with 1 if the instance does not run.
set -Eeuo pipefail

# The instance's PID 1 as a process of this machine: the process of its network namespace that is PID 1 in a PID namespace.
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
