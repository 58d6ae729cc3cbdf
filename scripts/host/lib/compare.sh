# compare.sh: whether the files of a release are its commit's; for drift.py, until git is in Python.
#
# compare.sh STEP RELEASE: prints the lines of changed_files.
readonly STEP=$1 STEP_TIMEOUT=180
PROGRAM=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
readonly PROGRAM
for library in program redact lib history unit manifest isolated repository mirror release-files; do
  # shellcheck source=/dev/null
  . "$PROGRAM/lib/$library.sh"
done
changed_files "$2"
