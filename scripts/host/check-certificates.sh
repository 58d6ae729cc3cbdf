#!/usr/bin/env bash
# check-certificates: say how long the certificate that serves is still good, and whether that has to be told.
#
# Promise: reads only, needs no lock, and disturbs no deployment. The file that serves is read, not what was written about it.
# 30, 14 and 3 days before its end, and at its end, is news, each once for one certificate: see told.
# Prints {"release","mode","protocol","hostname","certificate_not_after","days_left","headline","said","next","news","told"};
# days_left is null where there is no certificate.
#
# Timeout 60
# Uses lock.sh history.sh unit.sh manifest.sh health.sh told.sh
readonly RENEW='store the renewed certificate with operate certificate, then operate rotate-certificate'

# Sets not_after, days_left and fingerprint of what serves; fails when openssl cannot read it.
read_certificate() {
  local text end left
  text=$(openssl x509 -noout -enddate -fingerprint -sha256 -in "$APP/certificates/$serving_certificate_hostname/cert.pem" 2>"$WORK/openssl") || return 1
  end=$(sed -n 's/^notAfter=//p' <<<"$text")
  fingerprint=$(sed -n 's/^.*ingerprint=//p' <<<"$text" | tr -d ':' | cut -c 1-16)
  not_after=$(date -u -d "$end" +%FT%TZ)
  left=$(($(date -d "$end" +%s) - $(date +%s)))
  # Whole days; what has ended has -1 or less.
  days_left=$((left >= 0 ? left / 86400 : -1 - (-left - 1) / 86400))
}

# The nearest of the days at which something is said, or nothing.
mark_of() {
  local mark
  for mark in -1 3 14 30; do
    if (($1 <= mark)); then
      printf '%s' "$mark"
      return 0
    fi
  done
}

current=$(current_release)
finished "$current" || current=''
serving_mode='' serving_protocol='' serving_certificate_hostname=''
not_after='' days_left=null fingerprint='' headline='' said='nothing is deployed' next=nothing news=false told=''
unusable=''
[[ -z $current ]] || read_serving "$current" || unusable=$reason
was=$(told_about check-certificates)
if [[ -n $unusable ]]; then
  said=$unusable
elif [[ $serving_protocol == http ]]; then
  said='the web application serves over http: there is no certificate to look at'
elif [[ -n $current ]] && ! read_certificate; then
  said="the certificate for $serving_certificate_hostname cannot be read: $(head -n 1 "$WORK/openssl" | cut -c 1-200)"
  headline='certificate unreadable' next=$RENEW told=unreadable
  [[ $was == unreadable ]] || news=true
elif [[ -n $current ]]; then
  if ((days_left < 0)); then
    said="the certificate for $serving_certificate_hostname expired at $not_after" headline='certificate expired'
  else
    said="the certificate for $serving_certificate_hostname ends in $days_left days, at $not_after"
    headline="certificate ends in $days_left days"
  fi
  mark=$(mark_of "$days_left")
  if [[ -n $mark ]]; then
    next=$RENEW told="$fingerprint $mark"
    [[ ${was% *} == "$fingerprint" ]] && [[ ${was##* } =~ ^-?[0-9]{1,2}$ ]] && ((${was##* } <= mark)) || news=true
  fi
fi
result "$(printf '{"release":"%s","mode":"%s","protocol":"%s","hostname":"%s","certificate_not_after":"%s","days_left":%s,' \
  "$current" "$serving_mode" "$serving_protocol" "$serving_certificate_hostname" "$not_after" "$days_left"
  printf '"headline":"%s","said":%s,"next":"%s","news":%s,"told":"%s"}' "$headline" "$(json_string "$said")" "$next" "$news" "$told")"
