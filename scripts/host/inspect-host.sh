#!/usr/bin/env bash
# inspect-host: say what this instance serves, and whether a deployment would change anything.
#
# Promise: reads only, needs no lock and disturbs no deployment; see inspect.sh.
# Prints {"nothing_to_do","differences","revision","release","serving","healthy","releases","settings","built"}.
#
# Timeout 300
# Uses lock.sh answers.sh fence.sh history.sh aws.sh git.sh python.sh environment.sh unit.sh manifest.sh health.sh isolated.sh repository.sh mirror.sh release-files.sh inspect.sh
# Digest UNITS_DIGEST rules.py persistent_paths.py units.py crypto-robot.service crypto-webapp.service layout.py redact.py evidence.py crash.py

inspect_host
result "$inspection"
