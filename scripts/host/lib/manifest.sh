# manifest.sh: what a release was finished with.

# manifest_fields RELEASE FIELD…: prints a line for each. Fails for a release that is not usable; the reason is unusable_because's.
manifest_fields() { host_python manifest "$APP" "$@" 2>"$WORK/manifest"; }

unusable_because() { last_lines 1 "$WORK/manifest"; }
