# install.sh: stores one part of the host program and installs the program when all its parts are there.
#
# Promise: needs no lock, adds a version beside the others and changes no other; harmless twice, late, in any order, interrupted, and
# beside another installation. A version is there whole or not at all. Prints {"version","installed"}; fails as HostUnfit.
# The build puts these in front: version, parts and part; part_content, which prints the part; unpack_program, which prints unpack.py.
#
# Timeout 120
set -Eeuo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
umask 022
# A caller that is gone must not end the installation half way.
trap '' PIPE
# shellcheck disable=SC2154 # The lines in front set them.
readonly version parts part
readonly store=/usr/local/lib/crypto-robot-deployer

refuse() {
  trap - ERR
  printf '{"failure":"HostUnfit","message":"the host program cannot be installed: %s"}\n' "${1//[\"\\$'\n'$'\t']/ }"
  exit 21
}
trap 'refuse "line $LINENO ended with status $?"' ERR

install -d -m 755 "$store" "$store/versions"
exec {flock}>>"$store/install.flock"
flock -w 60 "$flock" || refuse 'another installation has been running for 60 seconds'
if [[ ! -d $store/versions/$version ]]; then
  install -d -m 700 "$store/parts" "$store/parts/$version"
  part_content >"$store/parts/$version/$part.new" || refuse "part $part cannot be written: is the disk full?"
  mv -T "$store/parts/$version/$part.new" "$store/parts/$version/$part"
  missing=no
  for ((k = 1; k <= parts; k++)); do [[ -f $store/parts/$version/$k ]] || missing=yes; done
  if [[ $missing == no ]]; then
    reason=$(unpack_program | python3 -IS - "$store" "$version" "$parts" 2>&1) || refuse "${reason:-python3 does not run}"
  fi
fi
installed=false
[[ ! -d $store/versions/$version ]] || installed=true
printf '{"version":"%s","installed":%s}\n' "$version" "$installed"
