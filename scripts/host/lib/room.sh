# room.sh: makes room on the disk before a deployment needs it.
#
# Parameter Release ^([0-9]{8}T[0-9]{6}Z-[0-9a-f]{7})?$ The release this is about, where it is there already; it stays.
# Parameter KeepReleases ^[1-9][0-9]{0,2}$ How many good releases to keep.
# Parameter CertificateHostname ^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$ The host name served.
# Parameter CertificateVersion ^[A-Za-z0-9-]{0,64}$ Version of the certificate that is being brought; empty when there is none.
require_pattern KeepReleases "${SSM_KeepReleases:?}" '^[1-9][0-9]{0,2}$'
readonly NEEDED_MEGABYTES=1024

# Sets free_megabytes; whether that is enough.
is_room() {
  free_megabytes=$(df -Pm "$APP" | awk 'NR == 2 { print $4 }')
  ((free_megabytes >= NEEDED_MEGABYTES))
}

# Removes only as much as is needed, in this order: what retention would remove anyway and what can be fetched again; then
# good releases, the oldest first, never what serves, the good one before it or the one this is about. Sets free_megabytes
# and freed; fails as HostUnfit when there is still too little.
make_room() {
  local before serving keep
  freed=()
  ! is_room || return 0
  before=$free_megabytes
  # A release whose fate is open says itself what it still needs.
  if [[ ! -f $DEPLOYER/armed && ! -f $DEPLOYER/firing && ! -f $DEPLOYER/confirming ]]; then
    serving=$(current_release)
    remove_leftovers "$serving"
    for ((keep = SSM_KeepReleases - 1; keep >= 2; keep--)); do
      ! is_room || break
      remove_good "$serving" "$keep"
    done
  fi
  if ! is_room; then
    fail HostUnfit "$APP has $free_megabytes MB left, a deployment needs $NEEDED_MEGABYTES; $((free_megabytes - before)) MB \
were made free${freed[*]:+ by removing ${freed[*]}}. What is left takes: $(sizes). Enlarge the volume or clear what is yours"
  fi
  log "made room on the disk: $before MB were free, now $free_megabytes; removed: ${freed[*]:-caches and logs}"
}

remove_leftovers() {
  local removed=() kept=()
  remove_unfinished_parts
  retain "$1" "$SSM_KeepReleases" "${SSM_Release-}"
  freed+=("${removed[@]}")
  rm -f "$DEPLOYER/log"/*.log.*
  clear_mirrors
}

# Mirrors are copies of repositories. The one that was used last spares its next fetch most of the way.
clear_mirrors() {
  local mirror newest=''
  for mirror in "$APP/mirror"/*; do
    [[ -d $mirror ]] || continue
    [[ -n $newest && ! $mirror -nt $newest ]] || newest=$mirror
  done
  for mirror in "$APP/mirror"/*; do
    [[ -d $mirror ]] || continue
    if [[ $mirror == "$newest" ]]; then
      repository_offline "BindPaths=$mirror" -- clean "$mirror" || log "$mirror cannot be cleaned"
    else
      rm -rf "$mirror"
    fi
  done
}

# remove_good SERVING KEEP: good releases beyond KEEP, which is fewer than asked for; said aloud and kept in history.
remove_good() {
  local id removed=() kept=()
  retain "$1" "$2" "${SSM_Release-}"
  for id in "${removed[@]}"; do
    freed+=("$id")
    log "good release $id was removed: the disk has too little room for $SSM_KeepReleases of them"
    record discarded "$id" "$1" '' 'the disk had too little room for it'
  done
}

sizes() {
  local place text=''
  for place in releases venvs shared mirror; do
    [[ ! -d $APP/$place ]] || text+="$place $(du -sm "$APP/$place" | cut -f 1) MB, "
  done
  printf '%s' "${text%, }"
}
