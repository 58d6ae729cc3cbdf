#!/bin/sh
# shim: replaces a command of the instance, in a folder that the host steps have first on their PATH.
#
# /root/shims/watched names places by a pattern (a unit of the deployer without its "crypto-robot-", or outer-<step> for the script that
# starts a step's unit), the number of a call or "any", a moment, and a pattern that the call must match. Each call in that
# place is written to /root/shims/calls. At the first call that matches, everything in that place is killed: before the
# command, after it, or when it has only queued its jobs. Or the call is held until the file watched is removed. With the moment
# "each", every call is held: /root/shims/hit has its place and the call, which continues when that file is removed.
# For every other caller, and without a file watched, this runs the command itself.
shims=/root/shims
name=${0##*/}
real=/usr/bin/$name
[ -x "$real" ] || real=/usr/sbin/$name
[ -r $shims/watched ] || exec "$real" "$@"
case "$name ${1-}" in "systemctl show" | "systemctl is-"* | "systemctl list-"*) exec "$real" "$@" ;; esac

place=''
while read -r group; do
  case $group in */crypto-robot-*.service) place=${group##*/crypto-robot-} place=${place%.service} ;; esac
done </proc/self/cgroup
if [ -z "$place" ] && [ -n "${SSM_Owner-}" ]; then
  place=$(/usr/bin/tr '\0' ' ' </proc/$PPID/cmdline | /usr/bin/sed -n 's|.* --module unit \([a-z-]*\) .*|outer-\1|p')
fi
read -r watched number moment pattern <$shims/watched
# The pattern must not be quoted, here and below.
# shellcheck disable=SC2254
case $place in $watched) ;; *) exec "$real" "$@" ;; esac

call=$name
for argument; do
  case $argument in
    *"
"*) call="$call …" ;;
    *) call="$call $argument" ;;
  esac
done
printf '%s\n' "$call" >>$shims/calls
if [ "$moment" = each ]; then
  printf '%s %s\n' "$place" "$call" >$shims/hit.$$
  /usr/bin/mv -T $shims/hit.$$ $shims/hit
  while [ -e $shims/hit ]; do /usr/bin/sleep 0.01; done
  exec "$real" "$@"
fi
[ ! -e $shims/hit ] || exec "$real" "$@"
[ "$number" = any ] || [ "$(/usr/bin/grep -c . $shims/calls)" = "$number" ] || exec "$real" "$@"
# shellcheck disable=SC2254
case $call in $pattern) ;; *) exec "$real" "$@" ;; esac
case $moment in
  after) "$real" "$@" ;;
  queued) "$real" --no-block "$@" ;;
esac
: >$shims/hit
if [ "$moment" = held ]; then
  while [ -e $shims/watched ]; do /usr/bin/sleep 0.02; done
  exec "$real" "$@"
fi
case $place in
  outer-*) kill -KILL 0 ;;
  *) /usr/bin/systemctl kill --signal=KILL "crypto-robot-$place.service" ;;
esac
exec /usr/bin/sleep 60
