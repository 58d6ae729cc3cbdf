#!/usr/bin/env bash
# build: give a release the Python environment its requirements ask for.
#
# Promise: releases/<id>/venv leads to venvs/<hash of requirements and interpreter>, complete. An environment that exists is
# used again, unless a file of it was lost or changed; then it is built anew. It is built beside and put in place in one piece.
# Changes: venvs/, the release's venv link. Prints {"environment_hash","reused","python_version","requirements":N}. Fails as
# RequirementsInvalid (with the line), DependencyFailed (with the requirement) or PythonMissing.
#
# Parameter Release ^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}$ The release to build.
# Parameter VirtualEnvPath ^(/[A-Za-z0-9_][A-Za-z0-9._-]{0,63}){2,9}$ Where the serving environment is to be found.
# Timeout 900
# Uses lock.sh fence.sh python.sh environment.sh index.sh
readonly RELEASE=$RELEASES/${SSM_Release:?}
require_pattern Release "$SSM_Release" '^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}$'
[[ -d $RELEASE ]] || fail ReleaseNotFound "release $SSM_Release is not on this instance"

check_requirements() {
  if ! requirements=$(host_python requirements "$RELEASE/requirements.txt" 2>"$WORK/requirements"); then
    fail RequirementsInvalid "$(last_lines 1 "$WORK/requirements")"
  fi
}

# Isolated: a module of the robot's own, such as signal.py, must not come in front of the library's. The settings of pip are the
# machine's, and there is no cache that one build could leave to the next.
install_requirements() {
  (cd "$RELEASE" && as_user "${index_settings[@]}" PIP_CONFIG_FILE="$PIP_CONF" PIP_DISABLE_PIP_VERSION_CHECK=1 "$1/bin/python" -I \
    -m pip install --no-input --no-color --no-cache-dir --progress-bar off -r requirements.txt)
}

build_environment() {
  local final=$APP/venvs/$hash fresh
  fresh=$APP/venvs/.new-$hash
  rm -rf "$fresh"
  install -d -m 755 -o "$APP_USER" -g "$APP_USER" "$fresh"
  logged as_user "$PYTHON" -m venv "$fresh" ||
    fail DependencyFailed "$PYTHON cannot make a virtual environment: $(tail -n 1 "$WORK/output")"
  use_index_settings
  logged install_requirements "$fresh" || {
    host_python index "$PIP_CONF" "$INDEX_LOGIN" >"$WORK/index"
    fail DependencyFailed "$(host_python pip_failure "$WORK/output" "$RELEASE/requirements.txt" "$WORK/index")"
  }
  forget_index_login
  # An environment knows its own path: in the first line of its programs, in its activate scripts, nowhere else.
  as_user "$fresh/bin/python" -ISc '
import os, sys
fresh, final = (os.fsencode(path) for path in sys.argv[1:])
folder = os.path.join(fresh, b"bin")
for name in os.listdir(folder):
    path = os.path.join(folder, name)
    if os.path.isfile(path) and not os.path.islink(path):
        with open(path, "rb") as file:
            text = file.read()
        if fresh in text:
            with open(path, "wb") as file:
                file.write(text.replace(fresh, final))' "$fresh" "$final"
  # A broken one may still serve: what runs keeps its open files, and finds the same ones again under the same names.
  if [[ -d $final ]]; then
    rm -rf "$APP/venvs/.broken-$hash"
    mv -T "$final" "$APP/venvs/.broken-$hash"
  fi
  mv -T "$fresh" "$final"
  rm -rf "$APP/venvs/.broken-$hash"
  local seal
  seal=$(environment_seal "$final")
  write_file "$final/.complete" <<<"$seal"
}

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
result "{\"environment_hash\":\"$hash\",\"reused\":$reused,\"python_version\":\"$PYTHON_FULL\",\"requirements\":$requirements}"
