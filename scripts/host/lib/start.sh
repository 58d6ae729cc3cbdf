# start.sh: starts a step of this version of the program, in Python or in bash. The step's document sets program, step and seconds.
#
# seconds is the time limit of a step in Python that runs in a unit of its own, else empty.
if [[ ! -f $program/robothost/steps/${step//-/_}.py ]]; then
  exec /bin/bash "$program/steps/$step.sh"
fi
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 LC_ALL=C.UTF-8
if ! command -v python3 >/dev/null; then
  echo '{"failure":"HostUnfit","message":"python3, which runs the step, is missing on this instance"}'
  exit 21
fi
[[ -z $seconds ]] || exec python3 -IS "$program/__main__.py" --module unit "$step" "$seconds"
exec python3 -IS "$program/__main__.py" "$step"
