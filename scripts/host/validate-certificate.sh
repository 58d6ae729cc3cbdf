#!/usr/bin/env bash
# validate-certificate: decide about the environment's certificate, and put it on the instance if it is good.
#
# Promise: the decision is made here and nowhere else, see certificate_verdict.py. With protocol https,
# certificates/.versions/<hostname>-<version>/ holds cert.pem (leaf and chain, 0644) and key.pem (0600, ec2-user) of exactly that
# version of the secret; with http, no file of it. What serves is not touched. A certificate that cannot be read is an answer too.
# Only a secret that cannot be fetched is a failure, CertificateUnreadable.
# Changes: certificates/.versions/. Prints {"protocol","problem","warning","not_after"}: protocol is https or http, problem why it
# is http, not_after when the first certificate of the chain expires (empty if none can be read).
#
# Parameter CertificateSecret ^[A-Za-z0-9/_+=.@-]{1,512}$ Name of the secret with cert, key and chain.
# Parameter CertificateVersion ^[A-Za-z0-9-]{0,64}$ Version of the secret; empty when there is none.
# Parameter CertificateHostname ^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$ The host name the certificate is for.
# Timeout 120
# Uses lock.sh answers.sh fence.sh aws.sh isolated.sh tools.sh
require_pattern CertificateHostname "${SSM_CertificateHostname:?}" '^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$'
require_pattern CertificateVersion "${SSM_CertificateVersion-}" '^[A-Za-z0-9-]{0,64}$'

need_user
make_folders
staged=$WORK/certificate
install -d -m 700 "$staged"
if [[ -n ${SSM_CertificateVersion-} ]]; then
  secret_to "$WORK/secret" "${SSM_CertificateSecret:?}" "$SSM_CertificateVersion" CertificateUnreadable
else
  : >"$WORK/secret"
fi
answer=$(host_python validate_certificate "$WORK/secret" "$staged" "$SSM_CertificateHostname")
rm -f "$WORK/secret"
if [[ $answer == '{"protocol": "https",'* ]]; then
  version=$SSM_CertificateHostname-$SSM_CertificateVersion
  fresh=$APP/certificates/.versions/.new-$version
  final=$APP/certificates/.versions/$version
  rm -rf "$fresh"
  install -d -m 755 "$fresh"
  install -m 644 -o "$APP_USER" -g "$APP_USER" "$staged/cert.pem" "$fresh/cert.pem"
  install -m 600 -o "$APP_USER" -g "$APP_USER" "$staged/key.pem" "$fresh/key.pem"
  # A version never changes its content, so one that is whole already may be in use and stays; but only root may put files there.
  if [[ ! -O $final ]] || ! cmp -s "$fresh/cert.pem" "$final/cert.pem" || ! cmp -s "$fresh/key.pem" "$final/key.pem"; then
    rm -rf "$final"
    mv -T "$fresh" "$final"
  fi
  rm -rf "$fresh"
  # Its rights are as promised even if another program has changed them since.
  chown -h "$APP_USER:" "$final/cert.pem" "$final/key.pem"
  chmod 644 "$final/cert.pem"
  chmod 600 "$final/key.pem"
fi
result "$answer"
