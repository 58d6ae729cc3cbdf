# takeover.sh: stops the containers for good, gives them back; to be used behind containers.sh.

# docker_python FILE ARGUMENT…: a file that stands on docker.py.
docker_python() {
  local code
  code=$(program_file redact.py && program_file docker.py && program_file "$1")
  DEPLOYER_FOLDER=$DEPLOYER python3 -IS -c "$code" "${@:2}"
}

# release_containers: they run again, as before, seen well. Nothing of ours may run any more.
release_containers() {
  docker_python hold.py release 2>"$WORK/docker" ||
    fail RollBackFailed "the containers are not back: $(last_lines 1 "$WORK/docker")"
  rm -f "$MIGRATION/carried"
}
