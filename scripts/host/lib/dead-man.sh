# dead-man.sh: the switch that rolls back by itself when nobody confirms a release in time.
#
# Arming leaves files only: $DEPLOYER/armed (the decision still open), a timer for the deadline, a unit that settles the matter
# at boot before the application's units start, and the program both run. One rename decides: `armed` becomes `confirming` or
# `firing`, never both; whoever finds one of these two finishes what it says. So every part may be ended anywhere.

# Sets armed_release armed_previous armed_owner armed_at armed_how from a decision file; fails quietly when there is none.
read_decision() {
  local text form='^\{"release":"([^"]+)","previous":"([^"]*)","owner":"([^"]*)","at":"([^"]+)"(,"how":"(certificate)")?\}$'
  armed_release='' armed_previous='' armed_owner='' armed_at='' armed_how=restart
  text=$(cat "$DEPLOYER/$1" 2>/dev/null) || return 1
  [[ $text =~ $form ]] || fail RollBackFailed "$DEPLOYER/$1 is not a decision (${#text} characters)"
  armed_release=${BASH_REMATCH[1]} armed_previous=${BASH_REMATCH[2]}
  armed_owner=${BASH_REMATCH[3]} armed_at=${BASH_REMATCH[4]} armed_how=${BASH_REMATCH[6]:-restart}
}

# The open or half done decision, if any: prints armed, confirming or firing.
open_decision() {
  local name
  for name in confirming firing armed; do
    if [[ -f $DEPLOYER/$name ]]; then
      printf '%s' "$name"
      return 0
    fi
  done
}

# arm RELEASE PREVIOUS SECONDS restart|certificate: how it is served, and so also how it is gone back from.
arm() {
  local text at calendar seconds how=''
  printf -v seconds '%(%s)T' -1
  seconds=$((seconds + $3))
  at=$(date -u -d "@$seconds" +%FT%TZ)
  calendar=$(date -u -d "@$seconds" '+%F %T UTC')
  install -d -m 755 "${SETTLE%/*}"
  settle_program | write_file "$SETTLE" 755
  program_file crypto-robot-settle.service | write_file "$UNIT_FOLDER/crypto-robot-settle.service"
  program_file crypto-robot-dead-man.service | write_file "$UNIT_FOLDER/crypto-robot-dead-man.service"
  text=$(program_file crypto-robot-dead-man.timer)
  printf '%s\n' "${text/OnCalendar=*UTC/OnCalendar=$calendar}" | write_file "$UNIT_FOLDER/crypto-robot-dead-man.timer"
  [[ -L $UNIT_FOLDER/multi-user.target.wants/crypto-robot-settle.service ]] ||
    systemctl enable --quiet --no-reload crypto-robot-settle.service
  sync -f "$UNIT_FOLDER" 2>/dev/null || true
  systemctl daemon-reload
  systemctl restart crypto-robot-dead-man.timer
  # Last: whoever finds it, also after a power cut, may trust that the switch stands ready. A timer without it does nothing.
  [[ $4 != certificate ]] || how=',"how":"certificate"'
  printf '{"release":"%s","previous":"%s","owner":"%s","at":"%s"%s}\n' "$1" "$2" "$SSM_Owner" "$at" "$how" |
    write_file "$DEPLOYER/armed"
  armed_at=$at
}

disarm() {
  [[ ! -f $UNIT_FOLDER/crypto-robot-dead-man.timer ]] || {
    rm -f "$UNIT_FOLDER/crypto-robot-dead-man.timer"
    systemctl stop crypto-robot-dead-man.timer 2>/dev/null || true
  }
}

# Takes the open decision for a rollback. Succeeds when there is something to roll back, also when it was half done.
take_for_firing() {
  mv -T "$DEPLOYER/armed" "$DEPLOYER/firing" 2>/dev/null || [[ -f $DEPLOYER/firing ]]
}

# Rolls back what `firing` says: fire EVENT REASON restart|boot. Another process may have finished it meanwhile.
fire() {
  local publish how=$3
  exec {publish}>>"$DEPLOYER/publish.flock"
  flock "$publish"
  if read_decision firing; then
    # A robot whose release got another certificate and nothing else has read nothing of it, and goes on.
    [[ $how == boot ]] || how=$armed_how
    # Keys written into a release that already served are taken out again.
    restore_saved "$armed_release"
    serve "$armed_previous" "$how"
    [[ $(current_release) == "$armed_previous" ]] || fail RollBackFailed "current does not point to $armed_previous"
    if [[ -z $armed_previous ]] && containers_are_held; then
      if [[ $3 == boot ]]; then
        # Their engine starts after this: the unit of the switch goes on until they are back.
        systemctl start --no-block crypto-robot-dead-man.service
        return 0
      fi
      release_containers
    fi
    record "$1" "$armed_release" "$armed_previous" "$(revision_of "$armed_release")" "$2"
    rm -f "$DEPLOYER/firing"
    disarm
  fi
  exec {publish}>&-
}

# Finishes a confirmation whose rename has been won.
finish_confirmation() {
  read_decision confirming || return 0
  is_confirmed_since_activation "$armed_release" ||
    record confirmed "$armed_release" "$armed_previous" "$(revision_of "$armed_release")" ''
  drop_saved "$armed_release"
  rm -f "$DEPLOYER/confirming"
  disarm
}

# Ends what is still open: a confirmation whose rename was won stands, anything else is rolled back, for this reason.
settle_decision() {
  case $(open_decision) in
    # A timer whose decision was never written, or is done, waits for nothing.
    '') disarm ;;
    confirming) finish_confirmation ;;
    *)
      take_for_firing
      fire rolled-back "$1" restart
      ;;
  esac
}

# Whether the last word of history about a release is that it was confirmed; that a lock was taken over is none about it.
is_confirmed_since_activation() {
  local line
  [[ -f $HISTORY ]] || return 1
  # Read to its end: whoever stops early breaks the pipe of a long history, which is a failure here.
  line=$(grep -F "\"release\":\"$1\"" "$HISTORY" | grep -v '"event":"lock-stolen"' | tail -n 1) || return 1
  [[ $line == *'"event":"confirmed"'* ]]
}

# restore_saved RELEASE [restart]: puts back what keys were written over in a release that had served before; see inject-keys.
# With restart, units of what serves that were started since, and so read the newer keys, are started anew.
restore_saved() {
  local saved=$DEPLOYER/saved/$1
  [[ -d $saved ]] || return 0
  write_file "$RELEASES/$1/.env" 600 "$APP_USER" <"$saved/env"
  rm -rf "$DEPLOYER/releases/$1.restored"
  cp -a "$saved/state" "$DEPLOYER/releases/$1.restored"
  rm -rf "$DEPLOYER/releases/$1"
  mv -T "$DEPLOYER/releases/$1.restored" "$DEPLOYER/releases/$1"
  write_file "$RELEASES/$1/release.json" 644 <"$saved/release.json"
  [[ ${2-} != restart || $(current_release) != "$1" ]] || restart_started_since "$(stat -c %Y "$saved")" "$1"
  drop_saved "$1"
}

# restart_started_since SECONDS RELEASE
restart_started_since() {
  local unit at started=()
  while read -r unit; do
    at=$(TZ=UTC systemctl show -p ExecMainStartTimestamp --value "$unit.service")
    [[ -z $at ]] || (($(date -d "$at" +%s) < $1)) || started+=("$unit.service")
  done < <(units_of "$2")
  ((${#started[@]} == 0)) || systemctl restart "${started[@]}" || log "not every unit started: ${started[*]}"
}

restore_all_saved() {
  local folder
  for folder in "$DEPLOYER/saved"/*/; do
    [[ ! -d $folder ]] || restore_saved "$(basename "$folder")" restart
  done
}

# In two parts: half of a saved state must never look like a whole one.
drop_saved() {
  [[ -d $DEPLOYER/saved/$1 ]] || return 0
  rm -rf "$DEPLOYER/saved/.gone-$1"
  mv -T "$DEPLOYER/saved/$1" "$DEPLOYER/saved/.gone-$1"
  rm -rf "$DEPLOYER/saved/.gone-$1"
}

# The program of the timer and of the boot unit: these same functions, and what to do with them. It needs no controller, no
# network and no parameter.
settle_program() {
  printf '#!/bin/bash\n# Written by the crypto robot deployer when a release is activated. settle fire|boot\n'
  printf 'set -Eeuo pipefail\numask 022\nreadonly STEP=dead-man STEP_FAILED_CODE=1\n'
  declare -p PATH PROGRAM APP RELEASES DEPLOYER HISTORY APP_USER NO_HOME UNIT_FOLDER UNIT_MARK SETTLE MIGRATION | sed 's/^declare -[a-z-]* /declare -r /;s/^declare -r PATH/export PATH/'
  declare -f
  cat <<'PROGRAM'
WORK=$(mktemp -d /run/crypto-robot-XXXXXXXX)
OWN_WORK=1
IN_STEP_UNIT=none
exec {RESULT_FD}>&1 {ERRORS_FD}>&2 2>"$WORK/errors"
trap unexpected ERR
trap finish EXIT
check_application
hold_application_folder
settle "$1"
PROGRAM
}

settle() {
  use_reserve
  if [[ $1 == fire ]]; then
    # The one whose rename wins may end a step that hangs; a rollback that is already running is waited for.
    ! mv -T "$DEPLOYER/armed" "$DEPLOYER/firing" 2>/dev/null || stop_other_steps
    [[ ! -f $DEPLOYER/firing ]] || fire dead-man 'nobody confirmed the release in time' restart
  else
    finish_confirmation
    ! take_for_firing || fire dead-man 'the instance restarted before the release was confirmed' boot
  fi
}
