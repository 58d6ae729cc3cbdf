# health.sh: whether the services of a release are well, as this instance sees them.

# More automatic restarts than this in so much time are no way to run, even if the unit is up at the moment of the look.
readonly RESTARTS_ALLOWED=5 RESTART_MINUTES=30

# read_services JSON: sets the health_ variables: the enabled services, which is the web application, who has a heartbeat. Each
# value has been judged: bash evaluates as root what is compared as a number.
read_services() {
  local name type file age lines
  health_units=() health_web=''
  declare -gA health_beat=() health_silence=()
  lines=$(host_python rules "$1" 2>"$WORK/services") || fail InvalidParameter "$(last_lines 1 "$WORK/services")"
  while read -r name type file age; do
    [[ -n $name ]] || continue
    health_units+=("$name")
    [[ $type != web_application ]] || health_web=$name
    [[ -n $file ]] || continue
    require_pattern max_age_seconds "$age" '^[1-9][0-9]{0,4}$'
    health_beat[$name]=$file health_silence[$name]=$age
  done <<<"$lines"
  ((${#health_units[@]})) || fail InvalidParameter 'Services has no enabled service'
}

# read_serving RELEASE: what its manifest says of its health: the health_ variables and serving_<field>. Where the manifest cannot be
# used there are none, and `reason` says why.
read_serving() {
  local lines services field
  local -a fields=(port health_path protocol certificate_hostname mode certificate_not_after)
  health_units=() health_web='' culprit=$1 hopeless=1
  for field in "${fields[@]}"; do printf -v "serving_$field" ''; done
  if ! lines=$(manifest_fields "$1" services "${fields[@]}"); then
    reason=$(unusable_because)
    return 1
  fi
  {
    read -r services
    for field in "${fields[@]}"; do IFS= read -r "serving_$field"; done
  } <<<"$lines"
  culprit='' hopeless=''
  read_services "$services"
}

# unit_serves UNIT RELEASE: active, running, working in the release, not restarted all the time, not silent. Else sets `reason`,
# and `hopeless` when it has ended.
unit_serves() {
  unit_state "$1"
  hopeless=''
  if [[ $unit_ActiveState == active && $unit_SubState == running ]]; then
    if works_in "$unit_MainPID" "$2"; then
      is_restarted_little "$1" && is_heard "$1"
      return
    fi
    reason=$(where_it_runs "$2")
  elif [[ $unit_ActiveState/$unit_SubState == activating/start ]]; then
    reason='is still starting'
  else
    reason="$(how_it_ended), restarted $unit_NRestarts times"
    hopeless=1
  fi
  return 1
}

# unit_is_well UNIT RELEASE: as unit_serves, and never ended since it was started.
unit_is_well() {
  unit_serves "$1" "$2" || return 1
  ((unit_NRestarts)) || return 0
  reason="$(how_it_ended), restarted $unit_NRestarts times"
  hopeless=1
  return 1
}

# systemd counts restarts since the unit was last started on purpose, and its journal knows when they were.
is_restarted_little() {
  local restarts
  ((unit_NRestarts > RESTARTS_ALLOWED)) || return 0
  restarts=$(journalctl --no-pager -q -o cat --since "-${RESTART_MINUTES}min" "UNIT=$1.service" _PID=1 \
    MESSAGE_ID=5eb03494b6584870a536b337290809b3 | wc -l)
  ((restarts < unit_NRestarts)) || restarts=$unit_NRestarts
  ((restarts > RESTARTS_ALLOWED)) || return 0
  reason="restarted $restarts times in $RESTART_MINUTES minutes" hopeless=1
  return 1
}

# Seconds since the unit's last heartbeat of this run, or since its start. A file from the future is none.
silence_of() {
  local age beat
  age=$(unit_age)
  beat=$(stat -c %Y "$APP/shared/${health_beat[$1]}" 2>/dev/null) || beat=0
  beat=$(($(date +%s) - beat))
  ((beat >= -60)) || beat=$age
  printf '%s' "$((beat < age ? (beat < 0 ? 0 : beat) : age))"
}

is_heard() {
  local silence
  [[ -n ${health_beat[$1]-} ]] || return 0
  silence=$(silence_of "$1")
  ((silence > health_silence[$1])) || return 0
  reason="runs and is silent: no heartbeat in ${health_beat[$1]} for $silence s, allowed are ${health_silence[$1]}"
  return 1
}

where_it_runs() {
  printf 'runs from %s instead of release %s' "$(readlink "/proc/$unit_MainPID/cwd" 2>/dev/null || echo nowhere)" "$1"
}

# CLD_EXITED 1, CLD_KILLED 2, CLD_DUMPED 3. While a new try runs, systemd has already forgotten how the last one ended.
how_it_ended() {
  case $unit_ExecMainCode in
    1) printf 'exited with status %s' "$unit_ExecMainStatus" ;;
    2 | 3) printf 'was killed by signal %s' "$unit_ExecMainStatus" ;;
    *) if ((unit_NRestarts)); then printf 'ended'; else printf 'is %s (%s)' "$unit_ActiveState" "$unit_Result"; fi ;;
  esac
}

# has_port UNIT PORT: nobody outside the unit listens on the port. A program that took it first, or shares it (SO_REUSEPORT), would give
# the answer of the web application. Else sets `reason`.
has_port() {
  local listener pid group others=''
  unit_state "$1"
  while read -r listener; do
    [[ $listener == *pid=* ]] || others+=' of no known process'
    while read -r pid; do
      # A process that is gone has closed its port.
      group=$(sed -n 's/^\(0::\|1:name=systemd:\)//p' "/proc/$pid/cgroup" 2>/dev/null) || continue
      [[ -n $unit_ControlGroup && $group/ == "$unit_ControlGroup"/* ]] || others+=" of process $pid (${group##*/})"
    done < <(grep -o 'pid=[0-9]*' <<<"$listener" | cut -d = -f 2)
  done < <(ss -Hltnp "sport = :$2")
  [[ -n $others ]] || return 0
  reason="does not have port $2 to itself: there is a listener$others"
  return 1
}

# web_answers UNIT PORT PATH PROTOCOL HOSTNAME: one request to this machine under the configured name. Else sets `reason`, with words of
# curl in it: whoever prints it redacts it.
web_answers() {
  local unit=$1 url answer code=0 trust=()
  shift
  url=$3://$4:$1$2
  require_pattern Port "$1" '^[1-9][0-9]{0,4}$'
  require_pattern HealthPath "$2" '^/[A-Za-z0-9._~/?=&%-]{0,200}$'
  require_pattern Protocol "$3" '^(https|http)$'
  require_pattern CertificateHostname "$4" '^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$'
  has_port "$unit" "$1" || return 1
  # Trusting exactly the chain that was installed shows that the application serves that one, and checks name and dates too.
  [[ $3 == http ]] || trust=(--cacert "$APP/certificates/$4/cert.pem")
  answer=$(curl -sS --noproxy '*' --proto "=$3" --resolve "$4:$1:127.0.0.1" "${trust[@]}" --connect-timeout 2 --max-time 5 \
    -o /dev/null -w '%{http_code}' --url "$url" 2>"$WORK/curl") || code=$?
  if ((code == 0)) && [[ $answer == 200 ]]; then return 0; fi
  if ((code == 0)); then
    reason="answered $answer at $url instead of 200"
  else
    reason="did not answer at $url: $(head -n 1 "$WORK/curl")"
  fi
  return 1
}

# The web application of the release that read_serving has read.
web_serves() {
  web_answers "$health_web" "$serving_port" "$serving_health_path" "$serving_protocol" "$serving_certificate_hostname"
}
