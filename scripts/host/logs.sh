#!/usr/bin/env bash
# logs: give lines of the application's log.
#
# Promise: reads only, needs no lock and disturbs no deployment. No value that is secret now is in it. The newest lines of the time
# asked for come first to their place: what does not fit into what Systems Manager passes on is left out from the oldest, and
# counted. With After it goes on behind that line, the oldest first, so that nothing is missed.
# Prints {"service","lines":[…],"left_out":N,"after":"<cursor of the last line>","more":bool}.
#
# Parameter Service ^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$ A service of the release, deployer for what the steps said, or all.
# Parameter Since ^([1-9][0-9]{0,4}[smhd]|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)$ How far back.
# Parameter After ^([a-z]=[0-9a-f]+(;[a-z]=[0-9a-f]+){0,9})?$ A cursor to go on after, or empty.
# Timeout 60
# Uses history.sh unit.sh serve.sh
require_pattern Service "${SSM_Service:?}" '^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$'
mapfile -t units < <(installed_units)
[[ " ${units[*]-} deployer all " == *" $SSM_Service "* ]] ||
  fail InvalidParameter "Service is '$SSM_Service'; on this instance are ${units[*]:-no services}, deployer and all"
answer=$(host_python logs "$APP" "${units[*]-}" "$SSM_Service" "${SSM_Since:?}" "${SSM_After-}")
printf '%s\n' "$answer" >&"$RESULT_FD"
