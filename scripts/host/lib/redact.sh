# redact.sh: takes the secrets out of what other programs print, before it is cut or a line of it is chosen; see redact.py.

# redacted: the whole text of stdin. Fails without a word when python3 cannot do it.
redacted() { host_python redact "$APP" "$WORK" 2>/dev/null; }

# last_lines NUMBER FILE: the end of what a program has printed.
last_lines() { redacted <"$2" | tail -n "$1"; }

# logged COMMAND…: what a command prints goes to the step's log, and to $WORK/output for who explains its failure.
logged() {
  local code=0
  "$@" >"$WORK/printed" 2>&1 </dev/null || code=$?
  redacted <"$WORK/printed" >"$WORK/output" || echo '(withheld: it could not be redacted)' >"$WORK/output"
  rm -f "$WORK/printed"
  to_log <"$WORK/output"
  return "$code"
}
