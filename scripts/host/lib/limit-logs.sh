# limit-logs.sh: what the instance writes down has an end, and few readers.

readonly JOURNAL_CONF=/etc/systemd/journald.conf.d/50-crypto-robot.conf

limit_logs() {
  chgrp -R "$APP_USER" "$APP/log"
  chmod 750 "$APP/log"
  find "$APP/log" -type f -exec chmod 640 {} +
  ! cmp -s <(program_file crypto-robot-journal.conf) "$JOURNAL_CONF" || return 0
  install -d -m 755 "${JOURNAL_CONF%/*}"
  program_file crypto-robot-journal.conf | write_file "$JOURNAL_CONF"
  # What runs keeps its connection to the journal over this.
  systemctl restart systemd-journald
  journalctl --flush
  log 'the limits of the journal have changed'
}
