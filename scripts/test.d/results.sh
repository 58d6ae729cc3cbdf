# shellcheck shell=bash
# results: count what passed, failed and did not run. Sourced by scripts/test, which sets `results`, a file.
#
# Each check is counted once. conclude prints the reasons and, as the last line, the three numbers. It returns 1 when a
# check failed, or when one did not run that may-not-run.txt does not list.

passed() { printf 'passed\t%s\n' "$1" >>"${results:?}"; }

failed() {
  printf 'failed\t%s\n' "$1" >>"$results"
  printf '\nFAILED %s\n%s\n' "$1" "$2" >&2
}

not_run() { printf 'not run\t%s\t%s\n' "$1" "$2" >>"$results"; }

# Counts the test cases of a command that prints a line for each: passed, failed or skipped; the name; a message.
count_cases() {
  local name=$1 kind test why
  shift
  while IFS=$'\t' read -r kind test why; do
    case $kind in
      passed) passed "$name: $test" ;;
      failed) failed "$name: $test" "$why" ;;
      skipped) not_run "$name: $test" "$why" ;;
    esac
  done < <("$@")
}

conclude() {
  local what why unlisted=0
  while IFS=$'\t' read -r _ what why; do
    if grep -qxF -- "${what#*: }" "${root:?}/scripts/test.d/may-not-run.txt"; then
      printf 'not run: %s (%s)\n' "$what" "$why"
    else
      printf 'not run, but must run: %s (%s)\n' "$what" "$why"
      unlisted=$((unlisted + 1))
    fi
  done < <(grep '^not run' "$results")
  grep '^failed' "$results" | cut -f2 | sed 's/^/failed: /' || true
  local passed failed not_run
  passed=$(grep -c '^passed' "$results" || true)
  failed=$(($(grep -c '^failed' "$results" || true) + unlisted))
  not_run=$(($(grep -c '^not run' "$results" || true) - unlisted))
  printf '%d passed, %d failed, %d not run\n' "$passed" "$failed" "$not_run"
  ((failed == 0))
}
