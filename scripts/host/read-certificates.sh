#!/usr/bin/env bash
# read-certificates: report the days until the certificate that serves expires, and whether to notify its owner.
#
# Promise: reads only, needs no lock, and disturbs no deployment. It reads the file that serves, not its manifest. The first
# certificate of the chain to expire counts, see certificate_verdict.py. 30, 14 and 3 days before, and then, is news, each once for
# one certificate: see record-notice.
# Prints {"release","mode","protocol","hostname","certificate_not_after","days_left","headline","said","next","news","told"};
# days_left is null where there is no certificate.
#
# Timeout 60
# Uses lock.sh history.sh unit.sh manifest.sh health.sh told.sh
current=$(current_release)
finished "$current" || current=''
serving_mode='' serving_protocol='' serving_certificate_hostname='' unusable='' said=''
[[ -z $current ]] || read_serving "$current" || unusable=$reason
if [[ -z $current ]]; then
  said='nothing is deployed'
elif [[ -n $unusable ]]; then
  said=$unusable
elif [[ $serving_protocol == http ]]; then
  said='the web application serves over http: there is no certificate to look at'
fi
if [[ -n $said ]]; then
  answer="\"certificate_not_after\":\"\",\"days_left\":null,\"headline\":\"\",\"said\":$(json_string "$said"),"
  answer+='"next":"nothing","news":false,"told":""}'
else
  answer=$(host_python check_certificate "$APP/certificates/$serving_certificate_hostname/cert.pem" \
    "$serving_certificate_hostname" "$(told_about check-certificates)" "$WORK")
fi
result "{\"release\":\"$current\",\"mode\":\"$serving_mode\",\"protocol\":\"$serving_protocol\",\"hostname\":\"$serving_certificate_hostname\",${answer#\{}"
