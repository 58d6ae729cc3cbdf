#!/usr/bin/env bash
# offer-wheels: let pip in an instance find packages, also on a machine without a package index.
#
# Usage: offer-wheels.sh [--offered] INSTANCE <requirements.txt        with LOCAL_STATE and pip's own variables set
#
# Afterwards the instance trusts the certificate authorities that the owner added to this machine, and pip there has this
# machine's settings (index-settings.py): /etc/pip.conf without a login, the login in /etc/crypto-robot-index.netrc, readable by
# root only. Each call updates both. If the instance reaches a package index, that is all. Otherwise wheels of the requirements
# and their dependencies are made from the Debian packages of the instance's release (once, in LOCAL_STATE/wheelhouse) and
# copied to /opt/wheelhouse in the instance. pip.conf then refers to them, and /opt/wheelhouse/no-index.txt contains the reason.
# Requirements that Debian does not have are skipped; the deploy reports them. Reports its actions on stderr.
# With --offered it changes nothing and exits with 0 if the same was already offered to this instance. This works without a
# running instance.
set -Eeuo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here

inside() { "$here/enter-machine.sh" "$@"; }

# Runs in the instance, with the settings as a tar archive on stdin.
take_settings() {
  local own=/usr/local/share/ca-certificates stamp=/etc/ssl/crypto-robot-machine file
  # Not local: the trap runs after this function.
  new=$(mktemp -d /run/crypto-robot-index-XXXXXX)
  trap 'rm -rf "$new"' EXIT
  tar --extract --directory "$new"
  # The names are derived from the contents. The list is written last, so that an interrupted update is repeated.
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

# Runs in the instance: activates the new settings of pip in one step, with the wheels if no index is reachable.
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

# The reason why the instance reaches no index; empty if it reaches one.
index_problem() {
  inside "$1" python3 -IS - /etc/pip.conf.new /etc/crypto-robot-index.netrc <"$here/../host/robothost/index.py" | jq -r .why
}

# Configures apt for the release of the instance if this machine has another release.
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

# Makes the wheels once for the same requirements.
make_wheels() {
  local release=$1 requirements=$2 mark
  mark=$wheelhouse/asked-$(sha256sum <<<"$requirements" | cut -c1-16)
  [[ ! -e $mark ]] || return 0
  use_apt_of "$release"
  "$here/make-wheelhouse.py" "$wheelhouse" <<<"$requirements" >&2
  : >"$mark"
}

copy_wheels() {
  local instance=$1 reason=$2 there
  there=$(cd "$wheelhouse" && printf '%s\n' *.whl | sha256sum | cut -c1-16)
  # shellcheck disable=SC2016 # expanded inside the instance
  if ! inside "$instance" sh -c '[ "$(cat /opt/wheelhouse/made 2>/dev/null)" = "$1" ]' sh "$there"; then
    inside "$instance" mkdir -p /opt/wheelhouse
    (cd "$wheelhouse" && tar --create --owner=0 --group=0 --mode=a+rX -- *.whl) \
      | inside "$instance" tar --extract --directory /opt/wheelhouse
    inside "$instance" tee /opt/wheelhouse/made <<<"$there" >/dev/null
  fi
  inside "$instance" tee /opt/wheelhouse/no-index.txt <<<"$reason" >/dev/null
}

main() {
  local query=no instance requirements settings digest offered reason release
  if [[ $1 == --offered ]]; then
    query=yes
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
  if [[ $query == yes ]]; then
    [[ -e $offered ]]
    return
  fi
  mkdir -p "$LOCAL_STATE/wheelhouse"
  exec 9>"$LOCAL_STATE/wheelhouse/flock"
  flock 9
  tar --create --owner=0 --group=0 --directory "$settings" . | run_inside "$instance" take_settings
  reason=$(index_problem "$instance")
  if [[ -z $reason ]]; then
    run_inside "$instance" use_settings index
  else
    printf '%s: using wheels made from Debian packages\n' "$reason" >&2
    # shellcheck disable=SC2016 # expanded inside the instance
    release=$(inside "$instance" sh -c '. /etc/os-release && printf %s "$VERSION_CODENAME"')
    readonly wheelhouse=$LOCAL_STATE/wheelhouse/$release
    mkdir -p "$wheelhouse"
    make_wheels "$release" "$requirements"
    if compgen -G "$wheelhouse/*.whl" >/dev/null; then
      copy_wheels "$instance" "$reason"
    fi
    run_inside "$instance" use_settings wheels
  fi
  : >"$offered"
}

main "$@"
