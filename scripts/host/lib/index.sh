# index.sh: how pip reaches its package index: the machine's settings, the system's authorities, and a login that no robot sees.
#
# The login to a package index is in /etc/crypto-robot-index.netrc, root's with mode 600. pip gets a copy that only its user,
# crypto-robot-build, can read, in its own unit and for as long as that runs.

readonly PIP_CONF=/etc/pip.conf INDEX_LOGIN=/etc/crypto-robot-index.netrc INDEX_LOGIN_INSIDE=/run/crypto-robot-index.netrc

# Sets index_settings to what pip's unit needs.
use_index_settings() {
  local bundle
  index_settings=("Environment=PIP_CONFIG_FILE=$PIP_CONF")
  # An address that pip.conf trusts otherwise stays so. Debian keeps the system's authorities here, Amazon Linux there.
  if ! grep -Eqs '^[[:space:]]*cert[[:space:]]*[=:]' "$PIP_CONF"; then
    for bundle in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
      if [[ -r $bundle ]]; then
        index_settings+=("Environment=PIP_CERT=$bundle")
        break
      fi
    done
  fi
  [[ -e $INDEX_LOGIN ]] || return 0
  [[ $(stat -c '%F %u %a' "$INDEX_LOGIN") == 'regular file 0 600' ]] ||
    fail HostUnfit "$INDEX_LOGIN is readable by others than root: chown root: $INDEX_LOGIN && chmod 600 $INDEX_LOGIN"
  install -m 400 -o "$BUILD_USER" -g "$BUILD_USER" "$INDEX_LOGIN" "$WORK/netrc"
  index_settings+=("BindReadOnlyPaths=$WORK/netrc:$INDEX_LOGIN_INSIDE" "Environment=NETRC=$INDEX_LOGIN_INSIDE")
}

# The login goes as soon as pip is done.
forget_index_login() { rm -f "$WORK/netrc"; }
