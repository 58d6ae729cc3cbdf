#!/usr/bin/env bash
# pythons: the unit tests of the host program on the Python of one release of Debian: bullseye 3.9, bookworm 3.11, trixie 3.13.
#
# Usage: pythons.sh RELEASE ROOT [OPTION OF CHROOT]
#
# Makes the release in ROOT unless it is there, and runs the tests in it. Prints a line for each test in the format of count_cases in
# results.sh: passed, failed or skipped; the name; a message. A release that no mirror has is one skipped line.
set -Eeuo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here release=$1 root=$2
shift 2

if [[ ! -d $root/host ]]; then
  # What the tests use: openssl for certificates, git for repositories.
  if ! reason=$(mmdebstrap --quiet --variant=minbase --mode=root --format=directory --include=python3,openssl,git \
    "$release" "$root" http://deb.debian.org/debian 2>&1); then
    printf 'skipped\t%s\t%s\n' "the Python of $release" "$(tail -n 3 <<<"$reason" | tr '\t\n' '  ')"
    exit
  fi
  mkdir "$root/host"
  cp -R "$here/../host/." "$here/run-unittest.py" "$root/host/"
  # program.py finds the templates of units from the program's folder.
  cp -R "$here/../../systemd" "$root/"
fi
exec chroot "$@" "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 python3 -B /host/run-unittest.py /host
