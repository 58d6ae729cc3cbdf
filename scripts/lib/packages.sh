# shellcheck shell=bash
# packages: install the Debian packages that are missing. Sourced, after say.sh.
#
# Promise: need_packages PACKAGE… returns when all are installed; it asks apt only for what is missing, and ends with 5
# where that cannot be done. Waits for another apt that is at work.

need_packages() {
  local package
  local -a missing=()
  [[ -x /usr/bin/dpkg-query && -x /usr/bin/apt-get ]] || unfit 'this machine has no apt: Debian 12 or 13 is needed'
  # One query for all: each reads the whole database.
  local installed
  installed=$(dpkg-query --show --showformat='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    [[ $'\n'$installed$'\n' == *$'\n'"$package installed"$'\n'* ]] || missing+=("$package")
  done
  ((${#missing[@]} > 0)) || return 0
  ((EUID == 0)) || unfit "root is needed to install ${missing[*]}; run this as root"
  say "installing ${missing[*]}"
  # The lists of a fresh machine are empty: what apt says of that is no fault.
  apt_get install "${missing[@]}" 2>/dev/null || { apt_get update && apt_get install "${missing[@]}"; } \
    || unfit "apt-get could not install ${missing[*]}"
}

# Quiet while all is well; what apt said is shown only if it fails for good.
apt_get() {
  local said
  said=$(DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" 2>&1) \
    || { printf '%s\n' "$said" >&2; return 1; }
}
