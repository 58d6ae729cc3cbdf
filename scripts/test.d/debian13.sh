#!/usr/bin/env bash
# debian13: the two commands of the README on a fresh Debian 13, whatever this machine is.
#
# Usage: debian13.sh FOLDER        FOLDER is an empty folder of this run
#
# Makes a Debian 13 root in FOLDER with a JDK and nothing else of this project, clones this repository's HEAD into it, and runs
# `./scripts/local deploy`, the same again, a deploy to an instance of Debian 12, and the essential end-to-end tests. Prints a line
# for each in the format of count_cases in results.sh: passed, failed or skipped; the name; a message. Everything runs in
# namespaces that end with this script. It enters the root by pivot_root: a machine that boots from a plain chroot cannot be entered.
set -Eeuo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../.." && pwd)
readonly here project image=$project/scripts/local.d/make-image.sh
readonly PACKAGES=apt,ca-certificates,git,openjdk-25-jdk-headless

# In the new namespaces: FOLDER/root becomes /, and the old root is unmounted.
enter() {
  cd "$1"
  mount --bind . .
  cd "$1"
  mount -t proc proc proc
  mount --rbind /sys sys
  mount --rbind /dev dev
  mount -t tmpfs -o mode=0755 run run
  pivot_root . .
  umount -l .
  cd /root/project
}

# In the new root: runs one command. If it fails, reports the end of its output.
try() {
  local name=$1 begun=$SECONDS
  shift
  if "$@" >/root/output 2>&1 </dev/null; then
    printf 'passed\t%s\t\n' "$name"
  else
    printf 'failed\t%s\t%s\n' "$name" "$(tail -n 30 /root/output | tr '\t\n' '  ')"
  fi
  printf '%s: %s s\n' "$name" "$((SECONDS - begun))" >&2
  cat /root/output >>/root/log
}

nothing_to_do() { ./scripts/local deploy | tee /dev/stderr | grep 'Nothing to do' >/dev/null; }
runs_on() { [[ $(./scripts/local exec "$1" -- readlink -f /opt/crypto-robot/venv/bin/python | tee /dev/stderr) == "$2" ]]; }

commands() {
  # Only now: Java's part of it needs /proc.
  update-ca-certificates >&2
  # One image for both: the tests use the image in the usual state folder.
  mkdir -p "$LOCAL_STATE" /var/lib/crypto-robot-local/image
  ln -s /var/lib/crypto-robot-local/image "$LOCAL_STATE/image"
  try './scripts/local deploy' ./scripts/local deploy
  try 'the robot runs on the Python of Debian 13' runs_on crypto-robot.local /usr/bin/python3.13
  try './scripts/local deploy again: nothing to do' nothing_to_do
  export LOCAL_INSTANCE_RELEASE=bookworm
  try 'a deploy to an instance of Debian 12' ./scripts/local deploy --environment bookworm.local
  try 'the robot runs on the Python of Debian 12' runs_on bookworm.local /usr/bin/python3.11
  unset LOCAL_INSTANCE_RELEASE
  try './scripts/local down --purge' ./scripts/local down --purge
  try './scripts/test --full essential' ./scripts/test --full essential
}

make_root() {
  local root=$1 sources=$2
  mkdir -p "$sources" && LOCAL_INSTANCE_RELEASE=trixie "$image" --sources "$sources" && "$image" --options >"$sources.options" &&
    mmdebstrap --quiet --variant=minbase --mode=root --format=directory --include="$PACKAGES" --aptopt="$sources.options" \
      trixie "$root" "$sources"/debian.*
}

# The settings of a machine in this network, and the repository.
furnish() {
  local root=$1
  cp --dereference /etc/resolv.conf "$root/etc/resolv.conf" &&
    cp -r /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/" &&
    { [[ ! -e /etc/pip.conf ]] || cp /etc/pip.conf "$root/etc/pip.conf"; } &&
    git clone --quiet "$project" "$root/root/project"
}

main() {
  local folder=$1 name
  local -a variables=(HOME=/root USER=root LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
  # Not the usual ones: the root shares the network of this machine, which may have a local cloud of its own.
  variables+=("LOCAL_STATE=/var/lib/crypto-robot-debian13" "LOCAL_PORT=${LOCAL_PORT:-4791}"
    "LOCAL_SUBNET=${LOCAL_SUBNET:-10.214.0.0/16}")
  for name in {http,https,no}_proxy {HTTP,HTTPS,NO}_PROXY PIP_INDEX_URL PIP_EXTRA_INDEX_URL; do
    [[ -z ${!name:-} ]] || variables+=("$name=${!name}")
  done
  if ! make_root "$folder/root" "$folder/sources" >"$folder/log" 2>&1; then
    printf 'skipped\ta fresh Debian 13\t%s\n' "$(tail -n 3 "$folder/log" | tr '\t\n' '  ')"
    return
  fi
  if ! furnish "$folder/root" >>"$folder/log" 2>&1; then
    printf 'failed\ta fresh Debian 13\t%s\n' "$(tail -n 3 "$folder/log" | tr '\t\n' '  ')"
    return
  fi
  unshare --mount --propagation=private --pid --fork --kill-child -- env -i "${variables[@]}" bash -c \
    "set -Eeuo pipefail; $(declare -f enter try nothing_to_do runs_on commands); enter \"\$1\"; commands" enter "$folder/root" ||
    printf 'failed\ta fresh Debian 13\t%s\n' 'its root could not be entered, see above'
  cp "$folder/root/root/log" "$project/target/debian13.log" || true
}

main "$@"
