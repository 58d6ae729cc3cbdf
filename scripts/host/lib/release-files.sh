# release-files.sh: whether a release still is the commit it was made from.

# changed_files RELEASE: prints a line for each file that is not as the commit has it: a letter of git's (M changed, D gone,
# T of another kind) or + for one the commit does not have, a space, and its path; "? <why>" when they cannot be compared. What
# the deployer writes into a release is no change. Nothing but a temporary index is written, and git runs as the application's user.
changed_files() {
  local lines revision url persistent mirror index
  lines=$(manifest_fields "$1" revision repository_url persistent_paths) || {
    printf '? %s\n' "$(unusable_because)"
    return 0
  }
  { read -r revision && read -r url && read -r persistent; } <<<"$lines"
  use_mirror "$url"
  index=$(as_user mktemp -d /tmp/crypto-robot-index-XXXXXXXX)
  if ! release_git "$1" cat-file -e "$revision^{tree}" 2>/dev/null; then
    printf '? commit %s is not in the mirror of this instance\n' "$revision"
  else
    release_git "$1" read-tree "$revision"
    release_git "$1" update-index -q --refresh >/dev/null 2>&1 || true
    {
      release_git "$1" diff-files -z --name-status
      release_git "$1" ls-files -z --others | sed -z 's/^/+\x00/'
    } | own_changes "$1" "$persistent"
  fi
  rm -rf "$index"
}

# Uses mirror and index of changed_files.
release_git() {
  as_user GIT_INDEX_FILE="$index/index" timeout 60 git -C "$RELEASES/$1" --git-dir="$mirror" \
    --work-tree="$RELEASES/$1" -c safe.directory='*' -c core.fsmonitor=false -c gc.auto=0 -c core.quotePath=false "${@:2}"
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
    if os.path.realpath(link) != os.path.realpath(os.path.join(application, "shared", path)):
        changes.append(("T", path))
for kind, path in sorted(changes, key=lambda change: change[1]):
    print(kind, path.replace("\n", "?"))' "$APP" "$1" "$2"
}
