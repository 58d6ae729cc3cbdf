# run.sh: the script of every step's document. Runs the step in the version of the host program that the caller was built with.
#
# A host without that version answers ProgramMissing and changes nothing; the caller then sends the documents install-1, install-2 …
# and the step again. The build puts a line in front: the step's name, and its time limit in seconds where it runs in a unit of its own.
#
# Parameter Program ^[0-9a-f]{64}$ The version of the host program: the SHA-256 of its archive.
set -u
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 LC_ALL=C.UTF-8
fail() { printf '{"failure":"%s","message":"%s"}\n' "$2" "$3"; exit "$1"; }
# An agent older than 3.3.2746.0 does not know ENV_VAR parameters and leaves them unset.
[[ ${SSM_Program-} =~ ^[0-9a-f]{64}$ ]] ||
  fail 21 HostUnfit 'the agent passed no parameters: it is older than 3.3.2746.0; update amazon-ssm-agent'
program=/usr/local/lib/crypto-robot-deployer/versions/$SSM_Program/__main__.py
[[ -f $program ]] || fail 22 ProgramMissing "this instance lacks version $SSM_Program of the host program"
command -v python3 >/dev/null || fail 21 HostUnfit 'python3, which runs the step, is missing on this instance'
# shellcheck disable=SC2154 # The line in front sets them.
exec python3 -IS "$program" ${seconds:+--module unit} "$step" ${seconds:+"$seconds"}
