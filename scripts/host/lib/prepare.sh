# prepare.sh: the part of deploy-release that makes sure the instance has what a deployment needs, before anything is changed.
#
# Promise: afterwards git, jq, curl, openssl, the AWS CLI and the Python asked for are here, with ec2-user,
# crypto-robot-fetch and crypto-robot-build, and the application's folders; code, environments and mirrors are not ec2-user's; there is room on the disk, made where it is short; the instance has a role, which the application's user cannot reach,
# its clock agrees with AWS and its agent knows ENV_VAR parameters. What is missing is installed by dnf or apt-get; what cannot be
# put right is HostUnfit or PythonMissing.
# Changes: packages, the user, folders, the rule and unit crypto-robot-metadata, the rule that takes sudo from the user, the program that leaves crash bundles, the limits
# of the journal; where room is short, old releases and caches.
# Prints {"python","python_version","free_megabytes","freed":[…],"installed":[…],"sudo"}; sudo says where the application's
# user has lost that right, or is empty.
#
# Parameter LogGroup ^(|/[A-Za-z0-9_./#-]{1,400})$ CloudWatch log group the journal is shipped to; empty ships nothing.

check_role() {
  local role
  role=$(imds meta-data/iam/security-credentials/) || role=''
  [[ -n $role ]] ||
    fail HostUnfit 'the instance metadata service (IMDSv2) names no role: attach the instance profile that may read the secrets'
}

check_clock() {
  local url date here there
  url=$(endpoint STS)
  date=$(curl -s --max-time 10 -o /dev/null -D - "${url:-https://sts.$AWS_REGION.amazonaws.com/}" | grep -i '^date:' | head -n 1 | tr -d '\r') || true
  [[ -n $date ]] || fail HostUnfit "AWS cannot be reached at ${url:-sts.$AWS_REGION.amazonaws.com}; check the instance's route and DNS"
  here=$(date +%s)
  there=$(date -d "${date#*: }" +%s)
  ((here - there <= 300 && there - here <= 300)) ||
    fail HostUnfit "the clock is $((here - there)) seconds off; AWS refuses signatures beyond 300; check chronyd or timesyncd"
}

# https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
check_agent() {
  local version
  command -v amazon-ssm-agent >/dev/null || return 0
  version=$(amazon-ssm-agent -version 2>/dev/null | grep -oE '[0-9]+(\.[0-9]+){3}' | head -n 1) || return 0
  [[ $(printf '%s\n3.3.2746.0\n' "$version" | sort -V | head -n 1) == 3.3.2746.0 ]] ||
    fail HostUnfit "amazon-ssm-agent is $version; 3.3.2746.0 or newer is needed"
}

json_list() { printf '%s\n' "$@" | jq -Rnc '[inputs | select(. != "")]'; }

prepare_host() {
  need_user
  make_folders
  take_over_code
  make_room
  need git git git
  need jq jq jq
  need curl curl curl
  need openssl openssl openssl
  need aws awscli-2 awscli
  need ss iproute iproute2
  need logger util-linux-core bsdutils
  install_crash_program
  guard_metadata
  take_sudo_away
  limit_logs
  find_region
  need_python
  check_role
  check_metadata_guard
  check_clock
  check_agent
  ship_logs "${SSM_LogGroup-}"
  part_answer=$(printf '{"python":"%s","python_version":"%s","free_megabytes":%s,"freed":%s,"installed":%s,"sudo":%s}' \
    "$PYTHON" "$PYTHON_FULL" "$free_megabytes" "$(json_list "${freed[@]}")" "$(json_list "${installed[@]}")" "$(json_string "$sudo")")
}
