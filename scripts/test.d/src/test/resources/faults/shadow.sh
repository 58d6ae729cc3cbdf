#!/bin/sh
# shadow: stands in the place of a command of the instance, in a folder the host steps have first on their PATH.
#
# /root/shadows/watched names a place (a unit of the deployer without its "crypto-robot-", or outer-<step> for the script that
# starts a step's unit), the number of a call or "any", a moment, and a pattern the call matches. Each call made there is
# written to /root/shadows/calls. The first that fits is where everything in that place is killed: before the command, after
# it, or when it has only queued its jobs; or where it is held, until /root/shadows/go is there or nothing is watched.
# For everybody else, and when nothing is watched, this is the command itself.
shadows=/root/shadows
name=${0##*/}
real=/usr/bin/$name
[ -x "$real" ] || real=/usr/sbin/$name
[ -r $shadows/watched ] || exec "$real" "$@"
case "$name ${1-}" in "systemctl show" | "systemctl is-"* | "systemctl list-"*) exec "$real" "$@" ;; esac

place=''
while read -r group; do
  case $group in */crypto-robot-*.service) place=${group##*/crypto-robot-} place=${place%.service} ;; esac
done </proc/self/cgroup
if [ -z "$place" ] && [ -n "${SSM_Owner-}" ]; then
  place=$(/usr/bin/tr '\0' ' ' </proc/$PPID/cmdline | /usr/bin/sed -n 's|.*/\([a-z-]*\)/_script\.sh.*|outer-\1|p')
fi
read -r watched number moment pattern <$shadows/watched
[ "$place" = "$watched" ] || exec "$real" "$@"

call=$name
for argument; do
  case $argument in
    *"
"*) call="$call …" ;;
    *) call="$call $argument" ;;
  esac
done
printf '%s\n' "$call" >>$shadows/calls
[ ! -e $shadows/hit ] || exec "$real" "$@"
[ "$number" = any ] || [ "$(/usr/bin/grep -c . $shadows/calls)" = "$number" ] || exec "$real" "$@"
# The pattern is meant to be one.
# shellcheck disable=SC2254
case $call in $pattern) ;; *) exec "$real" "$@" ;; esac
case $moment in
  after) "$real" "$@" ;;
  queued) "$real" --no-block "$@" ;;
esac
: >$shadows/hit
if [ "$moment" = held ]; then
  while [ ! -e $shadows/go ] && [ -e $shadows/watched ]; do /usr/bin/sleep 0.02; done
  exec "$real" "$@"
fi
case $place in
  outer-*) kill -KILL 0 ;;
  *) /usr/bin/systemctl kill --signal=KILL "crypto-robot-$place.service" ;;
esac
exec /usr/bin/sleep 60
