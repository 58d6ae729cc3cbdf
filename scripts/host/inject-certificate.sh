#!/usr/bin/env bash
# inject-certificate: give the release that serves another version of its certificate, and change nothing else of it.
#
# Promise: afterwards the release's links lead to this version and its manifest names it; .env, units and environment are what
# they were. What the release had is kept until this is confirmed. Processes go on with the old certificate until activate-release.
# A release that serves over HTTP, or under another host name, is for a deployment to change: InvalidParameter.
# Changes: $DEPLOYER/releases/<id>, release.json. Prints {"release","certificate_version","not_after"}.
#
# Parameter Release ^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}$ The release that serves.
# Parameter CertificateHostname ^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$ The host name served.
# Parameter CertificateVersion ^[A-Za-z0-9-]{0,64}$ Version of the certificate, which is on the instance already.
# Parameter CertificateNotAfter ^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z)?$ When it ends.
# Timeout 60
# Uses lock.sh answers.sh fence.sh history.sh former-state.sh manifest.sh
readonly ID=${SSM_Release:?} NAME=${SSM_CertificateHostname:?} VERSION=${SSM_CertificateVersion:?}
readonly STATE=$DEPLOYER/releases/$ID CERTIFICATE=$APP/certificates/.versions/$NAME-$VERSION
require_pattern Release "$ID" '^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}$'
require_pattern CertificateHostname "$NAME" '^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$'
finished "$ID" || fail ReleaseNotFound "release $ID is not finished on this instance"
[[ -s $CERTIFICATE/cert.pem && -s $CERTIFICATE/key.pem ]] ||
  fail CertificateUnreadable "version '$VERSION' of the certificate for $NAME is not on this instance"
grep -q "^certificates/$NAME " "$STATE/links" ||
  fail InvalidParameter "release $ID does not serve https as $NAME; a deployment puts the certificate into service"

manifest=$(host_python other_certificate "$APP" "$ID" "$VERSION" "${SSM_CertificateNotAfter-}" "$SSM_Owner" 2>"$WORK/manifest") ||
  fail ReleaseNotFound "$(unusable_because)"
save_former_state "$ID"
sed "s|^certificates/$NAME .*|certificates/$NAME .versions/$NAME-$VERSION|" "$STATE/links" | write_file "$STATE/links"
file_digests "$CERTIFICATE"/{cert,key}.pem | write_file "$STATE/certificate.sha256" 600
write_file "$STATE/release.json" <<<"$manifest"
write_file "$RELEASES/$ID/release.json" 644 <"$STATE/release.json"
record certificate "$ID" '' "$(revision_of "$ID")" "version $VERSION"
result "{\"release\":\"$ID\",\"certificate_version\":\"$VERSION\",\"not_after\":\"${SSM_CertificateNotAfter-}\"}"
