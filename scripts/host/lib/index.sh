# index.sh: how pip reaches its package index: the machine's settings, the system's authorities, and a login that no robot sees.
#
# The login to a package index is in /etc/crypto-robot-index.netrc, root's with mode 600. pip runs as the application's user, and so
# do the robots: pip gets a copy that only the group crypto-robot-index can read, and that group for as long as it runs.

readonly PIP_CONF=/etc/pip.conf INDEX_LOGIN=/etc/crypto-robot-index.netrc INDEX_GROUP=crypto-robot-index

# Sets index_settings to the environment that pip needs, and USER_GROUPS to what it may read.
use_index_settings() {
  local bundle
  index_settings=()
  # An address that pip.conf trusts otherwise stays so. Debian keeps the system's authorities here, Amazon Linux there.
  if ! grep -Eqs '^[[:space:]]*cert[[:space:]]*[=:]' "$PIP_CONF"; then
    for bundle in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
      if [[ -r $bundle ]]; then
        index_settings+=("PIP_CERT=$bundle")
        break
      fi
    done
  fi
  [[ -e $INDEX_LOGIN ]] || return 0
  [[ $(stat -c '%F %u %a' "$INDEX_LOGIN") == 'regular file 0 600' ]] ||
    fail HostUnfit "$INDEX_LOGIN is readable by others than root: chown root: $INDEX_LOGIN && chmod 600 $INDEX_LOGIN"
  getent group "$INDEX_GROUP" >/dev/null || groupadd --system "$INDEX_GROUP"
  install -m 640 -g "$INDEX_GROUP" "$INDEX_LOGIN" "$WORK/netrc"
  USER_GROUPS=--groups=$(getent group "$INDEX_GROUP" | cut -d : -f 3)
  index_settings+=("NETRC=$WORK/netrc")
}

# The login goes as soon as pip is done.
forget_index_login() {
  rm -f "$WORK/netrc"
  unset USER_GROUPS
}
