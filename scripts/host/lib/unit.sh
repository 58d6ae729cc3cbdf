# unit.sh: what systemd says of the application's units.
readonly UNIT_FOLDER=/etc/systemd/system
# The program of the dead-man switch, see dead_man.py.
readonly SETTLE=/usr/local/lib/crypto-robot-deployer/settle

# unit_state UNIT: sets the unit_<Property> variables to what systemd says of it now.
unit_state() {
  local key value
  unit_ActiveState='' unit_SubState='' unit_MainPID=0 unit_NRestarts=0 unit_NeedDaemonReload='' unit_Result=''
  unit_ExecMainStatus=0 unit_ExecMainCode=0 unit_InvocationID='' unit_LoadState='' unit_ControlGroup='' unit_ExecMainStartTimestampMonotonic=0
  while IFS='=' read -r key value; do
    [[ $key =~ ^[A-Za-z]+$ ]] && printf -v "unit_$key" '%s' "$value"
  done < <(systemctl show -p ActiveState,SubState,MainPID,NRestarts,NeedDaemonReload,Result,ExecMainStatus,ExecMainCode \
    -p InvocationID,LoadState,ControlGroup,ExecMainStartTimestampMonotonic "$1.service")
}

# Seconds since the main process of the unit that was asked for last was started.
unit_age() {
  local up _
  read -r up _ </proc/uptime
  printf '%s' "$((10#${up%.*} - unit_ExecMainStartTimestampMonotonic / 1000000))"
}

# Whether a process works in the release's folder.
works_in() {
  [[ $1 != 0 && $(readlink "/proc/$1/cwd" 2>/dev/null) == "$(realpath "$RELEASES/$2")" ]]
}
