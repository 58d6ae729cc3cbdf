# lock.sh: the lock of this instance and its fence, one file of JSON changed only under flock.
#
# $DEPLOYER/lock says who may change this instance: owner (an execution), generation (counts owners), phase (the highest
# one a step of the owner has reached), since, lifetime (execution, or boot: free after the next boot) and boot_id. It is written
# by this file only, on one line, which is why plain pattern matching reads it.

# Sets lock_owner lock_generation lock_phase lock_since lock_lifetime, all empty when the lock is free.
read_lock() {
  local text=''
  lock_owner='' lock_generation='' lock_phase='' lock_since='' lock_lifetime=''
  [[ -f $DEPLOYER/lock ]] || return 0
  text=$(<"$DEPLOYER/lock")
  local form='^\{"owner":"([^"]+)","generation":([0-9]+),"phase":([0-9]+),"since":"([^"]+)","lifetime":"([a-z]+)","boot_id":"([^"]+)"\}$'
  [[ $text =~ $form ]] || fail StepFailed "$DEPLOYER/lock is not a lock (${#text} characters); look at it, then remove it"
  # A lock that was to last until the next boot ended with it.
  [[ ${BASH_REMATCH[5]} == boot && ${BASH_REMATCH[6]} != "$(boot_id)" ]] && return 0
  lock_owner=${BASH_REMATCH[1]} lock_generation=${BASH_REMATCH[2]} lock_phase=${BASH_REMATCH[3]}
  lock_since=${BASH_REMATCH[4]} lock_lifetime=${BASH_REMATCH[5]}
}

boot_id() {
  local id
  read -r id </proc/sys/kernel/random/boot_id
  printf '%s' "$id"
}

# write_lock OWNER GENERATION PHASE SINCE LIFETIME
write_lock() {
  printf '{"owner":"%s","generation":%s,"phase":%s,"since":"%s","lifetime":"%s","boot_id":"%s"}\n' "$@" "$(boot_id)" |
    write_file "$DEPLOYER/lock"
}

# Room for a rollback on a disk that fills up, on both file systems that it writes to. Where there is none even now, deploy-release says so.
set_reserve() {
  local folder
  for folder in "$DEPLOYER" "$APP/.new"; do
    [[ ! -d $folder ]] || fallocate --length 4MiB "$folder/reserve" 2>/dev/null || rm -f "$folder/reserve"
  done
}

use_reserve() { rm -f "$DEPLOYER/reserve" "$APP/.new/reserve"; }

# Runs a function while nobody else reads or changes the lock.
under_lock() {
  local fd
  exec {fd}>>"$DEPLOYER/fence.flock"
  flock "$fd"
  "$@"
  exec {fd}>&-
}
