#!/usr/bin/env bash
# inject-keys: give a release its keys, certificate paths and units, and so finish it.
#
# Promise: the release's .env is the repository's (after a migration what the containers had), byte for byte, but for the lines the deployer owns: ROBOT_MODE, in live mode
# BINANCE_API_KEY and BINANCE_SECRET_KEY (in simulation neither), over HTTPS SSL_CERT_PATH and SSL_KEY_PATH (over HTTP neither).
# It is 0600 and ec2-user's. The keys go from the secret service to the file through a pipe. release.json is written last.
# A release that served before is given its new keys in place; what it had is kept until it is confirmed.
# Changes: .env, $DEPLOYER/releases/<id>, release.json. What serves is touched only if it is this very release, and its
# processes not at all. The keys are judged here and nowhere else, see keys.py: without good ones the release gets none, or the step
# fails as KeysRefused where the request says so. A secret service that fails or refuses is KeysUnreadable, never a simulation.
# Prints {"mode","reason","protocol","keys_version"}.
#
# Parameter Release ^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}$ The release to finish.
# Parameter KeysSecret ^[A-Za-z0-9/_+=.@-]{1,512}$ Name of the secret with the keys.
# Parameter KeysVersion ^[A-Za-z0-9-]{0,64}$ Version of the secret; empty when there is none.
# Parameter CertificateHostname ^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$ The host name served.
# Parameter CertificateVersion ^[A-Za-z0-9-]{0,64}$ Version of the certificate; empty when there is none.
# Parameter CertificateNotAfter ^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z)?$ When the certificate ends; empty without one.
# Parameter Protocol ^(https|http)$ What the application is to speak.
# Parameter RequestedProtocol ^(https|https-or-http|http)$ What was requested; recorded for later operations on the release.
# Parameter Simulate ^(true|false)$ Whether the release gets no keys, whatever the secret holds; recorded.
# Parameter WhenKeysInvalid ^(simulate|refuse)$ Whether a release without good keys is a simulation or refused; recorded.
# Parameter KeepReleases ^[1-9][0-9]{0,2}$ How many good releases are kept; recorded.
# Parameter BakeSeconds ^([0-9]{1,2}|[12][0-9]{2}|300)$ How long a release must stay healthy before it is confirmed; recorded.
# Parameter VirtualEnvPath ^(/[A-Za-z0-9_][A-Za-z0-9._-]{0,63}){2,9}$ Where the serving environment is to be found.
# Parameter Services ^\[.*\]$ JSON array of the services as the request schema has them.
# Parameter Port ^[0-9]{1,5}$ The web application's port.
# Parameter HealthPath ^/[A-Za-z0-9._~/?=&%-]{0,200}$ What answers 200 when the web application is well.
# Parameter PersistentPaths ^\[.*\]$ JSON array of the paths that outlive a release.
# Parameter RepositoryUrl ^[A-Za-z0-9@:._~/+-]{1,400}$ The repository the release came from.
# Parameter Branch ^[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}$ The branch the release came from.
# Parameter Containers ^(keep|replace)$ Whether the containers of a migration go on, or this takes over from them.
# Timeout 120
# Uses lock.sh answers.sh fence.sh history.sh aws.sh python.sh former-state.sh containers.sh manifest.sh
readonly ID=${SSM_Release:?}
UNITS_DIGEST=$(host_python program)
readonly UNITS_DIGEST
readonly RELEASE=$RELEASES/$ID
require_pattern Release "$ID" '^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}$'
require_pattern CertificateHostname "${SSM_CertificateHostname:?}" '^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$'
[[ -d $RELEASE && -L $RELEASE/venv ]] || fail ReleaseNotFound "release $ID is not built on this instance"
[[ $SSM_VirtualEnvPath == "$APP"/* && $SSM_VirtualEnvPath != "$APP/"*/* ]] ||
  fail InvalidParameter "VirtualEnvPath is $SSM_VirtualEnvPath; it must lie directly in $APP"
case ${SSM_VirtualEnvPath##*/} in
  current | releases | venvs | shared | certificates | mirror | before-migration | .*)
    fail InvalidParameter "VirtualEnvPath $SSM_VirtualEnvPath is taken by the deployer" ;;
esac

# Sets SSM_Mode, as release_json.py records it, and reason. Leaves the secret's text in $WORK/keys for a live release only.
judge_keys() {
  local code=3
  export SSM_Mode=simulation
  : >"$WORK/keys"
  if [[ ${SSM_Simulate:?} == true ]]; then
    reason='no keys given: the request requires a simulation'
    return 0
  fi
  if [[ -z ${SSM_KeysVersion-} ]]; then
    reason="there is no secret ${SSM_KeysSecret:?}"
  elif ! existing_secret_to "$WORK/keys" "${SSM_KeysSecret:?}" "$SSM_KeysVersion" KeysUnreadable; then
    reason=$missing_secret
  else
    if reason=$(host_python keys <"$WORK/keys"); then code=0; else code=$?; fi
  fi
  case $code in
    0)
      SSM_Mode=live reason='keys given'
      return 0
      ;;
    3) ;;
    *) fail StepFailed "keys.py ended with status $code" ;;
  esac
  : >"$WORK/keys"
  [[ ${SSM_WhenKeysInvalid:?} != refuse ]] || fail KeysRefused "$reason"
  reason="no keys given: $reason"
}

write_env() {
  local base=$RELEASE/.deployer-env-base folder=$APP/certificates/$SSM_CertificateHostname
  if [[ ! -f $base ]]; then
    [[ ! -L $RELEASE/.env && (! -e $RELEASE/.env || -f $RELEASE/.env) ]] ||
      fail StepFailed '.env in the repository is not a plain file'
    if [[ -f $DEPLOYER/env-base ]]; then cat "$DEPLOYER/env-base"; elif [[ -f $RELEASE/.env ]]; then as_user cat "$RELEASE/.env"; fi |
      write_file "$base" 600 "$APP_USER"
  fi
  local arguments=("$base" "$RELEASE/.env" "$SSM_Mode")
  [[ $SSM_Protocol == http ]] || arguments+=("$folder/cert.pem" "$folder/key.pem")
  local code=0
  host_python env_file "${arguments[@]}" <"$WORK/keys" 2>"$WORK/env-error" || code=$?
  ((code != 2)) || fail StepFailed "$(last_lines 1 "$WORK/env-error")"
  ((code == 0)) || fail KeysUnreadable "secret ${SSM_KeysSecret-}: $(last_lines 1 "$WORK/env-error")"
  rm -f "$WORK/keys"
}

# Everything root will do to serve this release, see serve.py.
write_state() {
  local state=$DEPLOYER/releases/.new-$ID file
  install -d -m 700 "$DEPLOYER/releases"
  rm -rf "$state"
  install -d "$state/units" "$WORK/templates"
  for file in crypto-robot.service crypto-webapp.service; do program_file "$file" >"$WORK/templates/$file"; done
  environment=$(readlink "$RELEASE/venv")
  environment=${environment##*/}
  # The link is in a folder of another user's, and the name becomes part of units.
  [[ $environment =~ ^[A-Za-z0-9-]{1,64}$ ]] || fail ReleaseNotFound "the venv of release $ID leads to no environment"
  host_python units "$APP" "$APP/venvs/$environment" "$WORK/templates" "$state/units" 2>"$WORK/units-error" ||
    fail InvalidParameter "$(last_lines 1 "$WORK/units-error")"
  {
    printf '%s %s\n' "${SSM_VirtualEnvPath#"$APP/"}" "venvs/$environment"
    [[ $SSM_Protocol == http ]] ||
      printf 'certificates/%s .versions/%s-%s\n' "$SSM_CertificateHostname" "$SSM_CertificateHostname" "$SSM_CertificateVersion"
  } >"$state/links"
  # What drift is seen by; never the content.
  file_digests "$RELEASE/.env" | write_file "$state/env.sha256" 600
  [[ $SSM_Protocol == http ]] || file_digests "$CERTIFICATE"/{cert,key}.pem | write_file "$state/certificate.sha256" 600
  host_python release_json "$APP" "$ID" "$state" "$environment" "$PYTHON" "$PYTHON_FULL" "$UNITS_DIGEST" \
    2>"$WORK/manifest" >"$state/release.json" || fail StepFailed "$(unusable_because)"
  # Half a state under the final name is replaced by the next attempt: nothing serves it before release.json is there.
  rm -rf "${DEPLOYER:?}/releases/$ID"
  mv -T "$state" "$DEPLOYER/releases/$ID"
}

readonly CERTIFICATE=$APP/certificates/.versions/$SSM_CertificateHostname-$SSM_CertificateVersion
if [[ $SSM_Protocol == https ]]; then
  [[ -s $CERTIFICATE/key.pem ]] ||
    fail CertificateUnreadable "version '$SSM_CertificateVersion' of the certificate for $SSM_CertificateHostname is not on this instance"
fi
find_python || fail PythonMissing "Python ${SSM_PythonVersion:-3} is not on this instance"
judge_keys
host_python persistent_paths check "$APP" "$RELEASE" "${SSM_PersistentPaths:?}" 2>"$WORK/paths" ||
  fail HostUnfit "PersistentPaths: $(last_lines 1 "$WORK/paths")"
check_containers "$SSM_Mode" "${SSM_Containers:?}"
save_former_state "$ID"
write_env
write_state
# Root goes by the copy in its own folder. That the release is finished is what this one says.
write_file "$RELEASE/release.json" 644 <"$DEPLOYER/releases/$ID/release.json"
record keys "$ID" '' "$(revision_of "$ID")" "$SSM_Mode, version ${SSM_KeysVersion:-none}"
result "{\"mode\":\"$SSM_Mode\",\"reason\":$(json_string "$reason"),\"protocol\":\"$SSM_Protocol\",\"keys_version\":\"${SSM_KeysVersion-}\"}"
