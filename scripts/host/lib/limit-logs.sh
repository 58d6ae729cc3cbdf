# limit-logs.sh: what the instance writes down has an end.

readonly JOURNAL_CONF=/etc/systemd/journald.conf.d/50-crypto-robot.conf

limit_logs() {
  ! cmp -s <(program_file crypto-robot-journal.conf) "$JOURNAL_CONF" || return 0
  install -d -m 755 "${JOURNAL_CONF%/*}"
  program_file crypto-robot-journal.conf | write_file "$JOURNAL_CONF"
  # What runs keeps its connection to the journal over this.
  systemctl restart systemd-journald
  journalctl --flush
  log 'the limits of the journal have changed'
}
