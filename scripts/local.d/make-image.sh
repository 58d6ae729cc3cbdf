#!/usr/bin/env bash
# make-image: make the root file system every local instance is a copy of.
#
# Usage: make-image.sh TARGET            makes TARGET, a folder that must not exist yet
#        make-image.sh --name            prints a name that changes with what would be made: the release and a hash
#        make-image.sh --sources FOLDER  writes the apt sources it would use into FOLDER
#        make-image.sh --options         prints the apt options it would use
#
# Debian of the release LOCAL_INSTANCE_RELEASE (bookworm or trixie; empty: the one this machine has), from the apt sources of this
# machine with that release in the place of its own, by mmdebstrap. With what an instance
# needs (systemd, git, Python, the AWS command line …), a user `ec2-user`, and without what would only
# slow the boot (timers, gettys, network waiting). TARGET appears complete or not at all.
set -Eeuo pipefail

readonly PACKAGES=systemd,systemd-sysv,dbus,git,python3,python3-venv,python3-pip,curl,openssl,awscli,jq,iproute2,\
ca-certificates,nftables,openssh-client,openssh-server,procps,less
readonly MASKED=(
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer
  systemd-networkd-wait-online.service systemd-networkd.service systemd-networkd.socket systemd-resolved.service
  systemd-timesyncd.service systemd-firstboot.service systemd-udevd.service systemd-udev-trigger.service
  console-getty.service getty.target systemd-ask-password-console.path systemd-ask-password-wall.path
  ssh.service ssh.socket
)

fail() {
  printf 'make-image: %s\n' "$1" >&2
  exit 1
}

# The Debian sources of this machine: entries for its own suite (and -updates, -security, -backports) with the
# component main, for the wanted release. Sources of other vendors stay out: their keys are not in the image.
debian_sources() {
  local codename=$1 wanted=$2 file
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ -f $file ]] || continue
    awk -v suite="$codename" -v wanted="$wanted" '
      $1 == "deb" {
        rest = $0
        sub(/^deb[ \t]+(\[[^]]*\][ \t]+)?/, "", rest)
        count = split(rest, part, /[ \t]+/)
        if (part[2] !~ "^" suite "(-updates|-security|-backports)?$") next
        for (i = 3; i <= count; i++) if (part[i] == "main") {
          sub("[ \t]" suite, " " wanted)
          print
          next
        }
      }' "$file"
  done
}

debian_stanzas() {
  local codename=$1 wanted=$2 file
  for file in /etc/apt/sources.list.d/*.sources; do
    [[ -f $file ]] || continue
    awk -v suite="$codename" -v wanted="$wanted" '
      BEGIN { RS = ""; FS = "\n" }
      {
        suites = components = ""; enabled = 1; kept = ""
        for (i = 1; i <= NF; i++) {
          if ($i ~ /^#/) continue
          if ($i ~ /^Suites:/) {
            suites = $i
            gsub("[ \t]" suite, " " wanted, $i)
          }
          kept = kept $i "\n"
          if ($i ~ /^Components:/) components = $i
          if ($i ~ /^Enabled:[ \t]*no/) enabled = 0
        }
        if (enabled && suites ~ "[ \t]" suite "(-updates|-security|-backports)?([ \t]|$)" \
            && components ~ /[ \t]main([ \t]|$)/) printf "%s\n", kept
      }' "$file"
  done
}

# What apt needs on this machine to reach its archive at all.
apt_options() {
  apt-config dump | grep -E '^Acquire::(http|https)::Proxy |^Acquire::(Check-Valid-Until|Check-Date|Retries) ' || true
}

# Runs inside the fresh root: everything that makes it an instance.
finish() {
  local root=$1 unit
  chroot "$root" useradd --create-home --shell /bin/bash ec2-user
  for unit in "${MASKED[@]}"; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
  done
  ln -sf /usr/lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
  mkdir -p "$root/etc/systemd/journald.conf.d" "$root/etc/systemd/system.conf.d"
  printf '[Journal]\nStorage=persistent\nSystemMaxUse=64M\nRateLimitIntervalSec=0\n' \
    >"$root/etc/systemd/journald.conf.d/instance.conf"
  printf '[Manager]\nDefaultTimeoutStopSec=15s\n' >"$root/etc/systemd/system.conf.d/instance.conf"
  rm -f "$root"/etc/ssh/ssh_host_*_key* "$root/etc/resolv.conf" "$root/etc/hostname"
  : >"$root/etc/machine-id"
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/usr/share/doc/* "$root"/usr/share/man/*
}

# Files that apt and mmdebstrap take; a file without an entry would be an error to them.
write_sources() {
  local codename=$1 wanted=$2 folder=$3
  debian_sources "$codename" "$wanted" >"$folder/debian.list"
  debian_stanzas "$codename" "$wanted" >"$folder/debian.sources"
  find "$folder" -maxdepth 1 -name 'debian.*' -empty -delete
}

main() {
  local codename wanted sources target=${1:?a target folder, --name, --sources or --options}
  # shellcheck source=/dev/null
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  [[ -n $codename ]] || fail '/etc/os-release names no VERSION_CODENAME: this machine is no Debian; Debian 12 or 13 is needed'
  wanted=${LOCAL_INSTANCE_RELEASE:-$codename}
  if [[ $target == --sources ]]; then
    write_sources "$codename" "$wanted" "${2:?a folder}"
    return
  fi
  if [[ $target == --options ]]; then
    apt_options
    return
  fi
  [[ ! -e $target ]] || fail "$target exists already"

  sources=$(mktemp -d)
  # shellcheck disable=SC2064 # the paths of now
  trap "rm -rf -- '$sources' '$target.unfinished'" EXIT
  write_sources "$codename" "$wanted" "$sources"
  local -a from=()
  mapfile -t from < <(find "$sources" -name 'debian.*' | sort)
  if [[ $target == --name ]]; then
    printf '%s-%s\n' "$wanted" "$(cat "${BASH_SOURCE[0]}" "${from[@]}" | sha256sum | cut -c1-12)"
    return
  fi
  apt_options >"$sources/options"
  ((${#from[@]} > 0)) || fail "no apt source of $codename main in /etc/apt: mmdebstrap would not know where to fetch from"

  rm -rf "$target.unfinished"
  nice mmdebstrap --variant=minbase --mode=root --format=directory --include="$PACKAGES" \
    --aptopt="$sources/options" \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    "$wanted" "$target.unfinished" "${from[@]}" >&2
  finish "$target.unfinished"
  sync -f "$target.unfinished"
  mv -T "$target.unfinished" "$target"
}

main "$@"
