# told.sh: what was last told about this instance, one file an operation of the watch, so that a change is told once.

# told_about OPERATION: prints what was told last, or nothing.
told_about() {
  cat "$DEPLOYER/told/$1" 2>/dev/null || true
}

# remember_told OPERATION TEXT
remember_told() {
  [[ -d $DEPLOYER ]] || install -d -m 700 "$DEPLOYER"
  [[ -d $DEPLOYER/told ]] || install -d -m 700 "$DEPLOYER/told"
  printf '%s\n' "$2" | write_file "$DEPLOYER/told/$1" 600
}
