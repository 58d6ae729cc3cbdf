# metadata.sh: the instance's metadata service answers root only, so that the application never gets the instance's role.
#
# A rule of nftables refuses the addresses to every other user; a unit loads it at every boot before the application's units.
# Those deny the addresses too, which takes control groups of version 2. Nothing a step runs as another user needs them.

readonly METADATA_RULES=/usr/local/lib/crypto-robot-deployer/metadata.nft
# In the range of the ids that useradd gives a user for its own user namespaces. No account has it.
readonly SUBORDINATE_ID=100001

guard_metadata() {
  local unit=$UNIT_FOLDER/crypto-robot-metadata.service text message
  need nft nftables nftables
  install -d -m 755 "${METADATA_RULES%/*}"
  program_file crypto-robot-metadata.nft | write_file "$METADATA_RULES"
  message=$(nft -f "$METADATA_RULES" 2>&1) ||
    fail HostUnfit "nftables refuses the rule that keeps all users but root from the instance's credentials: ${message:0:500}"
  text=$(program_file crypto-robot-metadata.service)
  if [[ ! -f $unit || $(<"$unit") != "$text" ]]; then
    write_file "$unit" <<<"$text"
    systemctl daemon-reload
  fi
  [[ -L $UNIT_FOLDER/multi-user.target.wants/crypto-robot-metadata.service ]] ||
    systemctl enable --quiet --no-reload crypto-robot-metadata.service
  systemctl start crypto-robot-metadata.service
}

# Tries it; check_role has received an answer as root.
check_metadata_guard() {
  local user
  for user in "$APP_USER" "$SUBORDINATE_ID"; do
    ! as_id "$user" curl -s --noproxy '*' --max-time 3 -o /dev/null http://169.254.169.254/ ||
      fail HostUnfit "the instance metadata service answers $user in spite of table inet crypto_robot; see nft list ruleset"
  done
}
