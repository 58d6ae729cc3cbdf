# settle.sh: decides about a release that is not confirmed, at the deadline or at boot.
#
# This part of the switch needs no Python. Until such a release is rolled back, no unit of the application starts, also where the
# program that rolls back does not run: python3 is broken, or the version's folder is missing. systemd tries again without end.
# dead_man.py puts these in front: state, application, unsettled, program.

# Whether the release that serves was activated and not confirmed.
is_unconfirmed() {
  for name in armed firing; do
    [ -e "$state/$name" ] || continue
    release=$(sed -n 's/^{"release":"\([^"]*\)".*/\1/p' "$state/$name")
    [ -n "$release" ] && [ "$(readlink "$application/current")" != "releases/$release" ] || return 0
  done
  return 1
}

# Whether a release was changed in place, and nothing has activated it since.
has_former_state() {
  for former in "$state"/saved/*; do
    [ ! -e "$former" ] || return 0
  done
  return 1
}

if is_unconfirmed; then
  : >"$unsettled"
elif { [ "$1" != boot ] || ! has_former_state; } && [ ! -e "$state/confirming" ] && [ ! -e "$state/firing" ] && [ ! -e "$state/armed" ]; then
  rm -f "$unsettled"
  exit 0
fi
code=0
/usr/bin/python3 -IS "$program" --module settle "$application" "$1" || code=$?
if is_unconfirmed; then
  # systemd takes the number for the priority of the line: an error.
  echo "<3>release $release was not confirmed and is not rolled back: $program ended with status $code; its units do not start" >&2
  [ "$code" != 0 ] || code=1
else
  rm -f "$unsettled"
  [ "$code" = 0 ] || echo "<3>$program ended with status $code" >&2
fi
if [ "$code" != 0 ] && [ "$1" = boot ] && systemctl start --no-block crypto-robot-dead-man.service; then
  # The next try must not hold up the boot: units of a release that was confirmed start, those of another do not.
  code=0
fi
exit "$code"
