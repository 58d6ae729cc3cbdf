# aws.sh: the AWS calls a step makes, with the instance's own role.

imds() {
  local base=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254} token
  base=${base%/}
  token=$(curl -sf --noproxy '*' --max-time 3 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$base/latest/api/token") || return 1
  curl -sf --noproxy '*' --max-time 3 -H @- "$base/latest/$1" <<<"X-aws-ec2-metadata-token: $token"
}

# Sets AWS_REGION for the calls to come.
find_region() {
  AWS_REGION=${AWS_REGION:-${AWS_DEFAULT_REGION:-}}
  if [[ -z $AWS_REGION ]]; then
    AWS_REGION=$(imds meta-data/placement/region) ||
      fail HostUnfit "the instance metadata service does not answer; IMDSv2 must be on"
  fi
  export AWS_REGION AWS_DEFAULT_REGION=$AWS_REGION
}

# The endpoint of a service when the environment names one: endpoint SECRETSMANAGER
endpoint() {
  local variable=AWS_ENDPOINT_URL_$1
  printf '%s' "${!variable:-${AWS_ENDPOINT_URL:-}}"
}

# aws_cli SERVICE ARGUMENT…: older clients do not know AWS_ENDPOINT_URL, so it is passed on.
aws_cli() {
  local name=${1^^} url
  url=$(endpoint "${name//-/_}")
  HOME=/root AWS_PAGER='' AWS_MAX_ATTEMPTS=4 AWS_RETRY_MODE=standard \
    aws ${url:+--endpoint-url "$url"} --cli-connect-timeout 5 --cli-read-timeout 20 "$@"
}

# secret_to FILE NAME VERSION FAILURE: the secret's text into a file only root reads. It never passes through a variable, an
# argument or a log.
secret_to() {
  get_secret "$@" || fail "$4" "secret $2, version $3, cannot be read by this instance's role: $(aws_message)"
}

# existing_secret_to FILE NAME VERSION FAILURE: the same, but a secret or version that does not exist sets missing_secret and is no
# failure of the step.
existing_secret_to() {
  ! get_secret "$@" || return 0
  if grep -qF '(ResourceNotFoundException)' "$WORK/aws-error"; then
    missing_secret="the secret $2 has no version $3"
  elif grep -qF '(InvalidRequestException)' "$WORK/aws-error"; then
    missing_secret="the secret $2 cannot be read in its present state: is it scheduled for deletion?"
  else
    fail "$4" "secret $2, version $3, cannot be read by this instance's role: $(aws_message)"
  fi
  return 1
}

get_secret() {
  find_region
  (umask 077 && aws_cli secretsmanager get-secret-value --secret-id "$2" --version-id "$3" \
    --query SecretString --output text >"$1" 2>"$WORK/aws-error")
}

aws_message() {
  local message
  message=$(redacted <"$WORK/aws-error" | tr -s '\n' ' ')
  printf '%s' "${message:0:600}"
}
