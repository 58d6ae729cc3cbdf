#!/usr/bin/env bash
# offer-wheels: see that pip finds packages inside an instance, also on a machine without a package index.
#
# Usage: offer-wheels.sh [--offered] INSTANCE <requirements.txt        with LOCAL_STATE set
#
# Promise: where the instance reaches pip's index, pip is left as it is. Where it does not, wheels of what
# requirements.txt asks for, and of what that depends on, are made from Debian's packages (once: LOCAL_STATE/wheelhouse),
# copied to /opt/wheelhouse in the instance, and /etc/pip.conf there says so. What Debian does not have is left out, and
# pip will name it. Whether the index answers is asked once an hour. Says what it does on stderr.
# With --offered it does nothing and ends with 0 if this instance was offered the same already, which needs no running
# instance to know.
set -Eeuo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here wheelhouse=$LOCAL_STATE/wheelhouse index=https://pypi.org/simple/pip/
readonly pip_conf='# Made by offer-wheels: no package index answers from here.
[global]
no-index = true
find-links = /opt/wheelhouse
'

inside() { "$here/enter-machine.sh" "$@"; }

# Asks from inside the instance; remembers the answer for an hour.
index_answers() {
  local instance=$1 answer=$wheelhouse/index-$1
  if [[ -z $(find "$answer" -mmin -60 2>/dev/null) ]]; then
    if inside "$instance" curl --silent --fail --max-time 5 --output /dev/null "$index"; then
      echo yes >"$answer"
    else
      echo no >"$answer"
    fi
  fi
  [[ $(<"$answer") == yes ]]
}

# Debian is asked once for the same requirements.
make_wheels() {
  local requirements=$1 asked
  asked=$wheelhouse/asked-$(sha256sum <<<"$requirements" | cut -c1-16)
  [[ ! -e $asked ]] || return 0
  printf 'no package index answers: making wheels from Debian packages\n' >&2
  "$here/make-wheelhouse.py" "$wheelhouse" <<<"$requirements" >&2
  : >"$asked"
}

copy_wheels() {
  local instance=$1 there
  there=$(cd "$wheelhouse" && printf '%s\n' *.whl | sha256sum | cut -c1-16)
  # shellcheck disable=SC2016 # expanded inside the instance
  if inside "$instance" sh -c '[ "$(cat /opt/wheelhouse/made 2>/dev/null)" = "$1" ] && [ -e /etc/pip.conf ]' sh "$there"; then
    return
  fi
  inside "$instance" mkdir -p /opt/wheelhouse
  (cd "$wheelhouse" && tar --create --owner=0 --group=0 --mode=a+rX -- *.whl) \
    | inside "$instance" tar --extract --directory /opt/wheelhouse
  inside "$instance" tee /etc/pip.conf <<<"$pip_conf" >/dev/null
  inside "$instance" tee /opt/wheelhouse/made <<<"$there" >/dev/null
}

forget_wheels() {
  # shellcheck disable=SC2016 # expanded inside the instance
  inside "$1" sh -c 'if grep -qs "Made by offer-wheels" /etc/pip.conf; then rm -rf /etc/pip.conf /opt/wheelhouse; fi'
}

main() {
  local ask=no instance requirements offered
  if [[ $1 == --offered ]]; then
    ask=yes
    shift
  fi
  instance=$1
  requirements=$(cat)
  offered=$wheelhouse/offered-$instance-$(sha256sum <<<"$requirements" | cut -c1-16)
  if [[ $ask == yes ]]; then
    [[ -e $offered ]]
    return
  fi
  mkdir -p "$wheelhouse"
  exec 9>"$wheelhouse/flock"
  flock 9
  if index_answers "$instance"; then
    forget_wheels "$instance"
  else
    make_wheels "$requirements"
    if compgen -G "$wheelhouse/*.whl" >/dev/null; then
      copy_wheels "$instance"
    fi
  fi
  : >"$offered"
}

main "$@"
