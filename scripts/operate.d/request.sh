#!/usr/bin/env bash
# request: what is asked for: the command line, and the input of the state machine made from it.
#
# An environment's own values stand in <settings>/<environment>.json; the command line overrides them. What
# the values mean is the state machine's business: it refuses a bad one with its JSON path.

# shellcheck disable=SC2034,SC2153 # The parts of operate share these variables.

ENVIRONMENT='' AS_JSON=no LIST=no FOLLOW=yes YES=no CLEAN=no LAST=1 SINCE=1h TAIL=no
SETTINGS=''
REGION=${AWS_REGION:-${AWS_DEFAULT_REGION:-}}
PREFIX=${STACK_PREFIX:-crypto-robot}
STACK=${STACK_NAME:-}
WORDS=()
FIELDS=() # alternating: a field of the request, and its value as JSON
CONTAINERS=() PARALLEL_PORT=''
FILES=()  # alternating: a field of a secret, and the file its value is in

read_options() {
  while (($#)); do
    case $1 in
      --branch | --revision | --mode | --protocol) field "${1#--}" "$1" "${2-}" && shift ;;
      --repository) field repository_url "$1" "${2-}" && shift ;;
      --certificate-hostname) field certificate_hostname "$1" "${2-}" && shift ;;
      --to) field release "$1" "${2-}" && shift ;;
      --container) needs_value "$1" "${2-}" && CONTAINERS+=("$2") && shift ;;
      --parallel-port) needs_value "$1" "${2-}" && PARALLEL_PORT=$2 && shift ;;
      --restore-power) FIELDS+=(restore_power true) ;;
      --set) json_field "${2-}" && shift ;;
      --cert | --key | --chain | --ssh-key | --known-hosts) file_field "$1" "${2-}" && shift ;;
      --last) needs_value "$1" "${2-}" && LAST=$2 && shift ;;
      --since) needs_value "$1" "${2-}" && SINCE=$2 && shift ;;
      --follow) TAIL=yes ;;
      --list) LIST=yes ;;
      --json) AS_JSON=yes ;;
      --no-follow) FOLLOW=no ;;
      --yes) YES=yes ;;
      --clean) CLEAN=yes ;;
      --region) needs_value "$1" "${2-}" && REGION=$2 && shift ;;
      --prefix) needs_value "$1" "${2-}" && PREFIX=$2 && shift ;;
      --stack) needs_value "$1" "${2-}" && STACK=$2 && shift ;;
      --settings) needs_value "$1" "${2-}" && SETTINGS=$2 && shift ;;
      --help | -h) usage && exit 0 ;;
      -*) fail 2 "there is no option $1; see operate --help" ;;
      *) WORDS+=("$1") ;;
    esac
    shift
  done
  STACK=${STACK:-$PREFIX}
  [[ $PREFIX =~ ^[a-z][a-z0-9-]{1,18}[a-z0-9]$ ]] || fail 2 "--prefix: '$PREFIX' is no stack prefix"
}

needs_value() { # OPTION VALUE
  [[ -n $2 ]] || fail 2 "$1 needs a value"
}

field() { # NAME OPTION VALUE: a text field of the request
  needs_value "$2" "$3"
  FIELDS+=("$1" "$(jq -n --arg text "$3" '$text')")
}

json_field() { # NAME=JSON
  [[ $1 =~ ^([a-z_]+)=(.+)$ ]] || fail 2 "--set needs FIELD=JSON, e.g. --set bake_seconds=30"
  local name=${BASH_REMATCH[1]} text=${BASH_REMATCH[2]}
  jq . >/dev/null 2>&1 <<<"$text" || fail 2 "--set $name: $text is no JSON; a text needs its quotes"
  FIELDS+=("$name" "$text")
}

file_field() { # OPTION FILE
  needs_value "$1" "$2"
  [[ -r $2 && -f $2 ]] || fail 2 "$1: there is no readable file $2"
  local name=${1#--}
  FILES+=("${name//-/_}" "$2")
}

environment_named() { # NAME
  [[ $1 =~ ^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$ ]] \
    || fail 2 "an environment is needed, such as crypto-robot.local; found '$1'. See operate --help"
  ENVIRONMENT=$1
}

words_allowed() { # COMMAND: how many words it takes
  local many=1
  # Whose log is asked for may be left open.
  [[ $1 != logs ]] || many=$((${#WORDS[@]} == 2 ? 2 : 1))
  case $1 in
    deploy | plan | rollback | restart | rotate-keys | rotate-certificate | status | start | stop | follow) ;;
    check-health | check-certificates | drift | crash-report | logs) ;;
    keys | certificate | repository) ;;
    migrate-repository) ;;
    adopt | migrate) many=2 ;;
    documents | uninstall) many=0 ;;
    *) fail 2 "there is no command $1; see operate --help" ;;
  esac
  ((${#WORDS[@]} == many)) || fail 2 "$1 takes $many word(s), found ${#WORDS[@]}; see operate --help"
}

# The folder of the environments' own values.
settings_folder() {
  if [[ -n $SETTINGS ]]; then
    printf '%s' "$SETTINGS"
  elif [[ -f .github/environments/$ENVIRONMENT.json ]]; then
    printf '%s' .github/environments
  else
    printf '%s' "$HERE/../.github/environments"
  fi
}

# deploy_request OPERATION FILE: writes the input of the deploy machine.
deploy_request() {
  local operation=$1 file=$2 own
  own=$(settings_folder)/$ENVIRONMENT.json
  if [[ -f $own ]]; then
    jq -es 'length == 1 and (.[0] | type == "object")' "$own" >"$PRIVATE/own" 2>&1 \
      || fail 2 "$own is not one JSON object$(sed -n 's/^jq: error ([^)]*)//p; s/^parse error//p' "$PRIVATE/own")"
    cp "$own" "$file"
  else
    [[ -z $SETTINGS ]] || fail 2 "there is no file $own"
    printf '{}' >"$file"
  fi
  case $operation in
    rollback | restart | rotate-keys | rotate-certificate)
      # A release has these in its manifest; the file holds those of the next release.
      local field
      for field in repository_url branch revision python_version virtual_env_path certificate_hostname services mode port \
        health_path protocol persistent_paths; do without "$file" "$field"; done
      ;;
  esac
  merge "$file" environment "$(jq -n --arg text "$ENVIRONMENT" '$text')"
  merge "$file" operation "$(jq -n --arg text "$operation" '$text')"
  local i
  for ((i = 0; i < ${#FIELDS[@]}; i += 2)); do
    case ${FIELDS[i]} in
      # One excludes the other: what is asked for now counts, not what the file says.
      branch) without "$file" revision ;;
      revision) without "$file" branch ;;
    esac
    merge "$file" "${FIELDS[i]}" "${FIELDS[i + 1]}"
  done
}

merge() { # FILE FIELD JSON
  jq --arg field "$2" --argjson value "$3" '.[$field] = $value' "$1" >"$1.new"
  mv "$1.new" "$1"
}

without() { # FILE FIELD
  jq --arg field "$2" 'del(.[$field])' "$1" >"$1.new"
  mv "$1.new" "$1"
}
