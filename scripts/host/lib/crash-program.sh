# crash-program.sh: puts the program on the instance that leaves a crash bundle when a unit ends.

readonly CRASH_PROGRAM=/usr/local/lib/crypto-robot-deployer/crash

# The units run it after each end, as root and outside their sandbox, and go on without it if it is not there.
install_crash_program() {
  host_program crash >"$WORK/crash"
  ! cmp -s "$WORK/crash" "$CRASH_PROGRAM" || return 0
  install -d -m 755 "${CRASH_PROGRAM%/*}"
  write_file "$CRASH_PROGRAM" 755 <"$WORK/crash"
}
