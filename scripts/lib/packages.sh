# shellcheck shell=bash
# packages: install the Debian packages that are missing. Sourced, after say.sh.
#
# need_packages PACKAGE… returns when all are installed. It requests only missing packages from apt, and exits with 5 if that
# fails. It waits for another apt that runs.

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
  # The package lists of a fresh machine are empty, so the first attempt may fail.
  apt_get install "${missing[@]}" 2>/dev/null || { apt_get update && apt_get install "${missing[@]}"; } \
    || unfit "apt-get could not install ${missing[*]}"
}

# Prints the output of apt only if it fails.
apt_get() {
  local output
  output=$(DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" 2>&1) \
    || { printf '%s\n' "$output" >&2; return 1; }
}
