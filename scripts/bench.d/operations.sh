#!/usr/bin/env bash
# operations: measure how long each operation takes on this machine, and how many requests fail meanwhile.
#
# Usage: ./scripts/bench operations [RUNS]        5 runs of each operation by default
#
# Deploys the sample robot to an environment of its own (bench.local) and repeats a deploy with nothing to do, a deploy of
# a code change and a rollback. Prints for each the minimum, median and maximum in seconds, without the bake of 10 s
# (it is a choice, not a cost), and for the code changes how many of the requests sent every 20 ms to the web application
# failed, and the longest gap between two good answers. Compare only figures of one run: machines differ.
set -Eeuo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
readonly root runs=${1:-5} environment=bench.local
readonly -a local=("$root/scripts/local")
work=$(mktemp -d /tmp/crypto-robot-bench.XXXXXX)
trap 'kill "${visitor:-}" 2>/dev/null || true; rm -rf "$work"' EXIT

run() { "${local[@]}" "$@" --environment "$environment" >"$work/out" 2>&1 || { cat "$work/out" >&2; exit 1; }; }

# Prints the seconds that a command took, minus the given bake.
timed() {
  local bake=$1 begun=$EPOCHREALTIME
  shift
  run "$@"
  awk -v a="$begun" -v b="$EPOCHREALTIME" -v bake="$bake" 'BEGIN { printf "%.1f\n", b - a - bake }'
}

spread() { sort -n | awk -v name="$1" '{ v[NR] = $1 } END { printf "%-32s %6.1f %6.1f %6.1f   n = %d\n", name, v[1], v[int((NR + 1) / 2)], v[NR], NR }'; }

# Requests the page every 20 ms. Prints a line for each answer: the time and the status.
visit() {
  local url=$1 next=${EPOCHREALTIME/./} code
  while :; do
    code=$(curl --silent --insecure --max-time 1 --noproxy '*' --output /dev/null --write-out '%{http_code}' "$url" || true)
    printf '%s %s\n' "${EPOCHREALTIME/./}" "$code"
    next=$((next + 20000))
    local left=$((next - ${EPOCHREALTIME/./}))
    if ((left > 0)); then read -r -t "0.$(printf '%06d' "$left")" _ <>"$work/quiet" || true; fi
  done
}

commit_change() {
  printf '# change %s\n' "$1" >>"$work/robot/app.py"
  git -C "$work/robot" -c user.name=bench -c user.email=bench@localhost commit --quiet --all --message "Change $1"
}

cp -a "$root/scripts/sample-app" "$work/robot"
git -C "$work/robot" init --quiet --initial-branch=main
git -C "$work/robot" add --all
git -C "$work/robot" -c user.name=bench -c user.email=bench@localhost commit --quiet --message 'Start'
mkfifo "$work/quiet"

run up
printf '%-32s %6s %6s %6s\n' 'seconds' min median max
timed 10 deploy --repository "$work/robot" | spread 'first deploy on a running instance'
for ((i = 0; i < runs; i++)); do timed 0 deploy; done | spread 'nothing to do'
url=$("${local[@]}" status --json --environment "$environment" | jq -r '.environments[0].url')/health
visit "$url" >"$work/visits" &
visitor=$!
for ((i = 0; i < runs; i++)); do
  commit_change "$i"
  timed 10 deploy
done | spread 'code change'
kill "$visitor"
for ((i = 0; i < runs; i++)); do timed 10 rollback; done | spread 'rollback'
awk -v runs="$runs" '
  $2 == 200 { if (last && $1 - last > gap) gap = $1 - last; last = $1; next }
  { failed++ }
  END { printf "requests failed a change: %.0f of one every 20 ms; longest gap %d ms\n", failed / runs, gap / 1000 }' "$work/visits"
