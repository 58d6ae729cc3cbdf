# serve.sh: makes a release the one that serves, whatever served before and wherever an earlier attempt was ended.
#
# What root does for a release is decided when the release is finished and kept in $DEPLOYER/releases/<id>/, root's own folder:
# units/ (the units exactly as they get installed) and links (one `<link> <target>` a line, relative to the application's
# folder). So a rollback needs nothing but files, and runs the same at boot, from the dead-man timer and from a step.

readonly UNIT_MARK='# Installed by the crypto robot deployer; the next deployment overwrites changes.'

# The application's units on this machine, without suffix.
installed_units() {
  local file line
  for file in "$UNIT_FOLDER"/*.service; do
    [[ -f $file && ! -L $file ]] || continue
    IFS= read -r line <"$file" || true
    if [[ $line == "$UNIT_MARK" ]]; then
      file=${file##*/}
      printf '%s\n' "${file%.service}"
    fi
  done
}

units_of() {
  local file
  for file in "$DEPLOYER/releases/$1/units/"*.service; do
    [[ -f $file ]] || continue
    file=${file##*/}
    printf '%s\n' "${file%.service}"
  done
}

# Whether a unit runs already as the release wants it: its file, its folder.
runs_from() {
  cmp -s "$DEPLOYER/releases/$2/units/$1.service" "$UNIT_FOLDER/$1.service" || return 1
  unit_state "$1"
  [[ $unit_ActiveState == active && $unit_SubState == running && $unit_NeedDaemonReload == no ]] || return 1
  works_in "$unit_MainPID" "$2"
}

# is_published RELEASE UNIT…: whether links and units are exactly this release's, so that a restart changes nothing under them.
is_published() {
  local link target unit
  [[ -n $1 && $(current_release) == "$1" ]] || return 1
  while read -r link target; do
    [[ $(readlink "$APP/$link") == "$target" ]] || return 1
  done <"$DEPLOYER/releases/$1/links"
  for unit in "${@:2}"; do
    cmp -s "$DEPLOYER/releases/$1/units/$unit.service" "$UNIT_FOLDER/$unit.service" || return 1
  done
}

# serve RELEASE restart|keep|certificate|boot: RELEASE "" means nothing. With keep, units that already run from it are left
# alone; with certificate only robots are, since nothing else changed and a robot has no use for one. At boot the units are only
# queued: they start after this.
serve() {
  local id=$1 how=$2 unit link target wanted=() gone=() restart=() changed=''
  if [[ -n $id ]]; then
    [[ -f $RELEASES/$id/release.json && -d $DEPLOYER/releases/$id/units ]] ||
      fail ReleaseNotFound "release $id is not complete on this instance"
    mapfile -t wanted < <(units_of "$id")
  fi
  while read -r unit; do
    [[ " ${wanted[*]-} " == *" $unit "* ]] || gone+=("$unit")
  done < <(installed_units)
  for unit in "${wanted[@]}"; do
    if runs_from "$unit" "$id" && { [[ $how == keep ]] || { [[ $how == certificate ]] && is_robot "$unit" "$id"; }; }; then
      # Its ends of days ago are not this change's.
      [[ $how == keep ]] || systemctl reset-failed "$unit.service" 2>/dev/null || true
    else
      restart+=("$unit")
    fi
  done

  # A robot never runs twice, and never on half of two releases: it is stopped before anything changes under it. A web
  # application goes on answering until its new one takes over. Where nothing changes, systemd stops and starts in one job,
  # which nobody can end half way.
  local stop=()
  if ((${#gone[@]})) || ! is_published "$id" "${wanted[@]}"; then
    for unit in "${gone[@]}" "${restart[@]}"; do
      if [[ " ${gone[*]-} " == *" $unit "* ]] || is_robot "$unit" "$id"; then stop+=("$unit.service"); fi
    done
  fi
  if ((${#stop[@]})); then
    if [[ $how == boot ]]; then systemctl stop --no-block "${stop[@]}" 2>/dev/null || true; else stop_units "${stop[@]}"; fi
  fi

  if [[ -n $id ]]; then
    while read -r link target; do
      mkdir -p "$(dirname "$APP/$link")"
      publish_link "$target" "$APP/$link"
    done <"$DEPLOYER/releases/$id/links"
    publish_link "releases/$id" "$APP/current"
  else
    rm -f "$APP/current"
    # Nor anything else that says something serves.
    for unit in "$DEPLOYER/releases"/*/links; do
      [[ ! -f $unit ]] || while read -r link target; do rm -f "${APP:?}/$link"; done <"$unit"
    done
  fi

  for unit in "${wanted[@]}"; do
    cmp -s "$DEPLOYER/releases/$id/units/$unit.service" "$UNIT_FOLDER/$unit.service" && continue
    write_file "$UNIT_FOLDER/$unit.service" <"$DEPLOYER/releases/$id/units/$unit.service"
    changed=1
  done
  if ((${#gone[@]})); then
    systemctl disable --quiet --no-reload "${gone[@]/%/.service}" 2>/dev/null || true
    for unit in "${gone[@]}"; do rm -f "$UNIT_FOLDER/$unit.service"; done
    changed=1
  fi
  for unit in "${wanted[@]}"; do
    [[ -L $UNIT_FOLDER/multi-user.target.wants/$unit.service ]] || {
      systemctl enable --quiet --no-reload "$unit.service"
      changed=1
    }
  done
  # Whoever wrote a unit may have been ended before systemd read it.
  for unit in "${restart[@]}"; do
    unit_state "$unit"
    [[ $unit_NeedDaemonReload != yes ]] || changed=1
  done
  [[ -z $changed ]] || systemctl daemon-reload
  # A counter of restarts left over would look like a release that keeps ending.
  for unit in "${restart[@]}" "${gone[@]}"; do systemctl reset-failed "$unit.service" 2>/dev/null || true; done
  ((${#restart[@]})) || return 0
  if [[ $how == boot ]]; then
    systemctl restart --no-block "${restart[@]/%/.service}"
  else
    # A unit that cannot even be started is the health check's to tell, with its reason.
    systemctl restart "${restart[@]/%/.service}" || log "not every unit started: ${restart[*]}"
  fi
  restarted=("${restart[@]}")
}

# By the installed unit or the release's: both say what they are.
is_robot() {
  grep -qs '^# Type: trading_robot$' "$UNIT_FOLDER/$1.service" "$DEPLOYER/releases/$2/units/$1.service"
}

stop_units() {
  local unit
  systemctl stop "$@" 2>/dev/null || true
  for unit in "$@"; do
    case $(systemctl show -p ActiveState --value "$unit") in
      inactive | failed) ;;
      *) fail ActivationFailed "$unit does not stop; see journalctl -u $unit" ;;
    esac
  done
}
