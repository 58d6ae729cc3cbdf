# fence.sh: runs the step in a systemd unit of its own, once, and only for the owner of the lock.
#
# The unit crypto-robot-step-<step>.service bounds the step's time and holds all its processes, so that it can be ended from
# outside whatever it does. Two deliveries of one step follow each other. A step whose owner, generation or phase is behind the
# lock's is refused before it changes anything.
#
# Parameter Owner ^arn:[A-Za-z0-9:_./-]{1,400}$ The execution that runs this step.
# Parameter Generation ^[0-9]{1,15}$ The lock's generation the execution was given; 0 when it holds none.
# Parameter Phase ^[0-9]{1,4}$ Rises along the execution; a lower one than the last is refused.
# Parameter Environment ^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$ The environment this instance bears.
: "${SSM_Owner:?}" "${SSM_Generation:?}" "${SSM_Phase:?}" "${SSM_Environment:?}"
require_pattern Owner "$SSM_Owner" '^arn:[A-Za-z0-9:_./-]{1,400}$'
require_pattern Generation "$SSM_Generation" '^[0-9]{1,15}$'
require_pattern Phase "$SSM_Phase" '^[0-9]{1,4}$'

# The step that takes the lock.
unfenced() { [[ $STEP == acquire-lock ]]; }

# The owner, its generation, and no phase gone by; with "record" the phase is remembered.
check_fence() {
  read_lock
  if [[ $lock_owner != "$SSM_Owner" || $lock_generation != "$SSM_Generation" ]]; then
    fail LockLost "the lock of this instance belongs to ${lock_owner:-nobody}, generation ${lock_generation:-none}; \
this step came from $SSM_Owner, generation $SSM_Generation, and changed nothing"
  fi
  if ((10#$SSM_Phase < lock_phase)); then
    fail LockLost "phase $SSM_Phase has gone by, the execution is at phase $lock_phase; the step came late and changed nothing"
  fi
  if [[ ${1-} == record ]] && ((10#$SSM_Phase > lock_phase)); then
    write_lock "$lock_owner" "$lock_generation" "$((10#$SSM_Phase))" "$lock_since" "$lock_lifetime"
  fi
}

# Who can open a file there can hold its flock.
make_own_folder() {
  [[ -d $DEPLOYER ]] || install -d -m 700 "$DEPLOYER"
  [[ -d $DEPLOYER/log ]] || install -d -m 700 "$DEPLOYER/log"
}

enter_unit() {
  local unit name gate code=0
  unit=crypto-robot-step-$STEP
  make_own_folder
  exec {gate}>>"$DEPLOYER/$STEP.flock"
  flock -w "$STEP_TIMEOUT" "$gate" ||
    fail StepFailed "another $STEP has been running for $STEP_TIMEOUT seconds; see systemctl status $unit"
  unfenced || under_lock check_fence
  # Its caller is gone, or it would hold the flock.
  ! systemctl is-active --quiet "$unit.service" || systemctl stop "$unit.service"
  local settings=()
  for name in $(compgen -e); do
    case $name in
      # Credentials stay out of the unit's properties, which anyone may read; the instance has its role.
      AWS_*KEY* | AWS_*SECRET* | AWS_*TOKEN*) ;;
      SSM_* | AWS_* | DEPLOYER_*) settings+=("--setenv=$name") ;;
    esac
  done
  systemd-run --quiet --collect --pipe --wait --service-type=exec --unit="$unit" \
    --description="Crypto robot deployer: $STEP" \
    -p RuntimeMaxSec="$STEP_TIMEOUT" -p KillMode=control-group -p TimeoutStopSec=10 \
    -p RuntimeDirectory="$unit" -p RuntimeDirectoryMode=0711 -p UMask=0022 \
    --setenv=IN_STEP_UNIT="$unit" "${settings[@]}" /bin/bash "$0" </dev/null 2>&"$ERRORS_FD" || code=$?
  case $code in
    # What the step itself ends with: it has spoken. Its own code 1 comes as 99, because systemd-run answers 1, 255 or a
    # signal's number when the unit could not be started, ran out of time or was ended from outside: then nobody has spoken.
    0 | 10 | 2[01] | 3[0-6] | 4[0-2] | 5[0-2] | 6[0-3]) ;;
    99) code=1 ;;
    *) fail StepFailed "$STEP was ended before it was done (stopped, or longer than $STEP_TIMEOUT seconds); see journalctl -u $unit" ;;
  esac
  trap - EXIT
  print_errors
  [[ -z ${OWN_WORK-} ]] || rm -rf "$WORK"
  exit "$code"
}

[[ ${IN_STEP_UNIT-} == crypto-robot-* ]] || enter_unit
STEP_FAILED_CODE=99
# systemd takes an end by SIGTERM for a good one: whoever waits for this step would get success and no answer.
trap 'fail StepFailed "$STEP was stopped before it was done"' TERM
unfenced || under_lock check_fence record
log "phase $SSM_Phase of $SSM_Owner"
