#!/usr/bin/env bash
# take-inventory: say what runs in containers on this instance, and remember it.
#
# Promise: no container, image, file or unit is changed. $DEPLOYER/migration/inventory.json, root's own, says of every container (or
# of those named) what image, mounts, ports, networks, restart policy, certificates and compose files it has, and the names, never
# the values, of its environment and its ENV_CONTENT. From then on the containers count: see containers.sh. Run again it looks anew,
# unless they were taken over from: then the inventory stays as it was.
# Changes: the inventory. Prints it, shortened to what fits. Fails as HostUnfit when docker is not here or does not answer.
#
# Parameter ContainerNames ^\[.*\]$ JSON array of the containers meant; empty means all.
# Parameter PersistentPaths ^\[.*\]$ JSON array of the paths that outlive a release.
# Parameter Port ^[0-9]{1,5}$ The port the web application has, and had in its container.
# Parameter HealthPath ^/[A-Za-z0-9._~/?=&%-]{0,200}$ What answers 200 when the web application is well.
# Timeout 120
# Uses lock.sh answers.sh fence.sh containers.sh takeover.sh
command -v docker >/dev/null || fail HostUnfit 'there is no docker command on this instance, so there are no containers to migrate from'
docker ps --quiet >/dev/null 2>"$WORK/docker" || fail HostUnfit "docker does not answer: $(last_lines 1 "$WORK/docker")"
! containers_are_held || fail HostUnfit 'the containers were taken over from; undo that before they are looked at again'

printf -v at '%(%FT%TZ)T' -1
answer=$(docker_python inventory "$APP" "${SSM_ContainerNames:?}" "${SSM_PersistentPaths:?}" "${SSM_Port:?}" "${SSM_HealthPath:?}" "$at" \
  2>"$WORK/docker") || fail HostUnfit "the containers cannot be read: $(last_lines 1 "$WORK/docker")"
rm -f "$MIGRATION/cleaned-up"
result "$answer"
