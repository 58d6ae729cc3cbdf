# shellcheck shell=bash
# java: find JDK 25. Sourced, after say.sh.
#
# use_jdk exports JAVA_HOME as a JDK 25, from JAVA_HOME itself or from the folders where JDKs usually are, whatever `java` is
# on the path. Without one it prints in one line how to get it and exits with 5.

readonly JAVA_FEATURE=25

is_jdk() {
  [[ -x $1/bin/javac && -r $1/release ]] && grep -q "^JAVA_VERSION=\"${JAVA_FEATURE}[\".+-]" "$1/release"
}

# Prints the folders that may have a JDK, one a line, the likeliest first.
jdk_places() {
  local on_path
  printf '%s\n' "${JAVA_HOME:-}" /usr/lib/jvm/*"$JAVA_FEATURE"* /usr/lib/jvm/* /opt/java/* /opt/*jdk* /usr/java/* \
    /usr/local/*jdk* "${HOME:-/root}"/.sdkman/candidates/java/* "${HOME:-/root}"/.jdks/*
  if on_path=$(command -v javac); then
    on_path=$(readlink -f "$on_path")
    printf '%s\n' "${on_path%/bin/javac}"
  fi
}

use_jdk() {
  local place
  while IFS= read -r place; do
    if [[ -n $place ]] && is_jdk "$place"; then
      export JAVA_HOME=$place
      return
    fi
  done < <(jdk_places)
  unfit "no JDK $JAVA_FEATURE found: on Debian 13 apt-get install openjdk-$JAVA_FEATURE-jdk-headless; on Debian 12 unpack one from" \
    "https://adoptium.net/temurin/releases/?version=$JAVA_FEATURE into /usr/lib/jvm; or set JAVA_HOME to one"
}
