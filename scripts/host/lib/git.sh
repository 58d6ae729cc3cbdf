# git.sh: git on a repository that may need a login, its failures told apart, network faults tried again.
#
# A deploy key or token lies in a folder of crypto-robot-fetch under /run while the step runs. Only git's own unit is given it, through
# GIT_SSH_COMMAND or GIT_ASKPASS: never a URL, an argument or .git/config.
#
# Parameter RepositoryUrl ^(|https://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[A-Za-z0-9._~/+-]{1,300}|ssh://([A-Za-z0-9_-]+@)?[A-Za-z0-9.-]+(:[0-9]{1,5})?/[A-Za-z0-9._~/+-]{1,300}|[A-Za-z0-9_-]+@[A-Za-z0-9.-]+:[A-Za-z0-9._~/+-]{1,300}|file:///[A-Za-z0-9._/-]{1,300})$ The repository, without credentials; empty where none is asked.
# Parameter Branch ^[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}$ The branch to deploy; not looked at when Revision is given.
# Parameter Revision ^([0-9a-f]{40})?$ The exact commit, or empty for the branch's newest.
# Parameter RepositorySecret ^[A-Za-z0-9/_+=.@-]{0,512}$ Name of the secret with ssh_key and known_hosts, or token.
# Parameter RepositorySecretVersion ^[A-Za-z0-9-]{0,64}$ Version of that secret; empty when the repository is public.
login=''

check_repository_settings() {
  [[ -n $SSM_RepositoryUrl ]] || fail InvalidParameter 'RepositoryUrl is empty; the request names no repository'
  require_pattern RepositoryUrl "$SSM_RepositoryUrl" '^(https://|ssh://|file:///|[A-Za-z0-9_-]+@[A-Za-z0-9.-]+:)[A-Za-z0-9@:._~/+-]+$'
  [[ ! $SSM_RepositoryUrl =~ ^https://[^/]*@ ]] || fail InvalidParameter 'RepositoryUrl holds a login; keep it in the repository secret'
  require_pattern Branch "$SSM_Branch" '^[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}$'
  [[ ! $SSM_Branch =~ \.\.|//|/\.|\.lock(/|$)|[./]$ ]] ||
    fail InvalidParameter "Branch '$SSM_Branch' is not a branch name"
  require_pattern Revision "${SSM_Revision-}" '^([0-9a-f]{40})?$'
}

# Sets login to the folder with the login, or leaves it empty. Needs WORK to be removed when the step ends, which systemd sees to.
use_repository_secret() {
  local folder=$WORK/git
  [[ -n ${SSM_RepositorySecretVersion-} ]] || return 0
  # Given to its user when it is complete: until then only root writes to it.
  install -d -m 700 "$folder"
  secret_to "$WORK/repository" "$SSM_RepositorySecret" "$SSM_RepositorySecretVersion" LoginRefused
  # What the secret holds decides how to log in; its parts go from file to file.
  host_python repository_login "$WORK/repository" "$folder" ||
    fail LoginRefused "secret $SSM_RepositorySecret must be {\"ssh_key\", \"known_hosts\"} or {\"token\"}"
  rm -f "$WORK/repository"
  if [[ -f $folder/token ]]; then
    # x-access-token is GitHub's own name for "the password is a token"; other hosts accept any name.
    printf '#!/bin/sh\ncase $1 in Username*) echo x-access-token ;; *) cat "${LOGIN:-${0%%/*}}/token" ;; esac\n' >"$folder/askpass"
    chmod 700 "$folder/askpass"
  fi
  chown -R -h "$FETCH_USER:" "$folder"
  login=$folder
}

# git_remote SETTING… -- ARGUMENT…: an action of repository.py that needs the remote. Faults of the network are tried again, twice
# as long after each (1, 2 and 4 seconds; DEPLOYER_RETRY_SECONDS changes the first). What fails for good ends the step by its name. A
# commit that does not exist is the caller's to report: 4.
git_remote() {
  local delay=${DEPLOYER_RETRY_SECONDS:-1} attempt name code
  for attempt in 1 2 3 4; do
    code=0
    repository_online "$@" 2>"$WORK/git-error" || code=$?
    ((code != 0 && code != 4)) || return "$code"
    name=$(git_failure "$code" "$WORK/git-error")
    case $name in
      NameUnresolvable | RepositoryUnreachable) ;;
      *) break ;;
    esac
    ((attempt < 4)) || break
    log "$name, attempt $attempt of 4, again in $delay s: $(last_words)"
    sleep "$delay"
    delay=$(awk -v d="$delay" 'BEGIN { print d * 2 }')
  done
  fail "$name" "$(git_explanation "$name") git says: $(last_words)"
}

# The first line with an error and the last lines of what git printed, without NUL bytes, escape sequences and progress, whose lines end
# with CR.
last_words() {
  redacted <"$WORK/git-error" | tr -d '\0' | sed 's/\x1b\[[0-9;]*[A-Za-z]//g' | tr '\r' '\n' | sed 's/[[:blank:]]*$//' |
    grep -aEv '^(hint:|Please make sure|and the repository exists|(remote: )?[A-Za-z]+ [a-z]+: +[0-9]+(%|,|$)|(remote: )?Total [0-9]|remote:$|$)' |
    awk '{ line[NR] = $0 } !first && /fatal|error/ { first = NR } END { for (i in line) if (i == first || i > NR - 3) print i, line[i] }' |
    sort -n | sed 's/^[0-9]* //' | tr -s '\n' ' ' | cut -c 1-500
}

# What git meant, from its words in the C locale. The order matters: the most telling line wins.
git_failure() {
  local text
  text=$(tr -d '\0' <"$2")
  case $text in
    *'Host key verification failed'* | *'host key is known'* | *'REMOTE HOST IDENTIFICATION HAS CHANGED'*) echo HostKeyUnknown ;;
    *'SSL certificate problem'* | *'server certificate verification failed'* | *'certificate subject name'*) echo HostKeyUnknown ;;
    *'Could not resolve host'* | *'Name or service not known'* | *'Temporary failure in name resolution'*) echo NameUnresolvable ;;
    *'Permission denied (publickey'* | *'Permission denied, please try again'* | *'Authentication failed'*) echo LoginRefused ;;
    *'could not read Username'* | *'could not read Password'* | *'returned error: 401'* | *'returned error: 403'*) echo LoginRefused ;;
    *'error in libcrypto'* | *'invalid format'*) echo LoginRefused ;;
    *'missing blob'* | *'missing tree'* | *'missing commit'* | *'missing object'* | *'unable to read '[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]*) echo RepositoryIncomplete ;;
    *'possible repository corruption'* | *'promisor remote'* | *'bad object'* | *'all necessary objects'*) echo RepositoryIncomplete ;;
    *"couldn't find remote ref"* | *'Remote branch'*'not found'*) echo BranchMissing ;;
    *'not our ref'* | *'unadvertised object'* | *'not a valid object'*) echo CommitRefused ;;
    *'epository not found'* | *'does not appear to be a git repository'* | *"' not found"* | *'returned error: 404'*) echo RepositoryMissing ;;
    *'not a git repository'* | *'does not exist'* | *'not valid: is this a git repository'*) echo RepositoryMissing ;;
    *'timed out'* | *'Timed out'* | *'refused'* | *'returned error: 5'* | *'returned error: 429'* | *'early EOF'* | *'RPC failed'*) echo RepositoryUnreachable ;;
    *'hung up unexpectedly'* | *'Failed to connect'* | *'unable to access'* | *'reset by peer'* | *'unreachable'* | *'Connection closed'*) echo RepositoryUnreachable ;;
    *) if (($1 == 124)); then echo RepositoryUnreachable; else echo StepFailed; fi ;;
  esac
}

git_explanation() {
  case $1 in
    HostKeyUnknown) echo "The host of $SSM_RepositoryUrl did not prove who it is; put its key into known_hosts of the repository secret (https: its certificate is not trusted here)." ;;
    LoginRefused) echo "$SSM_RepositoryUrl refused the login; check the deploy key or token in ${SSM_RepositorySecret:-the repository secret}." ;;
    NameUnresolvable) echo "The host name in $SSM_RepositoryUrl cannot be resolved, tried 4 times." ;;
    RepositoryUnreachable) echo "$SSM_RepositoryUrl cannot be reached, tried 4 times." ;;
    RepositoryMissing) echo "There is no repository at $SSM_RepositoryUrl, or the login may not see it." ;;
    RepositoryIncomplete) echo "$SSM_RepositoryUrl lacks an object of the commit: it is a partial clone, or damaged. Fetch all of it (git fetch --refetch, or a new clone without --filter), and check it with git fsck." ;;
    BranchMissing) echo "Branch $SSM_Branch does not exist in $SSM_RepositoryUrl." ;;
    *) echo "git failed on $SSM_RepositoryUrl." ;;
  esac
}
