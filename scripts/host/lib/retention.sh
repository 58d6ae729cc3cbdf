# retention.sh: removes releases, environments and certificates nothing refers to.

# choose SERVING KEEP [SPARED …]: sets kept: what serves, the good one before it, what is spared, and of the good ones the
# newest, KEEP in all. What failed takes nobody's place.
choose() {
  local id previous wanted
  kept=()
  previous=$(previous_good "$1")
  for id in "$1" "$previous" "${@:3}"; do keep "$id"; done
  wanted=$2
  while IFS= read -r id; do
    ((${#kept[@]} < wanted)) || break
    keep "$id"
  done < <(good_releases)
}

keep() { [[ -z $1 || " ${kept[*]} " == *" $1 "* ]] || kept+=("$1"); }

# retain SERVING KEEP [SPARED …]: removes every other release and what only those referred to; sets kept and removed.
retain() {
  local folder id
  choose "$@"
  removed=()
  for folder in "$RELEASES"/*/; do
    [[ -d $folder ]] || continue
    id=$(basename "$folder")
    [[ " ${kept[*]} " == *" $id "* ]] || remove_release "$id"
  done
  remove_unreferenced
}

# Environments and certificates no release refers to; but a certificate that is being brought beside this step stays.
remove_unreferenced() {
  local folder used brought=${SSM_CertificateHostname-}-${SSM_CertificateVersion-}
  used=$(cat "$DEPLOYER/releases"/*/links "$DEPLOYER/saved"/*/state/links 2>/dev/null || true
    readlink "$RELEASES"/*/venv || true)
  for folder in "$APP/venvs"/* "$APP/certificates/.versions"/*; do
    [[ -d $folder && ${folder##*/} != "$brought" ]] || continue
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
  rm -rf "$APP/venvs"/.new-* "$RELEASES"/.new-* "$APP/venvs"/.broken-* "$APP/certificates/.versions"/.new-* "$DEPLOYER/releases"/.new-* \
    "$DEPLOYER/saved"/.new-* "$DEPLOYER/saved"/.gone-* "$RELEASES"/*/.env.new || log 'not everything unfinished can be removed'
  # While nobody writes the lock, which is written the same way.
  under_lock remove_half_written
}

# What write_file and publish_link had not yet put in its place.
remove_half_written() {
  local folder file
  for folder in "$DEPLOYER" "$APP/.new" "$UNIT_FOLDER" "${SETTLE%/*}"; do
    for file in "$folder"/*.new "$folder"/.*.new; do
      [[ ! $file =~ \.[0-9]+\.new$ ]] || rm -f "$file" || log "$file cannot be removed"
    done
  done
}
