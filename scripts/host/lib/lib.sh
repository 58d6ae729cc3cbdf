#!/usr/bin/env bash
# lib.sh: what every step stands on: its places, how it speaks and how it fails.
#
# A step prints one line of JSON, its result, as the last line of stdout; everything else goes to stderr and to
# <application>/log/<step>.log. A failure ends with the exit code of its name (see fail) and the line
# {"failure":"<Name>","message":"<what happened, evidence, what to do>"}. Whatever a step does not foresee is a StepFailed
# which names the command and its line. Exit code 194 never leaves a step: the agent would reboot the machine.
#
# Uses redact.sh
# Parameter ApplicationPath ^(/[A-Za-z0-9_][A-Za-z0-9._-]{0,63}){2,8}$ The folder everything of this application lives in.
set -Eeuo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 LC_ALL=C.UTF-8
umask 022
# A caller that went away must not end a step half way: writing to it fails quietly instead.
trap '' PIPE

# An agent older than 3.3.2746.0 does not know ENV_VAR parameters and leaves them unset.
if [[ -z ${SSM_ApplicationPath-} ]]; then
  echo '{"failure":"HostUnfit","message":"the agent passed no parameters: it is older than 3.3.2746.0; update amazon-ssm-agent"}'
  exit 21
fi
readonly APP=$SSM_ApplicationPath
readonly RELEASES=$APP/releases DEPLOYER=$APP/.deployer HISTORY=$APP/history.jsonl
readonly APP_USER=ec2-user
# systemd makes and removes the private folder of a step; a step without a unit makes its own.
if [[ -n ${RUNTIME_DIRECTORY-} ]]; then
  WORK=$RUNTIME_DIRECTORY
else
  WORK=$(mktemp -d /run/crypto-robot-XXXXXXXX)
  OWN_WORK=1
fi
readonly WORK
# What a command prints to stderr unasked is kept until the step ends: it leaves the host redacted. Only log writes past that.
exec {RESULT_FD}>&1 {ERRORS_FD}>&2 2>"$WORK/errors"
print_errors() {
  exec 2>&"$ERRORS_FD"
  [[ ! -s $WORK/errors ]] || redacted <"$WORK/errors" >&2 || true
}

# Quotes a text as a JSON string without starting a process.
json_string() {
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\n'/\\n}
  text=${text//$'\t'/\\t}
  text=${text//[$'\001'-$'\037']/ }
  printf '"%s"' "$text"
}

# The step's log is for root and the application's user. It is put aside each day, or at 1 MB, and removed after 30 days.
open_log() {
  local file=$APP/log/$STEP.log size changed today
  log_is_open=1
  [[ -d $APP/log && ! -L $file ]] || return 0
  printf -v today '%(%F)T' -1
  # A failure in here is not the step's: nothing is asked of a file that is not there.
  if [[ -f $file ]] && read -r size changed _ < <(stat -c '%s %y' "$file" || true) &&
    { ((size > 1000000)) || [[ $changed != "$today" ]]; }; then
    mv -T "$file" "$file.$changed-$(date -u +%H%M%S)" || true
    find "$APP/log" -maxdepth 1 -type f -mtime +30 -delete || true
  fi
  [[ -f $file ]] || install -m 640 -g "$APP_USER" /dev/null "$file" || install -m 640 /dev/null "$file" || true
} 2>/dev/null

log() {
  local line
  printf -v line '%(%FT%TZ)T %s: %s' -1 "$STEP" "$*"
  printf '%s\n' "$line" >&"$ERRORS_FD" || true
  to_log <<<"$line"
}

# Appends stdin to the step's log. Whoever logs the words of others passes them through redacted first.
to_log() {
  [[ -n ${log_is_open-} ]] || open_log
  { cat >>"$APP/log/$STEP.log"; } 2>/dev/null || true
}

# fail NAME MESSAGE: ends the step. Works from subshells and pipelines too: the first failure recorded is the one told. Its message
# is redacted as a whole, whatever it was put together from.
fail() {
  local code message
  trap - ERR
  case $1 in
    StepFailed) code=1 ;;
    InvalidParameter) code=10 ;;
    LockLost) code=20 ;;
    HostUnfit) code=21 ;;
    BranchMissing) code=30 ;;
    HostKeyUnknown) code=31 ;;
    LoginRefused) code=32 ;;
    NameUnresolvable) code=33 ;;
    RepositoryUnreachable) code=34 ;;
    RepositoryMissing) code=35 ;;
    RepositoryIncomplete) code=36 ;;
    RequirementsInvalid) code=40 ;;
    DependencyFailed) code=41 ;;
    PythonMissing) code=42 ;;
    KeysUnreadable) code=50 ;;
    CertificateUnreadable) code=51 ;;
    ActivationFailed) code=60 ;;
    DeadManFired) code=61 ;;
    RollBackFailed) code=62 ;;
    ReleaseNotFound) code=63 ;;
    *) code=1 ;;
  esac
  if [[ ! -s $WORK/failure ]]; then
    message=$(redacted <<<"$2") || message='the reason is withheld: python3, which redacts it, does not run on this instance'
    printf '%s\n{"failure":"%s","message":%s}\n' "$code" "$1" "$(json_string "${message:0:4000}")" >"$WORK/failure"
  fi
  exit "$code"
}

unexpected() {
  local code=$? command=${BASH_COMMAND:0:120}
  fail StepFailed "$STEP: '$command' ended with status $code in line ${BASH_LINENO[0]}; see $APP/log/$STEP.log on the instance"
}

# How the process ends inside a unit when the step failed in a foreseen way with code 1, see fence.sh.
STEP_FAILED_CODE=1

finish() {
  local code=$? text=''
  trap - ERR EXIT
  set +e
  if ((code != 0)); then
    if [[ ! -s $WORK/failure ]]; then
      (fail StepFailed "$STEP ended with status $code; see $APP/log/$STEP.log on the instance")
    fi
    { read -r code && read -r text; } <"$WORK/failure"
    ((code != 1)) || code=$STEP_FAILED_CODE
    log "$text"
    printf '%s\n' "$text" >&"$RESULT_FD"
    logger -t crypto-robot-deployer -p user.err -- "$STEP: $text" 2>/dev/null
  fi
  print_errors
  [[ -z ${OWN_WORK-} ]] || rm -rf "$WORK"
  exit "$code"
}
trap unexpected ERR
trap finish EXIT

# result JSON: the step's answer. Nothing may be printed to stdout after it.
result() {
  log "$1"
  logger -t crypto-robot-deployer -- "$STEP: $1" 2>/dev/null || true
  printf '%s\n' "$1" >&"$RESULT_FD"
}

# Writes stdin to a file in one piece: whoever reads it sees the old or the new content. write_file PATH [MODE]
write_file() {
  local temporary=$1.$BASHPID.new
  umask 077
  cat >"$temporary"
  umask 022
  chmod "${2:-644}" "$temporary"
  sync -d "$temporary" 2>/dev/null || true
  mv -T "$temporary" "$1"
}

# publish_link TARGET LINK: LINK points to TARGET from one moment to the next, or still to what it pointed to before.
publish_link() {
  local temporary=$2.$BASHPID.new
  rm -f "$temporary"
  ln -s "$1" "$temporary"
  chown -h "$APP_USER:" "$temporary" 2>/dev/null || true
  mv -T "$temporary" "$2"
  [[ $(readlink "$2") == "$1" ]]
}

# The id of the release that serves, or nothing.
current_release() {
  local target
  target=$(readlink "$APP/current" 2>/dev/null) || return 0
  printf '%s' "${target##*/}"
}

# A finished release is one whose release.json, written last, exists.
finished() { [[ -n $1 && -f $RELEASES/$1/release.json ]]; }

# Runs a command as the application's user, with nothing of this step's environment. USER_GROUPS gives it other groups.
as_user() {
  setpriv --reuid="$APP_USER" --regid="$APP_USER" "${USER_GROUPS:---init-groups}" -- \
    env -i HOME="/home/$APP_USER" USER="$APP_USER" PATH="$PATH" LANG=C.UTF-8 "$@"
}

# Python's standard library on a file the document carries: embedded_python FILE ARGUMENT…
embedded_python() {
  local code
  code=$(embedded_file "$1")
  python3 -IS -c "$code" "${@:2}"
}

require_pattern() {
  [[ $2 =~ $3 ]] || fail InvalidParameter "$1 is '$2', allowed is $3"
}
if [[ ! $APP =~ ^(/[A-Za-z0-9_][A-Za-z0-9._-]*){2,8}$ ]]; then
  fail InvalidParameter "ApplicationPath is '$APP'; allowed is an absolute path at least two folders deep, without '..'"
fi

# The agent's patterns are RE2's, which counts no further than 1,000. A list's length is checked here, before anything else.
require_length() {
  ((${#2} <= $3)) || fail InvalidParameter "$1 has ${#2} characters; allowed are $3"
}
require_length Services "${SSM_Services-}" 8000
require_length PersistentPaths "${SSM_PersistentPaths-}" 2100
require_length ContainerNames "${SSM_ContainerNames-}" 4000
