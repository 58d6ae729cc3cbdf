# under-way.sh: whether a run is changing what serves, so that nobody else may judge it now.

# The phase of the deploy machine's ActivateRelease: before it the old release serves untouched.
readonly ACTIVATION_PHASE=40
# Between two steps of a run that goes on pass seconds; AWS may make it minutes.
readonly RUN_IDLE_SECONDS=${DEPLOYER_RUN_IDLE_SECONDS:-300}

# Sets the lock_ variables. True also while the instance goes down under a power run's lock, or rolls back by itself.
is_under_way() {
  read_lock
  if is_younger "$DEPLOYER/firing"; then return 0; fi
  [[ -n $lock_owner ]] || return 1
  [[ $lock_lifetime == boot ]] || ((lock_phase >= ACTIVATION_PHASE)) || return 1
  # A run that was ended from outside leaves its lock behind, which must not hide a robot that is down.
  is_younger "$DEPLOYER/lock" || [[ -n $(systemctl show --property=Id --value 'crypto-robot-step-*.service') ]]
}

is_younger() {
  local changed
  changed=$(stat -c %Y "$1" 2>/dev/null) || return 1
  (($(date +%s) - changed < RUN_IDLE_SECONDS))
}
