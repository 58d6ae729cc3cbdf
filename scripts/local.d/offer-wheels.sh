#!/usr/bin/env bash
# offer-wheels: see that pip finds packages inside an instance, also on a machine without a package index.
#
# Usage: offer-wheels.sh [--offered] INSTANCE <requirements.txt        with LOCAL_STATE and pip's own variables set
#
# Promise: the instance trusts the certificate authorities that the owner added to this machine, and pip there has this machine's
# settings (index-settings.py): /etc/pip.conf without a login, the login in /etc/crypto-robot-index.netrc, for root alone. Both
# follow the machine at each call. Where a package index answers inside, that is all. Where none does, wheels of what
# requirements.txt asks for, and of what that depends on, are made from the Debian packages of the instance's release (once:
# LOCAL_STATE/wheelhouse), copied to /opt/wheelhouse in the instance, and pip.conf names them, with the reason in
# /opt/wheelhouse/no-index.txt. What Debian does not have is left out, and the deploy will name it. Says what it does on stderr.
# With --offered it does nothing and ends with 0 if this instance was offered the same already, which needs no running
# instance to know.
set -Eeuo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here

inside() { "$here/enter-machine.sh" "$@"; }

# This runs inside the instance, with the settings as a tar archive on its input.
take_settings() {
  local own=/usr/local/share/ca-certificates stamp=/etc/ssl/crypto-robot-machine file
  # Not local: the trap runs after this function.
  new=$(mktemp -d /run/crypto-robot-index-XXXXXX)
  trap 'rm -rf "$new"' EXIT
  tar --extract --directory "$new"
  # The names follow from the contents. The list is written last: what was cut off is done again.
  if [ "$(ls "$new/authorities")" != "$(cat "$stamp" 2>/dev/null)" ]; then
    rm -f "$own"/machine-*.crt
    for file in "$new"/authorities/*.crt; do
      [ ! -e "$file" ] || install -m 644 "$file" "$own"
    done
    update-ca-certificates --fresh >/dev/null 2>&1
    ls "$new/authorities" >"$stamp"
  fi
  if [ -e "$new/netrc" ]; then
    install -m 600 "$new/netrc" /etc/crypto-robot-index.netrc
  else
    rm -f /etc/crypto-robot-index.netrc
  fi
  install -m 644 "$new/pip.conf" /etc/pip.conf.new
}

# This runs inside the instance: pip gets the new settings in one step, with the wheels where no index answers.
use_settings() {
  if [ "$1" = wheels ]; then
    sed -i '/^no-index/d' /etc/pip.conf.new
    printf 'no-index = true\nfind-links = /opt/wheelhouse\n' >>/etc/pip.conf.new
  else
    rm -rf /opt/wheelhouse
  fi
  mv -T /etc/pip.conf.new /etc/pip.conf
}

run_inside() {
  local instance=$1 name=$2
  shift 2
  inside "$instance" bash -c "set -eu; $(declare -f "$name"); $name \"\$@\"" "$name" "$@"
}

# Why no index answers inside the instance; empty when one does.
why_no_index() {
  inside "$1" python3 -IS - /etc/pip.conf.new /etc/crypto-robot-index.netrc <"$here/../host/lib/index.py" | jq -r .why
}

# apt for the release of the instance, where this machine has another one.
use_apt_of() {
  local release=$1 apt=$wheelhouse/apt own
  # shellcheck source=/dev/null
  own=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
  [[ $release != "$own" ]] || return 0
  mkdir -p "$apt"/{sources,lists/partial,cache/archives/partial}
  LOCAL_INSTANCE_RELEASE=$release "$here/make-image.sh" --sources "$apt/sources"
  : >"$apt/status"
  cat >"$apt/apt.conf" <<CONF
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$apt/sources";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
APT::Sandbox::User "root";
CONF
  export APT_CONFIG=$apt/apt.conf
  [[ -n $(find "$apt/lists" -name '*_Packages*' -print -quit) ]] || apt-get -qq update >&2
}

# Debian is asked once for the same requirements.
make_wheels() {
  local release=$1 requirements=$2 asked
  asked=$wheelhouse/asked-$(sha256sum <<<"$requirements" | cut -c1-16)
  [[ ! -e $asked ]] || return 0
  use_apt_of "$release"
  "$here/make-wheelhouse.py" "$wheelhouse" <<<"$requirements" >&2
  : >"$asked"
}

copy_wheels() {
  local instance=$1 why=$2 there
  there=$(cd "$wheelhouse" && printf '%s\n' *.whl | sha256sum | cut -c1-16)
  # shellcheck disable=SC2016 # expanded inside the instance
  if ! inside "$instance" sh -c '[ "$(cat /opt/wheelhouse/made 2>/dev/null)" = "$1" ]' sh "$there"; then
    inside "$instance" mkdir -p /opt/wheelhouse
    (cd "$wheelhouse" && tar --create --owner=0 --group=0 --mode=a+rX -- *.whl) \
      | inside "$instance" tar --extract --directory /opt/wheelhouse
    inside "$instance" tee /opt/wheelhouse/made <<<"$there" >/dev/null
  fi
  inside "$instance" tee /opt/wheelhouse/no-index.txt <<<"$why" >/dev/null
}

main() {
  local ask=no instance requirements settings digest offered why release
  if [[ $1 == --offered ]]; then
    ask=yes
    shift
  fi
  instance=$1
  requirements=$(cat)
  settings=$(mktemp -d "$LOCAL_STATE/index-XXXXXX")
  # shellcheck disable=SC2064 # the path of now
  trap "rm -rf '$settings'" EXIT
  "$here/index-settings.py" "$settings"
  digest=$(cd "$settings" && find . -type f -exec sha256sum {} + | LC_ALL=C sort | sha256sum | cut -c1-16)
  offered=$LOCAL_STATE/wheelhouse/offered-$instance-$(sha256sum <<<"$requirements$digest" | cut -c1-16)
  if [[ $ask == yes ]]; then
    [[ -e $offered ]]
    return
  fi
  mkdir -p "$LOCAL_STATE/wheelhouse"
  exec 9>"$LOCAL_STATE/wheelhouse/flock"
  flock 9
  tar --create --owner=0 --group=0 --directory "$settings" . | run_inside "$instance" take_settings
  why=$(why_no_index "$instance")
  if [[ -z $why ]]; then
    run_inside "$instance" use_settings index
  else
    printf '%s: using wheels made from Debian packages\n' "$why" >&2
    # shellcheck disable=SC2016 # expanded inside the instance
    release=$(inside "$instance" sh -c '. /etc/os-release && printf %s "$VERSION_CODENAME"')
    readonly wheelhouse=$LOCAL_STATE/wheelhouse/$release
    mkdir -p "$wheelhouse"
    make_wheels "$release" "$requirements"
    if compgen -G "$wheelhouse/*.whl" >/dev/null; then
      copy_wheels "$instance" "$why"
    fi
    run_inside "$instance" use_settings wheels
  fi
  : >"$offered"
}

main "$@"
