#!/usr/bin/env bash
# make-root: make a root file system with LocalStack, once, without an image of Docker Hub.
#
# Usage: make-root.sh FOLDER      makes FOLDER/root-HASH unless it exists, and prints this path
#
# Debian 13 by mmdebstrap, because LocalStack needs Python 3.12 or newer; LocalStack from PyPI in the versions of pins.txt, which are those
# that LocalStack 4.14.0 was tested with (its requirements-runtime.txt); the jars that its Step Functions needs for JSONata, which
# it would otherwise download when it evaluates the first expression; a JRE. HASH changes with this file and with the pins. FOLDER/root-HASH
# appears complete or not at all. An older root in FOLDER is removed.
set -Eeuo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../../.." && pwd)
readonly here project image=$project/scripts/local.d/make-image.sh
# 4.14.0 is the last version that starts without an account.
readonly LOCALSTACK="localstack-core[runtime]==4.14.0"
readonly PACKAGES=ca-certificates,procps,python3,python3-venv,openjdk-25-jre-headless
readonly JSONATA=0.9.7 JARS=(com.dashjoin:jsonata:0.9.7 com.fasterxml.jackson.core:jackson-{core,annotations,databind}:2.16.2)

debian() {
  local root=$1 sources=$2
  mkdir -p "$sources"
  LOCAL_INSTANCE_RELEASE=trixie "$image" --sources "$sources"
  "$image" --options >"$sources/options"
  mmdebstrap --quiet --variant=minbase --mode=root --format=directory --include="$PACKAGES" --aptopt="$sources/options" \
    trixie "$root" "$sources"/debian.*
  cp --dereference /etc/resolv.conf "$root/etc/resolv.conf"
  cp -r /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
  chroot "$root" update-ca-certificates
}

# Runs a program in the root, with this machine's settings of pip.
inside() {
  local root=$1 name
  local -a variables=(PATH=/opt/code/localstack/.venv/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
    PIP_CERT=/etc/ssl/certs/ca-certificates.crt)
  shift
  for name in {http,https,no}_proxy {HTTP,HTTPS,NO}_PROXY PIP_INDEX_URL PIP_EXTRA_INDEX_URL; do
    [[ -z ${!name:-} ]] || variables+=("$name=${!name}")
  done
  env -i "${variables[@]}" chroot "$root" "$@"
}

# The paths are those of LocalStack's own image: localstack/config.py and packages/api.py at v4.14.0.
localstack() {
  local root=$1 artifact
  local lib=$root/usr/lib/localstack
  [[ ! -e /etc/pip.conf ]] || cp /etc/pip.conf "$root/etc/pip.conf"
  cp "$here/pins.txt" "$root/opt/pins.txt"
  inside "$root" python3 -m venv /opt/code/localstack/.venv
  inside "$root" pip install --quiet --no-cache-dir --constraint /opt/pins.txt "$LOCALSTACK"
  mkdir -p "$lib/java" "$lib/jsonata/$JSONATA" "$root/var/lib/localstack"
  # JSONata is loaded from a Java 21 at this path. 25 serves.
  ln -s /usr/lib/jvm/java-25-openjdk-amd64 "$lib/java/21"
  touch "$lib/.community-version"
  for artifact in "${JARS[@]}"; do
    "$project/mvnw" --quiet --batch-mode --non-recursive --file "$project/pom.xml" dependency:copy "-Dartifact=$artifact" \
      "-DoutputDirectory=$lib/jsonata/$JSONATA"
  done
  # The index of the services, which it would otherwise make at each start.
  inside "$root" python -m localstack.aws.spec
  install -m 755 "$here/docker-entrypoint.sh" "$root/usr/local/bin/docker-entrypoint.sh"
}

main() {
  local folder=$1 root
  mkdir -p "$folder"
  exec 9>"$folder/root.lock"
  flock 9
  root=$folder/root-$(cat "${BASH_SOURCE[0]}" "$here/pins.txt" "$here/docker-entrypoint.sh" | sha256sum | cut -c1-12)
  if [[ ! -d $root ]]; then
    rm -rf --one-file-system "$folder"/root-*
    mkdir "$folder/root-unfinished"
    debian "$folder/root-unfinished/root" "$folder/root-unfinished/sources" >&2
    localstack "$folder/root-unfinished/root" >&2
    mv "$folder/root-unfinished/root" "$root"
    rm -rf --one-file-system "$folder/root-unfinished"
  fi
  printf '%s\n' "$root"
}

main "$@"
