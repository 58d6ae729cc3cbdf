# sudo.sh: the application's user does not become root by sudo.
#
# Amazon Linux allows ec2-user everything, without a password. The rule of ours is read last and so decides, also against the rules
# of groups. A person who needs a shell of root's has a session of Systems Manager.

# The last name in its folder. sudo reads no file whose name has a dot in it.
readonly SUDO_RULE=/etc/sudoers.d/zzz-crypto-robot-deployer
# As sudo lists it.
readonly NO_RIGHT='(ALL : ALL) !ALL'

# Sets sudo: where the user has lost that right, or empty where it had none.
take_sudo_away() {
  local last
  sudo=''
  command -v sudo >/dev/null || return 0
  last=$(last_right)
  [[ -n $last ]] || return 0
  if [[ $last != "$NO_RIGHT" ]]; then
    [[ -d ${SUDO_RULE%/*} ]] || install -d -m 755 "${SUDO_RULE%/*}"
    printf '# Made by the crypto robot deployer. It must be the last rule for %s.\n%s ALL=(ALL:ALL) !ALL\n' "$APP_USER" "$APP_USER" >"$WORK/sudoers"
    visudo --check --quiet --file="$WORK/sudoers" || fail HostUnfit 'visudo refuses the rule that takes sudo from the application user'
    write_file "$SUDO_RULE" 440 <"$WORK/sudoers"
    last=$(last_right)
    # Seen, not inferred.
    [[ $last == "$NO_RIGHT" ]] && ! sudo -n -l -U "$APP_USER" /bin/sh >/dev/null 2>&1 ||
      fail HostUnfit "$APP_USER can become root by sudo: '$last' is read after $SUDO_RULE; remove that rule (sudo -l -U $APP_USER)"
    log "$SUDO_RULE takes sudo from $APP_USER"
  fi
  sudo="$APP_USER may not use sudo ($SUDO_RULE); for a shell as root: aws ssm start-session"
}

# What sudo's rules say of the user last, or nothing.
last_right() {
  { sudo -n -l -U "$APP_USER" 2>/dev/null || true; } | sed -n 's/^ *\(([^)]*) .*\)$/\1/p' | tail -n 1
}
