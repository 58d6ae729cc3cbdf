#!/usr/bin/env bash
# startup: measure how long the same application takes to its first good answer, and the memory it has then, under systemd and in a container.
#
# Usage: ./scripts/bench startup [ROUNDS]        10 rounds by default and at least
#
# Deploys the sample robot to bench.local over HTTP, and on the same instance starts Debian's Docker, if it can be installed there. The
# container runs the same files of the release with the same interpreter, as the same user, in the machine's network. It is made once,
# and each round starts it, as after a reboot. The rounds alternate. Without an engine it prints the reason and measures systemd alone.
set -Eeuo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
readonly root rounds=${1:-10} environment=bench.local
readonly -a local=("$root/scripts/local")
[[ $rounds =~ ^[0-9]{2,3}$ ]] || {
  printf 'bench: ROUNDS is a number of at least 10\n' >&2
  exit 2
}
output=$(mktemp)
trap 'rm -f "$output"' EXIT

run() { "${local[@]}" "$@" --environment "$environment" >"$output" 2>&1 || { cat "$output" >&2; exit 1; }; }

run up
run deploy --repository sample --set protocol=http --set bake_seconds=0
engine=systemd
if "${local[@]}" exec "$environment" -- bash -c "$(<"$root/scripts/bench.d/engine.sh")" >"$output" 2>&1; then
  engine='systemd docker'
else
  printf 'no container engine runs here, only systemd is measured: %s\n' "$(tail -n 1 "$output")"
fi
# shellcheck disable=SC2086 # Two words.
"${local[@]}" exec "$environment" -- python3 -c "$(<"$root/scripts/bench.d/startup.py")" "$rounds" $engine
