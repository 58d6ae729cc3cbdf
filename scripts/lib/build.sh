# shellcheck shell=bash
# build: build the jars if a source changed since the last build. Sourced, after say.sh and java.sh.
#
# After build_if_changed ROOT the jars of ROOT match its sources, and ROOT/target/built contains a hash that changes with
# them. Two concurrent calls build once.

# A hash of the sources of the jars: names, sizes and times. Reading every file would cost more than it saves.
sources_hash() {
  find pom.xml functions/pom.xml functions/src/main localcloud/pom.xml localcloud/src/main statemachine/schema \
    statemachine/*.yaml template.yaml environment.yaml scripts/host scripts/local.d systemd -type f -not -name '*.pyc' -not -path 'scripts/host/tests/*' -printf '%p %s %T@\n' 2>/dev/null | LC_ALL=C sort | sha256sum \
    | cut -d' ' -f1
}

build_if_changed() (
  cd "$1" || exit 1
  mkdir -p target
  exec 8>target/build.flock
  flock 8
  hash=$(sources_hash)
  if [[ -f target/built && $(<target/built) == "$hash" && -f localcloud/target/localcloud.jar ]]; then
    exit 0
  fi
  say 'building (only after a change of the sources)'
  # Maven only adds to this folder: a library of an earlier version would stay on the class path.
  rm -rf target/built localcloud/target/lib
  ./mvnw -q -Dmaven.test.skip=true -Dspotless.check.skip=true --projects functions,localcloud --also-make package >&2 8>&- || exit 1
  printf '%s\n' "$hash" >target/built
)
