# inspect.sh: compares what is requested with what this instance serves; it only reads.
#
# For deploy and plan the wanted commit is looked up at the repository and compared, with everything a release is made of, to what
# serves: "nothing to do" means the same commit and its files, requirements, interpreter, environment, base .env, units, services,
# keys and certificate, and healthy now. For the other operations it names the release they mean and the settings recorded for it,
# or fails as ReleaseNotFound; to roll back to what serves and is healthy is nothing to do, and so is to rotate to the certificate
# that serves. "built" is true when that release is on the instance with a sound environment.
#
# Parameter Operation ^[a-z-]{1,20}$ The operation asked for.
# Parameter Release ^([0-9]{8}T[0-9]{6}Z-[0-9a-f]{7})?$ The release to roll back to; empty for the good one before.
# Parameter Services ^\[.*\]$ JSON array of the services as the request schema has them.
# Parameter Port ^[0-9]{1,5}$ The web application's port.
# Parameter HealthPath ^/[A-Za-z0-9._~/?=&%-]{0,200}$ What answers 200 when the web application is well.
# Parameter PersistentPaths ^\[.*\]$ JSON array of the paths that outlive a release.
# Parameter KeysVersion ^[A-Za-z0-9-]{0,64}$ Version of the keys' secret now; empty when there is none.
# Parameter CertificateVersion ^[A-Za-z0-9-]{0,64}$ Version of the certificate's secret now; empty when there is none.
# Parameter CertificateHostname ^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$ The host name wanted.
# Parameter Protocol ^(https|https-or-http|http)$ The protocol wanted.
# Parameter Simulate ^(true|false)$ Whether no keys are wanted, whatever the secret holds.
# Parameter VirtualEnvPath ^(/[A-Za-z0-9_][A-Za-z0-9._-]{0,63}){2,9}$ Where the serving environment is to be found.

# Whether what serves is well, at one look.
healthy_now() {
  local unit
  read_serving "$current" || { log "$reason"; return 1; }
  for unit in "${health_units[@]}"; do unit_serves "$unit" "$current" || return 1; done
  [[ -z $health_web ]] || web_serves
}

# What a deployment would have to build again for the release that serves.
observe() {
  local environment
  [[ -n $current ]] || return 0
  if find_python; then
    environment=$(environment_hash "$RELEASES/$current/requirements.txt")
    ! environment_is_sound "$environment" || sound=$environment
  fi
  changed_files "$current" >"$WORK/changed-files"
}

# Whether the release that an operation means needs no build.
is_built() {
  local environment
  environment=$(readlink "$RELEASES/$1/venv" 2>/dev/null) || return 1
  environment=${environment##*/}
  [[ $environment =~ ^[A-Za-z0-9-]{1,64}$ ]] && environment_is_sound "$environment"
}

# Sets inspection to {"nothing_to_do","differences","revision","release","serving","healthy","releases","settings","built"}.
inspect_host() {
  current=$(current_release)
  finished "$current" || current=''
  case ${SSM_Operation:?} in
    deploy | plan)
      check_repository_settings
      revision=${SSM_Revision-}
      if [[ -z $revision ]] && command -v git >/dev/null && has_fetch_user; then
        use_repository_secret
        revision=$(remote_revision)
      fi
      ;;
    *) revision='' ;;
  esac
  healthy=false sound='' PYTHON='' PYTHON_FULL=''
  : >"$WORK/changed-files"
  if [[ -n $current ]] && healthy_now; then healthy=true; fi
  case $SSM_Operation in deploy | plan) observe ;; esac
  armed=''
  [[ ! -f $DEPLOYER/armed && ! -f $DEPLOYER/firing ]] || armed=yes
  inspection=$(host_python inspect "$APP" "$current" "$revision" "$healthy" "$sound" "$PYTHON_FULL" "$UNITS_DIGEST" "$UNIT_FOLDER" "$armed" "$WORK/changed-files" \
    2>"$WORK/inspect-error") || {
    code=$?
    ((code == 63)) && fail ReleaseNotFound "$(last_lines 1 "$WORK/inspect-error")"
    fail StepFailed "$(last_lines 1 "$WORK/inspect-error")"
  }
  built=false
  if [[ $inspection =~ \"release\":\ \"([0-9A-Za-z-]{1,40})\",\ \"serving\" ]] && is_built "${BASH_REMATCH[1]}"; then built=true; fi
  inspection="${inspection%\}}, \"built\": $built}"
}
