# build.sh: the part of deploy-release that gives a release the Python environment its requirements ask for.
#
# Promise: releases/<id>/venv leads to venvs/<hash of requirements and interpreter>, complete. An environment that exists is
# used again, unless a file of it was lost or changed; then it is built again: beside the old one, and put in place in one piece.
# pip and all it runs are crypto-robot-build's, without a login of ours and with one writable folder; the result is judged when
# none of these processes is left, and is read-only for the application.
# Changes: venvs/, the release's venv link. Prints {"environment_hash","reused","requirements":N,"warnings":[…]}. Fails as
# RequirementsInvalid (with the line), DependencyFailed (with the requirement) or PythonMissing.
#
# Parameter VirtualEnvPath ^(/[A-Za-z0-9_][A-Za-z0-9._-]{0,63}){2,9}$ Where the serving environment is to be found.

check_requirements() {
  if ! requirements=$(host_python requirements "$RELEASE/requirements.txt" 2>"$WORK/requirements"); then
    fail RequirementsInvalid "$(last_lines 1 "$WORK/requirements")"
  fi
}

build_environment() {
  local final=$APP/venvs/$hash fresh code=0
  fresh=$APP/venvs/.new-$hash
  rm -rf "$fresh"
  install -d -m 755 -o "$BUILD_USER" -g "$BUILD_USER" "$fresh"
  use_index_settings
  # In the unit it lies where it is going to serve.
  logged isolated "$BUILD_USER" pip "BindPaths=$fresh:$final" "BindReadOnlyPaths=$RELEASE" \
    "InaccessiblePaths=-$RELEASE/.env -$RELEASE/.deployer-env-base" "${index_settings[@]}" \
    -- python3 -IS "$PROGRAM" --module build_environment "$PYTHON" "$final" "$RELEASE" || code=$?
  forget_index_login
  ((code != 3)) || fail DependencyFailed "$PYTHON cannot make a virtual environment: $(tail -n 1 "$WORK/output")"
  ((code == 0)) || {
    host_python index "$PIP_CONF" "$INDEX_LOGIN" >"$WORK/index"
    fail DependencyFailed "$(host_python pip_failure "$WORK/output" "$RELEASE/requirements.txt" "$WORK/index")"
  }
  accept_result DependencyFailed "$fresh" "$BUILD_USER"
  # A broken one may still serve: what runs keeps its open files, and finds the same ones again under the same names.
  if [[ -d $final ]]; then
    rm -rf "$APP/venvs/.broken-$hash"
    mv -T "$final" "$APP/venvs/.broken-$hash"
  fi
  mv -T "$fresh" "$final"
  rm -rf "$APP/venvs/.broken-$hash"
  local seal
  seal=$(environment_seal "$final" 2>"$WORK/seal") ||
    fail DependencyFailed "the environment has no interpreter that exists outside it: $(last_lines 1 "$WORK/seal")"
  write_file "$final/.complete" <<<"$seal"
}

# build_release RELEASE
build_release() {
  readonly RELEASE=$RELEASES/$1
  [[ $1 =~ ^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}$ && -d $RELEASE ]] || fail ReleaseNotFound "release '$1' is not on this instance"
  check_requirements
  find_python || fail PythonMissing "Python ${SSM_PythonVersion:-3} is not on this instance"
  hash=$(environment_hash "$RELEASE/requirements.txt")
  reused=true
  if ! environment_is_sound "$hash"; then
    reused=false
    [[ ! -d $APP/venvs/$hash ]] || log "environment $hash is not what pip left: building it again"
    build_environment
  fi
  publish_link "../../venvs/$hash" "$RELEASE/venv"
  part_answer="{\"environment_hash\":\"$hash\",\"reused\":$reused,\"requirements\":$requirements,\"warnings\":$(host_python requirements "$RELEASE/requirements.txt" warnings)}"
}
