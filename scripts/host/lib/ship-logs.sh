# ship-logs.sh: whether what the application says goes to CloudWatch too, and how.

readonly SHIP_PROGRAM=/usr/local/lib/crypto-robot-deployer/ship SHIP_UNIT=crypto-robot-ship.service
readonly AGENT_CTL=/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl
readonly AGENT_CONF=/etc/crypto-robot-deployer/cloudwatch-agent.json

# ship_logs LOG_GROUP: to this group, which exists; an empty one ends it.
ship_logs() {
  if [[ -z $1 ]]; then
    stop_shipping
    return
  fi
  [[ -x $AGENT_CTL ]] || install_packages amazon-cloudwatch-agent -- amazon-cloudwatch-agent
  [[ -x $AGENT_CTL ]] || fail HostUnfit "$AGENT_CTL is still missing after installing amazon-cloudwatch-agent"
  host_program ship >"$WORK/ship"
  program_file "$SHIP_UNIT" | sed "s# /opt/crypto-robot # $APP #" >"$WORK/ship-unit"
  if ! cmp -s "$WORK/ship" "$SHIP_PROGRAM" || ! cmp -s "$WORK/ship-unit" "/etc/systemd/system/$SHIP_UNIT"; then
    install -d -m 755 "${SHIP_PROGRAM%/*}"
    write_file "$SHIP_PROGRAM" 755 <"$WORK/ship"
    write_file "/etc/systemd/system/$SHIP_UNIT" <"$WORK/ship-unit"
    systemctl daemon-reload
    systemctl enable --quiet "$SHIP_UNIT"
    systemctl restart "$SHIP_UNIT"
  fi
  agent_conf "$1" >"$WORK/agent.json"
  if ! cmp -s "$WORK/agent.json" "$AGENT_CONF"; then
    install -d -m 755 "${AGENT_CONF%/*}"
    logged "$AGENT_CTL" -a append-config -m ec2 -s -c "file:$WORK/agent.json" ||
      fail HostUnfit "the CloudWatch agent refuses its settings: $(tail -n 1 "$WORK/output")"
    write_file "$AGENT_CONF" <"$WORK/agent.json"
    log "logs go to $1"
  fi
}

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-Configuration-File-Details.html
agent_conf() {
  printf '{"logs":{"logs_collected":{"files":{"collect_list":[{"file_path":"/var/log/crypto-robot/journal.log",'
  printf '"log_group_name":"%s","log_stream_name":"{instance_id}","timezone":"UTC"}]}}}}\n' "$1"
}

stop_shipping() {
  [[ -f $AGENT_CONF || -f /etc/systemd/system/$SHIP_UNIT ]] || return 0
  systemctl disable --quiet --now "$SHIP_UNIT" || true
  rm -f "/etc/systemd/system/$SHIP_UNIT"
  systemctl daemon-reload
  [[ ! -x $AGENT_CTL ]] || logged "$AGENT_CTL" -a stop || log 'the CloudWatch agent does not stop'
  rm -f "$AGENT_CONF"
  log 'logs are not shipped any more'
}
