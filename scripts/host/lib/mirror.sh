# mirror.sh: the copy of a repository on this instance, from which releases are checked out.

# What git init writes, and nothing else: a mirror needs no settings of its own.
readonly MIRROR_CONFIG='[core]
	repositoryformatversion = 0
	filemode = true
	bare = true'

# use_mirror URL: sets mirror, a folder that need not exist. Settings and hooks that were left
# there would decide what the next fetch brings.
use_mirror() {
  mirror=$APP/mirror/$(printf '%s' "$1" | sha256sum | cut -c 1-16).git
  [[ -d $mirror ]] || return 0
  rm -rf "$mirror/hooks" "$mirror/info" "$mirror/commondir" "$mirror/config.worktree"
  [[ ! -L $mirror/config ]] && cmp -s "$mirror/config" <<<"$MIRROR_CONFIG" || write_file "$mirror/config" 644 "$FETCH_USER" <<<"$MIRROR_CONFIG"
}
