# takeover.sh: stops the containers for good, gives them back; to be used behind containers.sh.

# docker_python MODULE ARGUMENT…: a module that uses docker.py.
docker_python() { APPLICATION=$APP host_python "$@"; }

# release_containers: they run again, as before, seen well. Nothing of ours may run any more.
release_containers() {
  docker_python hold release 2>"$WORK/docker" ||
    fail RollBackFailed "the containers are not back: $(last_lines 1 "$WORK/docker")"
  rm -f "$MIGRATION/carried"
}
