#!/usr/bin/env bash
# check-health: wait until the services of a release are well, then watch that they stay so.
#
# Promise: healthy means that every enabled unit runs in this release's folder and has not ended once since it was started, that
# the web application answered 200 on its health path three times in a row, over the configured protocol, name and
# certificate, that a robot with a heartbeat has given one, and that all this stayed true for BakeSeconds. A unit that ends decides
# at once; one that answers anything else has 20 s, one that stays silent 60 s, or as long as its heartbeat may take, up to 120 s.
# Changes: nothing. Prints {"healthy":true,"probes","seconds"} or {"healthy":false,"unit","reason","evidence","bundle"}.
#
# Parameter Release ^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}$ The release that is to be healthy.
# Parameter Services ^\[.*\]$ JSON array of the services as the request schema has them.
# Parameter Port ^[0-9]{1,5}$ The web application's port.
# Parameter HealthPath ^/[A-Za-z0-9._~/?=&%-]{0,200}$ What answers 200 when the web application is well.
# Parameter Protocol ^(https|http)$ What the web application speaks.
# Parameter CertificateHostname ^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$ The name it is asked under.
# Parameter BakeSeconds ^([0-9]{1,2}|[12][0-9]{2}|300)$ How long it has to stay well.
# Timeout 480
# Uses lock.sh answers.sh fence.sh history.sh unit.sh health.sh crashes.sh
readonly ID=${SSM_Release:?} PATIENCE=20 STREAK=3
require_pattern BakeSeconds "${SSM_BakeSeconds:?}" '^([0-9]{1,2}|[12][0-9]{2}|300)$'
read_services "${SSM_Services:?}"
WINDOW=${DEPLOYER_HEALTH_SECONDS:-60}
for silence in "${health_silence[@]}"; do
  if ((silence > WINDOW && silence <= LONGEST_FIRST_BEAT)); then WINDOW=$silence; fi
done

# Milliseconds that only ever rise.
now() {
  local up _
  read -r up _ </proc/uptime
  printf '%s' "$((10#${up/./} * 10))"
}

# Waits without starting a process: nothing ever writes here.
exec {quiet}<> <(:)
pause() { read -r -t "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))" -u "$quiet" _ || true; }

# One look at everything. Fails with culprit, reason and hopeless set.
look() {
  local unit
  for unit in "${health_units[@]}"; do
    culprit=$unit
    { unit_is_well "$unit" "$ID" && has_begun "$unit"; } || return 1
  done
  [[ -n $health_web ]] || return 0
  culprit=$health_web hopeless=''
  probes=$((probes + 1))
  web_answers "$health_web" "${SSM_Port:?}" "${SSM_HealthPath:?}" "${SSM_Protocol:?}" "${SSM_CertificateHostname:?}"
}

unhealthy() {
  local bundle waited
  # The crash bundle is written before the unit has quite ended.
  for ((waited = 0; waited < 25; waited++)); do
    unit_state "$culprit"
    [[ $unit_ActiveState == deactivating ]] || break
    pause 200
  done
  bundle=$(newest_crash "$started_at" "$culprit")
  result "$(printf '{"healthy":false,"unit":%s,"reason":%s,"evidence":%s,"bundle":"%s"}' "$(json_string "$culprit")" "$(json_string "$(redacted <<<"$reason")")" \
    "$(json_string "$(evidence "$culprit" "$started_at")")" "$bundle")"
  exit 0
}

begun=$(now) started_at=$(date +%s) probes=0 streak=0 wait=100 answers_since='' reason='' culprit='' hopeless=''
# Arming comes right before the first start.
if [[ -f $DEPLOYER/armed ]]; then started_at=$(stat -c %Y "$DEPLOYER/armed"); fi
while ((streak < STREAK)); do
  if look; then
    streak=$((streak + 1)) wait=100
    ((streak == STREAK)) || pause 100
  else
    [[ -z $hopeless ]] || unhealthy
    # What answers has started: it is not going to become another program.
    if [[ $reason != answered* ]]; then answers_since=''; else answers_since=${answers_since:-$(now)}; fi
    [[ -z $answers_since ]] || (($(now) - answers_since < PATIENCE * 1000)) || unhealthy
    (($(now) - begun < WINDOW * 1000)) || unhealthy
    streak=0
    pause "$wait"
    wait=$((wait * 3 / 2 < 1000 ? wait * 3 / 2 : 1000))
  fi
done
baked=$(now)
failures=0
while (($(now) - baked < SSM_BakeSeconds * 1000)); do
  pause 500
  if look; then
    failures=0
  else
    failures=$((failures + 1))
    # One slow answer is no verdict on a process that runs; a process that ended is.
    if [[ -n $hopeless ]] || ((failures >= 3)); then unhealthy; fi
  fi
done
while ((failures > 0)); do
  if look; then failures=0; else
    failures=$((failures + 1))
    if [[ -n $hopeless ]] || ((failures >= 3)); then unhealthy; fi
    pause 500
  fi
done
elapsed=$(($(now) - begun))
result "{\"healthy\":true,\"probes\":$probes,\"seconds\":$((elapsed / 1000)).$((elapsed % 1000 / 100))}"
