# shellcheck shell=bash
# say: how the scripts of this folder speak. Sourced.
#
# Promise: what a person should read goes to stderr, prefixed by the command; `unfit` ends with 5, the exit code for
# "this machine cannot run it".

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

unfit() {
  say "$*"
  exit 5
}
