#!/usr/bin/env bash
# remove-state: remove the state folder of a local cloud.
#
# Usage: remove-state.sh        with LOCAL_STATE set; after stop-machines.sh
#
# Removes LOCAL_STATE. Refuses a folder that no local cloud created. Does not remove files of other file systems.
set -Eeuo pipefail

main() {
  if [[ ! -e $LOCAL_STATE/cloud.flock ]]; then
    printf 'remove-state: %s was not made by a local cloud; it stays\n' "$LOCAL_STATE" >&2
    exit 1
  fi
  rm -rf --one-file-system -- "$LOCAL_STATE"
}

main "$@"
