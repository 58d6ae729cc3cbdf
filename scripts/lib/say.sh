# shellcheck shell=bash
# say: print messages for people. Sourced.
#
# Messages go to stderr, prefixed by the name of the command. `unfit` exits with 5, the exit code for "this machine cannot
# run it".

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

unfit() {
  say "$*"
  exit 5
}
