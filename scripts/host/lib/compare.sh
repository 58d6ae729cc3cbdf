# compare.sh: whether the files of a release are its commit's, and its environment what pip left; for drift.py, until git is in Python.
#
# compare.sh STEP RELEASE ENVIRONMENT_HASH: prints "sound" or "unsound", then the lines of changed_files.
readonly STEP=$1 STEP_TIMEOUT=180
PROGRAM=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
readonly PROGRAM
for library in program redact lib history unit manifest environment isolated repository mirror release-files; do
  # shellcheck source=/dev/null
  . "$PROGRAM/lib/$library.sh"
done
if environment_is_sound "$3" || has_an_earlier_seal "$3"; then echo sound; else echo unsound; fi
changed_files "$2"
