#!/usr/bin/env bash
# lib.sh: what every step stands on: its places, how it speaks and how it fails.
#
# A step prints one line of JSON, its result, as the last line of stdout; everything else goes to stderr and to
# $DEPLOYER/log/<step>.log. A failure ends with the exit code of its name (see fail) and the line
# {"failure":"<Name>","message":"<what happened, evidence, what to do>"}. Whatever a step does not foresee is a StepFailed
# which names the command and its line. Exit code 194 never leaves a step: the agent would reboot the machine.
#
# Uses program.sh redact.sh
# Parameter ApplicationPath ^(/[A-Za-z0-9_][A-Za-z0-9._-]{0,63}){2,8}$ The folder everything of this application lives in.
set -Eeuo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 LC_ALL=C.UTF-8
umask 022
# A caller that went away must not end a step half way: writing to it fails quietly instead.
trap '' PIPE

: "${SSM_ApplicationPath:?}"
readonly APP=$SSM_ApplicationPath
readonly RELEASES=$APP/releases
# What root believes: nobody else can rename or write anything on the way to it. layout.py has the same place.
readonly DEPLOYER=/var/lib/crypto-robot-deployer
readonly HISTORY=$DEPLOYER/history.jsonl
readonly APP_USER=ec2-user
# The home of whatever runs as that user here: root's, and empty.
readonly NO_HOME=/usr/local/lib/crypto-robot-deployer/home
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

# The step's log is for root. It is put aside each day, or at 1 MB, and removed after 30 days.
open_log() {
  local file=$DEPLOYER/log/$STEP.log size changed today
  log_is_open=1
  [[ -d $DEPLOYER/log ]] || return 0
  printf -v today '%(%F)T' -1
  # A failure in here is not the step's: nothing is asked of a file that is not there.
  if [[ -f $file ]] && read -r size changed _ < <(stat -c '%s %y' "$file" || true) &&
    { ((size > 1000000)) || [[ $changed != "$today" ]]; }; then
    mv -T "$file" "$file.$changed-$(date -u +%H%M%S)" || true
    find "$DEPLOYER/log" -maxdepth 1 -type f -mtime +30 -delete || true
  fi
  [[ -f $file ]] || install -m 600 /dev/null "$file" || true
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
  { cat >>"$DEPLOYER/log/$STEP.log"; } 2>/dev/null || true
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
    KeysRefused) code=52 ;;
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
  fail StepFailed "$STEP: '$command' ended with status $code in line ${BASH_LINENO[0]}; see $DEPLOYER/log/$STEP.log on the instance"
}

# How the process ends inside a unit when the step failed in a foreseen way with code 1, see fence.sh.
STEP_FAILED_CODE=1

finish() {
  local code=$? text=''
  trap - ERR EXIT
  set +e
  if ((code != 0)); then
    if [[ ! -s $WORK/failure ]]; then
      (fail StepFailed "$STEP ended with status $code; see $DEPLOYER/log/$STEP.log on the instance")
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

# write_file PATH [MODE [OWNER]]: stdin becomes the content of a file, in one piece. A reader sees the old or the new content.
# The rename that puts it in its place follows no link, so PATH may also lie in a folder that the application's user can write to.
write_file() {
  local temporary
  name_temporary "$1"
  umask 077
  cat >"$temporary"
  umask 022
  [[ -z ${3-} ]] || chown -h "$3:" "$temporary"
  chmod "${2:-644}" "$temporary"
  sync -d "$temporary" 2>/dev/null || true
  mv -T "$temporary" "$1"
}

# name_temporary PATH: sets temporary: where PATH is made before a rename puts it in its place. That takes a folder of root's on the
# same file system; the application's own need not be the one of $DEPLOYER.
name_temporary() {
  temporary=$1.$BASHPID.new
  [[ $1 == "$APP"/* ]] || return 0
  [[ -d $APP/.new ]] || install -d -m 700 "$APP/.new"
  temporary=$APP/.new/${1##*/}.$BASHPID.new
}

# publish_link TARGET LINK: LINK points to TARGET from one moment to the next, or still to what it pointed to before.
publish_link() {
  local temporary
  name_temporary "$2"
  rm -f "$temporary"
  ln -sT "$1" "$temporary"
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

# Reads or writes the application's own files, as its user and without a network. The deployer runs nothing else as that user.
as_user() {
  local without=(unshare --net --)
  as_id "$APP_USER" "$@"
}

# as_id USER COMMAND…: without a privilege or a way to one, without that user's groups, without this step's environment and without
# the settings that a user keeps in its home. USER is a name or a number.
as_id() {
  [[ -d $NO_HOME ]] || install -d -m 755 "$NO_HOME"
  ${without+"${without[@]}"} setpriv --reuid="$1" --regid="$1" --clear-groups --no-new-privs --bounding-set=-all \
    --inh-caps=-all --ambient-caps=-all -- env -i HOME="$NO_HOME" USER="$1" PATH="$PATH" LANG=C.UTF-8 "${@:2}"
}

require_pattern() {
  [[ $2 =~ $3 ]] || fail InvalidParameter "$1 is '$2', allowed is $3"
}

# Root reads and writes by name what lies in the application's folder. So the folders on the way to it, itself and those
# below it that root fills are root's: nobody else can put something in the place of what is there. Folders that an earlier
# version gave to the application's user are taken back. What is not root's and should be ends the step.
hold_application_folder() {
  local owner mode place parent
  local -a way=()
  [[ -d $APP || -L $APP ]] || return 0
  [[ ! -L $APP ]] || fail HostUnfit "$APP is a link; ApplicationPath must be a folder"
  parent=$(realpath "$APP/..")
  while way+=("$parent") && [[ $parent != / ]]; do
    parent=${parent%/*}
    parent=${parent:-/}
  done
  while read -r owner mode place; do
    ((owner == 0 || owner == EUID)) || fail HostUnfit "$place, on the way to $APP, does not belong to root"
    # In a folder like /tmp (sticky) nobody renames what is another's.
    ((!(8#$mode & 8#22) || (8#$mode & 8#1000))) || fail HostUnfit "$place, on the way to $APP, can be written to by others than root"
  done < <(stat -c '%u %a %n' "${way[@]}")
  for place in "$APP" "$RELEASES" "$APP"/{venvs,mirror,certificates,certificates/.versions}; do take_back "$place"; done
  for place in "$APP"/{.new,before-migration}; do
    [[ ! -e $place && ! -L $place ]] || is_own "$place"
  done
}

# is_own PLACE: root's, and no link.
is_own() {
  [[ -O $1 && ! -L $1 ]] ||
    fail HostUnfit "$1 is not root's, who must be the only one to write there; look at it, then move it away"
}

# An instance serves one application. Its lock, history and decisions are about that one.
check_application() {
  local served is_older=''
  [[ ! -e $DEPLOYER && ! -L $DEPLOYER ]] || is_own "$DEPLOYER"
  served=$(served_application)
  if [[ -z $served ]]; then
    # An earlier version kept all of this in the application's folder, wherever that is: its units serve.
    [[ ! -e $APP/.deployer ]] || is_older=1
    ! grep -qs '^# Installed by the crypto robot deployer;' /etc/systemd/system/*.service || is_older=1
    [[ -z $is_older ]] || fail HostUnfit "this instance has the layout of an earlier version of the deployer, and was not changed; see 'The older layout' in docs/operations.md"
    return 0
  fi
  [[ $served == "$APP" ]] || ! is_deployed ||
    fail HostUnfit "this instance serves the application in $served; the request names $APP. Request application_path $served, or use another instance"
}

# The folder of the application that was deployed to this instance first, or nothing.
served_application() { cat "$DEPLOYER/application" 2>/dev/null || true; }

# Whether a release was ever activated on this instance.
is_deployed() { grep -qs '"event":"activated"' "$HISTORY" || [[ -f $DEPLOYER/armed || -f $DEPLOYER/firing ]]; }

# take_back FOLDER: in a folder that is root's already.
take_back() {
  local owner mode
  [[ -e $1 || -L $1 ]] || return 0
  [[ -d $1 && ! -L $1 ]] || fail HostUnfit "$1 is not a folder"
  read -r owner mode < <(stat -c '%U %a' "$1")
  if [[ ! -O $1 ]]; then
    [[ $owner == "$APP_USER" ]] || fail HostUnfit "$1 belongs to $owner; it must be root's"
    chown -h root: "$1"
    # No release, environment or mirror is a link.
    [[ $1 == "$APP" || $1 == "$APP/certificates" ]] || find "$1" -mindepth 1 -maxdepth 1 -type l -delete
  fi
  ((!(8#$mode & 8#22))) || chmod 755 "$1"
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
check_application
hold_application_folder
