# isolated.sh: runs what works with a commit or a dependency as a user that owns nothing else, in a transient unit.
#
# crypto-robot-fetch runs git and is given the repository's login. crypto-robot-build runs pip, build backends and the interpreter
# of an environment. Neither sees the other's files, the keys, certificates, other environments or another step's files: of the
# application's folder and of /run only the named places exist in the unit. When the unit has ended, none of its processes is left.

readonly FETCH_USER=crypto-robot-fetch BUILD_USER=crypto-robot-build

# isolated USER NAME SETTING… -- COMMAND…: a setting is a property of a unit. BindPaths names the one folder that is writable.
# ProtectHome=tmpfs would leave the homes writable (systemd 252). The unit ends with the step's unit. Its exit code is the command's; systemd-run answers 1, 255 or a signal's where it has none.
isolated() {
  local user=$1 unit resolver settings=()
  if [[ ${IN_STEP_UNIT-} == crypto-robot-* ]]; then
    unit=$IN_STEP_UNIT
    settings=(-p "BindsTo=$unit.service" -p "After=$unit.service")
    # An attempt that was killed may have left one that is still ending.
    systemctl stop "${unit}_*.service" 2>/dev/null || true
  else
    unit=crypto-robot-$STEP-$$
  fi
  unit+=_$2-$RANDOM$RANDOM
  shift 2
  while [[ $1 != -- ]]; do
    settings+=(-p "$1")
    shift
  done
  # Names are resolved through what this file leads to.
  resolver=$(realpath -m /etc/resolv.conf)
  [[ $resolver != /run/* ]] || settings+=(-p "BindReadOnlyPaths=-${resolver%/*}")
  systemd-run --quiet --collect --pipe --wait --service-type=exec --unit="$unit" \
    --description="Crypto robot deployer: $STEP, as $user" \
    -p User="$user" -p Group="$user" -p WorkingDirectory=/ -p UMask=0022 \
    -p RuntimeMaxSec="$STEP_TIMEOUT" -p KillMode=control-group -p TimeoutStopSec=5 \
    -p CPUWeight=50 -p IOWeight=50 -p MemoryMax=75% -p TasksMax=512 -p LimitCORE=0 \
    -p NoNewPrivileges=yes -p CapabilityBoundingSet= -p AmbientCapabilities= -p RestrictSUIDSGID=yes -p RestrictNamespaces=yes \
    -p RestrictRealtime=yes -p LockPersonality=yes -p KeyringMode=private -p SystemCallArchitectures=native \
    -p RestrictAddressFamilies='AF_UNIX AF_INET AF_INET6' -p IPAddressDeny='169.254.169.254 fd00:ec2::254' \
    -p PrivateUsers=yes -p PrivateTmp=yes -p PrivateDevices=yes -p DevicePolicy=closed -p PrivateIPC=yes -p ProtectProc=invisible \
    -p ProtectSystem=strict -p "TemporaryFileSystem=$APP:ro /run:ro /home:ro /root:ro /dev/shm:mode=1777" \
    -p InaccessiblePaths=-/var/lib/crypto-robot-deployer \
    -p ProtectKernelTunables=yes -p ProtectKernelModules=yes -p ProtectKernelLogs=yes -p ProtectControlGroups=yes \
    -p ProtectClock=yes -p ProtectHostname=yes \
    "${settings[@]}" "$@" </dev/null
}

# accept_result FAILURE FOLDER MAKER: what a unit has made becomes the build user's, and root's its top folder. A result that could
# harm ends the step by the name FAILURE. To be called when the unit has ended.
accept_result() {
  host_python result accept "$2" "$3" "$BUILD_USER" "${IN_STEP_UNIT}_" 2>"$WORK/result" ||
    fail "$1" "$(last_lines 1 "$WORK/result")"
}
