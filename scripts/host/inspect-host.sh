#!/usr/bin/env bash
# inspect-host: say what this instance serves, and whether a deployment would change anything.
#
# Promise: reads only, needs no lock and disturbs no deployment; see inspect.sh.
# Prints {"nothing_to_do","differences","revision","release","serving","healthy","releases","settings","built"}.
#
# Timeout 300
# Uses lock.sh answers.sh fence.sh history.sh aws.sh git.sh python.sh environment.sh unit.sh manifest.sh health.sh isolated.sh repository.sh mirror.sh release-files.sh inspect.sh
UNITS_DIGEST=$(host_python program)
readonly UNITS_DIGEST
inspect_host
result "$inspection"
