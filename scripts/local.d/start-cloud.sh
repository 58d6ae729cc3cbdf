#!/usr/bin/env bash
# start-cloud: start the local cloud in the background unless it already runs, and wait until it is ready.
#
# Usage: start-cloud.sh        with LOCAL_STATE, LOCAL_PORT, AWS_REGION and JAVA_HOME set (scripts/local does)
#
# Afterwards the local cloud of the current sources is ready at 127.0.0.1:LOCAL_PORT. A local cloud of older sources is
# restarted; its instances continue to run. The process id is in LOCAL_STATE/cloud.pid, the output in
# LOCAL_STATE/cloud.log. Exits with 5 if the local cloud cannot start, and prints the last lines of its output.
set -Eeuo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$root/scripts/lib/say.sh"

readonly endpoint="http://127.0.0.1:$LOCAL_PORT"
readonly program=$LOCAL_STATE/program pid_file=$LOCAL_STATE/cloud.pid stamp_file=$LOCAL_STATE/cloud.built log=$LOCAL_STATE/cloud.log

answers() { curl --silent --fail --max-time 2 --noproxy '*' --output /dev/null "$endpoint/_local/health"; }

# Whether the process in cloud.pid is the local cloud, not a later process with the same id.
alive() {
  [[ -r $pid_file ]] && { tr '\0' ' ' <"/proc/$(<"$pid_file")/cmdline"; } 2>/dev/null \
    | grep -q 'cryptorobot.localcloud.LocalCloud'
}

# Identifies the sources and the settings of a local cloud.
started_from() { printf '%s %s\n' "$(<"$root/target/built")" "${LOCAL_INSTANCE_RELEASE:-}"; }

current() { [[ -r $stamp_file ]] && cmp -s "$stamp_file" <(started_from); }

# TERM leaves the instances running; the next local cloud adopts them.
replace() {
  local pid tries
  pid=$(<"$pid_file")
  say 'the sources or the settings changed: restarting the local cloud'
  kill -TERM "$pid" 2>/dev/null || true
  for ((tries = 0; tries < 150; tries++)); do
    alive || return 0
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
}

# The local cloud runs from a copy: a build would change classes that it has not loaded yet.
take_program() {
  rm -rf "$program.new"
  mkdir -p "$program.new"
  (cd "$root" && cp -a --reflink=auto --parents -t "$program.new" functions/target/functions.jar \
    functions/target/classes/documents localcloud/target/classes localcloud/target/lib statemachine/*.asl.yaml \
    template.yaml environment.yaml scripts/local.d)
  rm -rf "$program"
  mv -T "$program.new" "$program"
}

# Sets every AWS setting, so that no setting of the user's real account is used.
start() {
  local -a environment=(
    "PATH=$PATH" "HOME=${HOME:-/root}" "LANG=${LANG:-C.UTF-8}" "JAVA_HOME=$JAVA_HOME" "LOCAL_STATE=$LOCAL_STATE"
    "LOCAL_PORT=$LOCAL_PORT" "AWS_REGION=$AWS_REGION" "AWS_ENDPOINT_URL=$endpoint"
    AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null
    AWS_SHARED_CREDENTIALS_FILE=/dev/null
  )
  local name
  for name in LOCAL_INSTANCE_RELEASE LOCAL_LAMBDA LOCAL_SUBNET TMPDIR {http,https,no}_proxy {HTTP,HTTPS,NO}_PROXY \
    AWS_ENDPOINT_URL_{EC2,LAMBDA,SECRETS_MANAGER,SFN,SNS,SSM}; do
    [[ -z ${!name:-} ]] || environment+=("$name=${!name}")
  done
  take_program
  started_from >"$stamp_file"
  cd "$program"
  # Descriptor 9 is the lock of this script: the local cloud must not inherit it.
  setsid env -i "${environment[@]}" "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto \
    --enable-native-access=ALL-UNNAMED "-Dlocal.home=$program" \
    -cp "$program/localcloud/target/classes:$program/localcloud/target/lib/*" \
    cryptorobot.localcloud.LocalCloud >>"$log" 2>&1 </dev/null 9>&- &
  printf '%s\n' "$!" >"$pid_file"
}

wait_until_ready() {
  local tries
  for ((tries = 0; tries < 600; tries++)); do
    ! answers || return 0
    if ! alive && ((tries > 5)); then
      break
    fi
    sleep 0.1
  done
  say "the local cloud did not start; the end of $log:"
  tail -n 15 "$log" | sed 's/^/  /' >&2
  exit 5
}

main() {
  mkdir -p "$LOCAL_STATE"
  chmod 0700 "$LOCAL_STATE"
  if alive && current && answers; then
    return
  fi
  exec 9>"$LOCAL_STATE/cloud.flock"
  flock 9
  if alive && ! current; then
    replace
  fi
  if ! alive; then
    ! answers || unfit "another local cloud uses $endpoint: set LOCAL_PORT to another port"
    start
  fi
  wait_until_ready
}

main "$@"
