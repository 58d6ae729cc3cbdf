# release-files.sh: whether a release still is the commit it was made from.

# changed_files RELEASE: prints a line for each file that is not as the commit has it: a letter of git's (M changed, D gone,
# T of another kind) or + for one the commit does not have, a space, and its path; "? <why>" when they cannot be compared. What
# the deployer writes into a release is no change. Nothing is written.
changed_files() {
  local lines revision url persistent mirror code=0
  lines=$(manifest_fields "$1" revision repository_url persistent_paths) || {
    printf '? %s\n' "$(unusable_because)"
    return 0
  }
  { read -r revision && read -r url && read -r persistent; } <<<"$lines"
  if ! has_fetch_user; then
    printf '? user %s, which compares files, is missing; the next deployment creates it\n' "$FETCH_USER"
    return 0
  fi
  use_mirror "$url"
  # -: there may be no mirror.
  repository_offline "BindReadOnlyPaths=-$mirror $RELEASES/$1" "InaccessiblePaths=-$RELEASES/$1/.env -$RELEASES/$1/.deployer-env-base" \
    -- changes "$mirror" "$revision" "$RELEASES/$1" >"$WORK/changes" 2>"$WORK/changes-error" || code=$?
  case $code in
    0) own_changes "$1" "$persistent" <"$WORK/changes" ;;
    4) printf '? commit %s is not in the mirror of this instance\n' "$revision" ;;
    *) printf '? git cannot compare them (%s)\n' "$(last_lines 1 "$WORK/changes-error")" ;;
  esac
}

# own_changes RELEASE PERSISTENT_PATHS: from git's list of letters and paths, without what the deployer did; persistent paths
# have become links to shared/.
own_changes() {
  python3 -ISc '
import json, os, sys
application, release, persistent = sys.argv[1:]
folder = os.path.join(application, "releases", release)
persistent = json.loads(persistent)
words = sys.stdin.buffer.read().decode("utf-8", "replace").split("\0")[:-1]
changes = []
for kind, path in zip(words[::2], words[1::2]):
    if path in (".env", "venv", "release.json", ".deployer-env-base"):
        continue
    if any(path == one or path.startswith(one + "/") for one in persistent):
        continue
    changes.append((kind, path))
for path in persistent:
    link = os.path.join(folder, path)
    shared = os.path.join(application, "shared")
    # See persistent_paths.py.
    places = (os.path.join(shared, path), os.path.join(shared, ".deployer-files", path, os.path.basename(path)))
    if os.path.normpath(os.path.join(os.path.dirname(link), os.readlink(link) if os.path.islink(link) else "")) not in places:
        changes.append(("T", path))
for kind, path in sorted(changes, key=lambda change: change[1]):
    print(kind, path.replace("\n", "?"))' "$APP" "$1" "$2"
}
