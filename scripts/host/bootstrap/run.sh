# run.sh: the script of every step's document. Runs the step in the version of the host program that the caller was built with.
#
# A host without that version answers ProgramMissing and changes nothing; the caller then sends the documents install-1, install-2 …
# and the step again. The build puts a line in front: the step's name, and its time limit in seconds where it runs in a unit of its own.
#
# Parameter Program ^[0-9a-f]{64}$ The version of the host program: the SHA-256 of its archive.
set -u
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 LC_ALL=C.UTF-8
# shellcheck disable=SC2154 # The line in front sets them.
readonly step seconds
# An agent older than 3.3.2746.0 does not know ENV_VAR parameters and leaves them unset.
if [[ ! ${SSM_Program-} =~ ^[0-9a-f]{64}$ ]]; then
  echo '{"failure":"HostUnfit","message":"the agent passed no parameters: it is older than 3.3.2746.0; update amazon-ssm-agent"}'
  exit 21
fi
readonly program=/usr/local/lib/crypto-robot-deployer/versions/$SSM_Program
if [[ ! -f $program/__main__.py ]]; then
  printf '{"failure":"ProgramMissing","message":"this instance lacks version %s of the host program"}\n' "$SSM_Program"
  exit 22
fi
if ! command -v python3 >/dev/null; then
  echo '{"failure":"HostUnfit","message":"python3, which runs the step, is missing on this instance"}'
  exit 21
fi
[[ -z $seconds ]] || exec python3 -IS "$program/__main__.py" --module unit "$step" "$seconds"
exec python3 -IS "$program/__main__.py" "$step"
