# fetch.sh: the part of deploy-release that brings one exact commit onto the instance as a new, unfinished release.
#
# Promise: releases/<stamp>-<commit> holds exactly the files of that commit, owned by crypto-robot-build and read-only for the
# application, with each persistent path linked to shared/; running it again gives the same. git runs as crypto-robot-fetch, once with
# the network and the login and once without both. What the repository keeps in a persistent path becomes the first
# content of shared/ and never again touches it. The commit is looked up once: Revision when given, else the branch's newest.
# Changes: mirror/, releases/<id>, shared/. Prints {"release","revision","branch","subject","unused":[…]}. Fails as BranchMissing,
# HostKeyUnknown, LoginRefused, NameUnresolvable, RepositoryUnreachable, RepositoryMissing or RepositoryIncomplete.
#
# Parameter Stamp ^[0-9]{8}T[0-9]{6}Z$ When the execution started; the first half of the release's id.
# Parameter PersistentPaths ^\[.*\]$ JSON array of the paths that outlive a release.

# Sets revision; its subject is left in $WORK/commit.
bring_commit() {
  local code=0
  use_mirror "$SSM_RepositoryUrl"
  [[ -d $mirror ]] || install -d -m 755 -o "$FETCH_USER" -g "$FETCH_USER" "$mirror"
  git_remote "BindPaths=$mirror" -- fetch "$mirror" "$SSM_RepositoryUrl" "$SSM_Branch" "${SSM_Revision-}" >"$WORK/commit" || code=$?
  ((code == 0)) || fail BranchMissing "commit $SSM_Revision does not exist in $SSM_RepositoryUrl"
  IFS= read -r revision <"$WORK/commit"
  [[ $revision =~ ^[0-9a-f]{40}$ && (-z ${SSM_Revision-} || $revision == "$SSM_Revision") ]] ||
    fail StepFailed "git brought no commit of $SSM_RepositoryUrl"
}

# The release appears in one piece.
check_out() {
  local staged=$RELEASES/.new-$release code=0
  rm -rf "$staged"
  install -d -m 755 -o "$FETCH_USER" -g "$FETCH_USER" "$staged"
  repository_offline "BindReadOnlyPaths=$mirror" "BindPaths=$staged" -- check-out "$mirror" "$revision" "$staged" \
    2>"$WORK/git-error" || code=$?
  ((code != 3)) || fail StepFailed "$(last_lines 1 "$WORK/git-error")"
  ((code == 0)) || fail StepFailed "commit $revision cannot be checked out. git says: $(last_words)"
  accept_result StepFailed "$staged" "$FETCH_USER"
  name_kept_changes
  keep_persistent_paths
  rm -rf "${RELEASES:?}/$release"
  mv -T "$staged" "$RELEASES/$release"
}

# Sets unused: what the commit changes below persistent paths, which keep their files.
name_kept_changes() {
  local old manifest paths=()
  mapfile -t paths < <(jq -r '.[]' <<<"${SSM_PersistentPaths:?}")
  manifest=$DEPLOYER/releases/$(current_release)/release.json
  [[ -f $manifest && ${#paths[@]} -gt 0 ]] || return 0
  old=$(jq -r .revision "$manifest") || return 0
  [[ $old =~ ^[0-9a-f]{40}$ ]] || return 0
  repository_offline "BindReadOnlyPaths=$mirror" -- below "$mirror" "$old" "$revision" "${paths[@]}" >"$WORK/below" 2>/dev/null || return 0
  unused=$(host_python kept_changes "$APP" "$SSM_PersistentPaths" <"$WORK/below" | redacted) || unused='[]'
}

# What the application keeps is put there as its own user, what is in the release is changed by root.
keep_persistent_paths() {
  { as_user python3 -IS "$PROGRAM" --module seed_paths "$APP" "$staged" "${SSM_PersistentPaths:?}" &&
    host_python persistent_paths link "$APP" "$staged" "$SSM_PersistentPaths"; } 2>"$WORK/paths" ||
    fail InvalidParameter "PersistentPaths: $(last_lines 1 "$WORK/paths")"
}

# Sets release, the id of the new release.
fetch_release() {
  local subject unused='[]'
  require_pattern Stamp "${SSM_Stamp:?}" '^[0-9]{8}T[0-9]{6}Z$'
  check_repository_settings
  use_repository_secret
  bring_commit
  release=$SSM_Stamp-${revision:0:7}
  subject=$(redacted <"$WORK/commit" | tail -n +2 | host_python subject)
  if ! finished "$release"; then
    check_out
    install -d -m 700 "$DEPLOYER/releases"
    printf '%s\n' "$revision" "$SSM_Branch" "$SSM_RepositoryUrl" "$subject" | write_file "$DEPLOYER/releases/$release.commit"
  fi
  part_answer=$(printf '{"release":"%s","revision":"%s","branch":"%s","subject":%s,"unused":%s}' \
    "$release" "$revision" "$SSM_Branch" "$(json_string "$subject")" "$unused")
}
