# metadata.sh: the instance's metadata service answers root only, so that the application never gets the instance's role.
#
# A rule of nftables refuses the address to the application's user; a unit loads it at every boot before the application's
# units. Those deny the address too, which takes control groups of version 2. Nothing a step runs as that user needs it.

readonly METADATA_RULES=/usr/local/lib/crypto-robot-deployer/metadata.nft

guard_metadata() {
  local unit=$UNIT_FOLDER/crypto-robot-metadata.service text message
  need nft nftables nftables
  install -d -m 755 "${METADATA_RULES%/*}"
  program_file crypto-robot-metadata.nft | write_file "$METADATA_RULES"
  message=$(nft -f "$METADATA_RULES" 2>&1) ||
    fail HostUnfit "nftables refuses the rule that keeps $APP_USER from the instance's credentials: ${message:0:500}"
  text=$(program_file crypto-robot-metadata.service)
  if [[ ! -f $unit || $(<"$unit") != "$text" ]]; then
    write_file "$unit" <<<"$text"
    systemctl daemon-reload
  fi
  [[ -L $UNIT_FOLDER/multi-user.target.wants/crypto-robot-metadata.service ]] ||
    systemctl enable --quiet --no-reload crypto-robot-metadata.service
  systemctl start crypto-robot-metadata.service
}

# Seen, not inferred; check_role has seen that it answers root.
check_metadata_guard() {
  ! as_user curl -s --noproxy '*' --max-time 3 -o /dev/null http://169.254.169.254/ ||
    fail HostUnfit "the instance metadata service answers $APP_USER in spite of table inet crypto_robot; see nft list ruleset"
}
