#!/usr/bin/env bash
# migrate-repository: proposes a branch of the robot's own repository without its Docker files and workflows.
#
# The branch "without-docker" gets one commit on top of what HEAD is; nothing else changes: not the branch that
# is checked out, not the working tree, not the index, and nothing is pushed. Out go Dockerfile*,
# docker-compose*.yml, compose*.yml, .dockerignore, the workflow build-robot-image.yml, and workflows whose
# every job does nothing but docker. Other files that speak of docker are only named.

# shellcheck disable=SC2034,SC2153 # The parts of operate share these variables.

readonly PROPOSED=without-docker

migrate_repository() { # PATH
  local repository=$1 head gone=() mentions=() file index tree commit
  git -C "$repository" rev-parse --git-dir >/dev/null 2>&1 || fail 2 "$repository is no git repository"
  head=$(git -C "$repository" rev-parse --verify --quiet 'HEAD^{commit}') || fail 2 "$repository has no commit yet"
  if git -C "$repository" show-ref --verify --quiet "refs/heads/$PROPOSED"; then
    fail 1 "there is a branch $PROPOSED in $repository already; look at it, then rename or delete it"
  fi
  while IFS= read -r -d '' file; do
    if is_of_docker "$repository" "$head" "$file"; then gone+=("$file"); fi
  done < <(git -C "$repository" ls-tree -r -z --name-only --full-tree "$head")
  if ((${#gone[@]} == 0)); then
    say "no Docker file is in $repository; nothing was changed"
    return 0
  fi
  # An index of its own: what the person has staged stays as it is.
  index=$(mktemp -u)
  GIT_INDEX_FILE=$index git -C "$repository" read-tree "$head"
  printf '%s\0' "${gone[@]}" | (cd "$(git -C "$repository" rev-parse --show-toplevel 2>/dev/null || printf '%s' "$repository")" &&
    GIT_INDEX_FILE=$index git update-index -z --force-remove --stdin)
  tree=$(GIT_INDEX_FILE=$index git -C "$repository" write-tree)
  rm -f "$index"
  commit=$(git -C "$repository" commit-tree "$tree" -p "$head" \
    -m 'Remove Docker' -m 'The robot runs from git under systemd; images are not built any more.') ||
    fail 1 "git could not make the commit; are user.name and user.email set?"
  git -C "$repository" update-ref -m 'operate migrate-repository' "refs/heads/$PROPOSED" "$commit" ''
  say "branch $PROPOSED made in $repository, one commit on $(git -C "$repository" rev-parse --short "$head"):"
  for file in "${gone[@]}"; do say "  removed    $file"; done
  mapfile -d '' -t mentions < <(git -C "$repository" grep -z -l -i -I -w docker "$commit" -- 2>/dev/null)
  for file in "${mentions[@]}"; do say "  mentions   ${file#"$commit":}: read it by hand"; done
  say "nothing was pushed; look at it: git -C $repository diff $(git -C "$repository" rev-parse --short "$head") $PROPOSED"
}

is_of_docker() { # REPOSITORY COMMIT FILE
  case ${3##*/} in
    Dockerfile | Dockerfile.* | *.Dockerfile | .dockerignore) return 0 ;;
    docker-compose*.yml | docker-compose*.yaml | compose.yml | compose.yaml | compose.*.yml | compose.*.yaml) return 0 ;;
  esac
  case $3 in
    .github/workflows/build-robot-image.yml) return 0 ;;
    .github/workflows/*.yml | .github/workflows/*.yaml) does_only_docker "$1" "$2" "$3" ;;
    *) return 1 ;;
  esac
}

# Every step that does something is docker's own action or a docker command; a checkout does nothing by itself.
does_only_docker() { # REPOSITORY COMMIT FILE
  git -C "$1" show "$2:$3" | python3 -ISc '
import re, sys
steps = re.split(r"(?m)^\s*-\s+(?=(?:name|uses|run|id|if|with|env)\s*:)", sys.stdin.read())[1:]
does = []
for step in steps:
    uses = re.search(r"(?m)^\s*uses\s*:\s*[\x27\"]?([^\s\x27\"]+)", step) if "uses" in step else None
    run = re.search(r"(?ms)(?:^|\n)\s*run\s*:\s*(?:[|>][+-]?\s*\n)?(.*?)(?=\n\s*(?:name|env|with|if|shell|working-directory)\s*:|\Z)", step)
    if uses and not uses.group(1).startswith("actions/checkout@"):
        does.append(uses.group(1).startswith("docker/"))
    elif run:
        lines = [line.strip() for line in run.group(1).splitlines() if line.strip() and not line.strip().startswith("#")]
        does.append(bool(lines) and all(re.match(r"(sudo\s+)?(docker|docker-compose)\s", line) for line in lines))
sys.exit(0 if does and all(does) else 1)'
}
