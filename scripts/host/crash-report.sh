#!/usr/bin/env bash
# crash-report: give the newest crash bundles of this instance.
#
# Promise: reads only, needs no lock and disturbs no deployment. No value that is secret now, or was when the bundle was written,
# is in it. The answer fits into what Systems Manager passes on; a bundle that does not fit says how many lines are left out.
# Prints {"count","folder","crashes":[{"id","unit","at","release","reason","evidence"}…],"bundles":[…]}, newest first.
#
# Parameter Last ^([1-9]|10)$ How many bundles are given whole.
# Timeout 60
require_pattern Last "${SSM_Last:?}" '^([1-9]|10)$'
answer=$(host_python crash_report "$APP" "$SSM_Last")
printf '%s\n' "$answer" >&"$RESULT_FD"
