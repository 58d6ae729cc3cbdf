#!/usr/bin/env bash
# fetch: bring one exact commit onto the instance as a new, unfinished release.
#
# Promise: releases/<stamp>-<commit> holds exactly the files of that commit, owned by ec2-user, with each persistent path
# linked to shared/; running it again gives the same. What the repository keeps in a persistent path becomes the first
# content of shared/ and never again touches it. The commit is looked up once: Revision when given, else the branch's newest.
# Changes: mirror/, releases/<id>, shared/. Prints {"release","revision","branch","subject"}. Fails as BranchMissing,
# HostKeyUnknown, LoginRefused, NameUnresolvable, RepositoryUnreachable, RepositoryMissing or RepositoryIncomplete.
#
# Parameter Stamp ^[0-9]{8}T[0-9]{6}Z$ When the execution started; the first half of the release's id.
# Parameter PersistentPaths ^\[.*\]$ JSON array of the paths that outlive a release.
# Timeout 600
# Uses lock.sh fence.sh aws.sh git.sh mirror.sh tools.sh
require_pattern Stamp "${SSM_Stamp:?}" '^[0-9]{8}T[0-9]{6}Z$'
check_repository_settings

bring_commit() {
  use_mirror "$SSM_RepositoryUrl"
  if [[ ! -f $mirror/HEAD ]]; then
    rm -rf "$mirror.new" "$mirror"
    install -d -m 755 -o "$APP_USER" -g "$APP_USER" "$mirror.new"
    git_once init -q --bare "$mirror.new"
    mv -T "$mirror.new" "$mirror"
  fi
  # A fetch ended half way leaves its lock files; nobody else fetches while this step runs.
  find "$mirror" -name '*.lock' -delete
  if [[ -z ${SSM_Revision-} ]]; then
    fetch_branch
    revision=$(git_once -C "$mirror" rev-parse --verify -q "refs/heads/$SSM_Branch^{commit}")
  else
    revision=$SSM_Revision
    has_revision || fetch_revision
    has_revision || fail BranchMissing "commit $revision does not exist in $SSM_RepositoryUrl"
  fi
}

has_revision() { git_once -C "$mirror" rev-list --quiet --objects -n 1 "$revision" -- >/dev/null 2>&1; }

fetch_branch() {
  git_remote -C "$mirror" fetch -q --force --no-tags --no-write-fetch-head -- "$SSM_RepositoryUrl" \
    "+refs/heads/$SSM_Branch:refs/heads/$SSM_Branch"
}

# The commit by itself; a server that hands out only the tips of branches is asked for all of them.
fetch_revision() {
  local code=0
  git_remote -C "$mirror" fetch -q --no-tags --no-write-fetch-head -- "$SSM_RepositoryUrl" \
    "$revision:refs/commits/$revision" || code=$?
  ((code == 0)) || git_remote -C "$mirror" fetch -q --force --no-write-fetch-head -- "$SSM_RepositoryUrl" \
    '+refs/heads/*:refs/heads/*' '+refs/tags/*:refs/tags/*'
}

check_out() {
  local index=$mirror/index.$release
  git_once -C "$mirror" ls-tree -r -z "$revision" | host_python tree "$revision" 2>"$WORK/tree" ||
    fail StepFailed "$(last_lines 1 "$WORK/tree")"
  rm -rf "${RELEASES:?}/$release"
  install -d -m 755 -o "$APP_USER" -g "$APP_USER" "$RELEASES/$release"
  git_environment+=(GIT_INDEX_FILE="$index")
  {
    git_once -C "$mirror" read-tree "$revision" &&
      git_once -C "$mirror" --work-tree="$RELEASES/$release" checkout-index -q -a -f --prefix="$RELEASES/$release/"
  } 2>"$WORK/git-error" || fail StepFailed "commit $revision cannot be checked out. git says: $(last_words)"
  rm -f "$index"
}

use_repository_secret
need git git git
need_user
make_folders
bring_commit
release=$SSM_Stamp-${revision:0:7}
subject=$(git_once -C "$mirror" log -1 --format=%s "$revision" -- | redacted | host_python subject)
if ! finished "$release"; then
  check_out
  install -d -m 700 "$DEPLOYER/releases"
  printf '%s\n' "$revision" "$SSM_Branch" "$SSM_RepositoryUrl" "$subject" | write_file "$DEPLOYER/releases/$release.commit"
  as_user python3 -IS "$PROGRAM" --module persistent_paths "$APP" "$release" "${SSM_PersistentPaths:?}" 2>"$WORK/paths" ||
    fail InvalidParameter "PersistentPaths: $(last_lines 1 "$WORK/paths")"
fi
result "$(printf '{"release":"%s","revision":"%s","branch":"%s","subject":%s}' \
  "$release" "$revision" "$SSM_Branch" "$(json_string "$subject")")"
