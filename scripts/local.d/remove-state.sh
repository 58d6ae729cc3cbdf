#!/usr/bin/env bash
# remove-state: remove everything a local cloud ever made.
#
# Usage: remove-state.sh        with LOCAL_STATE set; after stop-machines.sh
#
# Promise: LOCAL_STATE is gone. Refuses a folder that is not one of ours, and never leaves its file system.
set -Eeuo pipefail

main() {
  if [[ ! -e $LOCAL_STATE/cloud.flock ]]; then
    printf 'remove-state: %s was not made by a local cloud; it stays\n' "$LOCAL_STATE" >&2
    exit 1
  fi
  rm -rf --one-file-system -- "$LOCAL_STATE"
}

main "$@"
