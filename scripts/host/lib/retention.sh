# retention.sh: removes releases, environments and certificates nothing refers to.

# retain SERVING KEEP: sets kept and removed.
retain() {
  local id folder previous good=() used
  kept=("$1") removed=()
  mapfile -t good < <(good_releases)
  previous=$(previous_good "$1")
  [[ -z $previous ]] || kept+=("$previous")
  for id in "${good[@]}"; do
    ((${#kept[@]} < $2)) || break
    [[ " ${kept[*]} " == *" $id "* ]] || kept+=("$id")
  done
  for folder in "$RELEASES"/*/; do
    [[ -d $folder ]] || continue
    id=$(basename "$folder")
    [[ " ${kept[*]} " == *" $id "* ]] || remove_release "$id"
  done
  used=$(for id in "${kept[@]}"; do cat "$DEPLOYER/releases/$id/links" 2>/dev/null || true; done)
  for folder in "$APP/venvs"/* "$APP/certificates/.versions"/*; do
    [[ -d $folder ]] || continue
    [[ $used == *"/${folder##*/}"* ]] || rm -rf "$folder" || log "$folder cannot be removed"
  done
}

# Without its manifest first: half a release must not look like a whole one. One that cannot be removed is no reason to fail:
# what serves is well, and the next deployment tries again.
remove_release() {
  if rm -f "$RELEASES/$1/release.json" &&
    rm -rf "${RELEASES:?}/$1" "$DEPLOYER/releases/$1" "$DEPLOYER/releases/$1.commit" "$DEPLOYER/saved/$1"; then
    removed+=("$1")
  else
    log "release $1 cannot be removed"
  fi
}

# What steps that were ended left beside the things they were making.
remove_unfinished_parts() {
  rm -rf "$APP/venvs"/.new-* "$APP/venvs"/.broken-* "$APP/certificates/.versions"/.new-* "$DEPLOYER/releases"/.new-* \
    "$DEPLOYER/saved"/.new-* "$DEPLOYER/saved"/.gone-* || log 'not everything unfinished can be removed'
}
