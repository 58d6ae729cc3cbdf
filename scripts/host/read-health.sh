#!/usr/bin/env bash
# read-health: say whether what serves is well, and whether that is news.
#
# Promise: reads only, needs no lock, and disturbs no deployment. Once a deployment has begun to activate a release, its own
# health check judges and this says "deploying"; a lock whose owner has done nothing for a while hides nothing. One slow answer
# is no verdict, and what has just been started gets a minute. News is a change from what was told last, see record-notice; who has told
# it says so there, so a notice that is lost is news again.
# Prints {"release","mode","protocol","health","headline","said","next","news","told","crash","units","certificate_not_after"}; health is
# healthy, unhealthy, deploying, or unknown when nothing is deployed.
#
# Timeout 120
# Uses lock.sh history.sh unit.sh manifest.sh health.sh told.sh under-way.sh crashes.sh
readonly PATIENCE=60

# One look at everything. Fails with culprit, reason and hopeless set.
look() {
  local unit
  for unit in "${health_units[@]}"; do
    culprit=$unit
    unit_serves "$unit" "$current" || return 1
  done
  [[ -n $health_web ]] || return 0
  culprit=$health_web hopeless=''
  web_serves
}

# Whether a verdict must wait: the machine or the program has only just started.
is_starting() {
  [[ $(systemctl is-system-running 2>/dev/null) != starting ]] || return 0
  [[ -z $hopeless ]] && unit_state "$culprit" && ((unit_NRestarts == 0)) && (($(unit_age) < PATIENCE))
}

judge() {
  local looks=0 begun=$SECONDS
  health=unhealthy
  until look; do
    looks=$((looks + 1))
    if is_starting && ((SECONDS - begun < PATIENCE)); then :; elif [[ -n $hopeless ]] || ((looks >= 3)); then return 0; fi
    is_under_way || sleep 2
    ! is_under_way || return 0
  done
  health=healthy culprit='' reason=''
}

current=$(current_release)
finished "$current" || current=''
health=unknown culprit='' reason='' hopeless='' states=''
if [[ -n $current ]]; then
  if ! read_serving "$current"; then health=unhealthy; elif ! is_under_way; then judge; fi
  # A deployment may have begun to change things under the look.
  ! is_under_way || health=deploying
  for unit in "${health_units[@]}"; do
    unit_state "$unit"
    states+="\"$unit\":\"$unit_ActiveState\","
  done
fi
read -r was known _ <<<"$(told_about check-health) "
crash=''
[[ -z $current ]] || crash=$(newest_crash 0 '' "$current")
headline='' said='' next='nothing' news=false told=''
case $health in
  unhealthy)
    since=$(($(date +%s) - 900))
    proof=$(evidence "$culprit" "$since")
    bundle=$(newest_crash "$since" "$culprit")
    said=$(redacted <<<"$culprit: $reason${proof:+: $proof}${bundle:+ (crash bundle $bundle)}") headline='unhealthy' told=unhealthy
    next='operate crash-report and operate logs say more; operate restart or operate rollback'
    [[ $was == unhealthy ]] || news=true
    ;;
  healthy)
    said='everything is well' headline='healthy again' told=healthy
    if [[ $was == unhealthy ]]; then
      news=true
    elif [[ -n $crash && $crash > $known ]]; then
      # It came back by itself between two readings: nobody would know.
      news=true headline='restarted after a crash'
      said="everything is well again after a crash, bundle $crash: $(crash_says "$crash")"
      next='operate crash-report says more'
    fi
    ;;
  deploying) said="a release is being put into service${lock_owner:+ by $lock_owner}" ;;
  unknown) said='nothing is deployed' ;;
esac
[[ -z $told || -z $crash ]] || told+=" $crash"
result "$(printf '{"release":"%s","mode":"%s","protocol":"%s","health":"%s","headline":"%s","said":%s,"next":"%s","news":%s,' \
  "$current" "${serving_mode-}" "${serving_protocol-}" "$health" "$headline" "$(json_string "${said:0:1500}")" "$next" "$news"
  printf '"told":"%s","crash":"%s","units":{%s},"certificate_not_after":"%s"}' "$told" "$crash" "${states%,}" "${serving_certificate_not_after-}")"
