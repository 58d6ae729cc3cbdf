# containers.sh: the containers that served before this deployer, while a migration from them is under way.
#
# $DEPLOYER/migration/ is root's own: inventory.json (what prepare found; while it is there the containers count), held.json (they
# are stopped, and how they were; see hold.py), carried (their data is in shared/), cleaned-up (what was removed in the end).
readonly MIGRATION=$DEPLOYER/migration

# A migration is prepared and the containers were not stopped by it.
containers_serve() { [[ -f $MIGRATION/inventory.json && ! -f $MIGRATION/held.json ]]; }

containers_are_held() { [[ -f $MIGRATION/held.json ]]; }

# The names of the inventory's containers that run.
running_containers() {
  local ids
  mapfile -t ids < <(docker ps --quiet --no-trunc 2>"$WORK/docker")
  [[ ! -s $WORK/docker ]] || fail HostUnfit "whether containers run on this instance cannot be seen: $(last_lines 1 "$WORK/docker")"
  ((${#ids[@]} == 0)) || docker inspect --type container "${ids[@]}" |
    jq -r --slurpfile known "$MIGRATION/inventory.json" '.[].Name[1:] | select(IN($known[0].containers[].name))'
}

# check_containers MODE keep|replace: while the containers run, no release gets keys; and only what was prepared is replaced.
check_containers() {
  local running
  if [[ $2 == replace ]]; then
    containers_serve || containers_are_held || fail HostUnfit 'no migration is prepared on this instance; run phase prepare first'
    return 0
  fi
  if [[ $1 != live ]] || ! containers_serve || ! command -v docker >/dev/null; then return 0; fi
  running=$(running_containers | tr '\n' ' ')
  [[ -z $running ]] || fail HostUnfit "containers run on this instance (${running% }), and a second robot would have keys beside theirs; \
migrate with phase cutover, or deploy with simulate"
}
