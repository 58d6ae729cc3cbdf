# shellcheck shell=bash
# provide: provide LocalStack for the tests. Sourced by scripts/test, after say.sh and packages.sh; uses `work`, the folder of the run.
#
# provide_localstack sets `localstack`, the options for Maven, and DOCKER_HOST where it started a Docker daemon. It takes the first of
#   1. LocalStack's own image, where Docker Hub answers;
#   2. an image made here from PyPI (make-root.sh), imported without a pull, for a Docker daemon that runs without privileges of the
#      container and without rules in the firewall of this machine;
#   3. the same root without Docker, where no daemon can run.
# The daemon is that of this machine if it answers; otherwise one of this run, which release_localstack ends. Root and images
# are in the cache of this user, so they are made once. LOCALSTACK_BY=image or root takes the second or the third.

# shellcheck disable=SC2034 # scripts/test uses it
localstack=()
localstack_daemon=''

docker_answers() { timeout 20 docker version >/dev/null 2>&1; }

# Docker Hub answers 401 to a client that is not logged in.
docker_hub_answers() { [[ $(curl --silent --max-time 10 --output /dev/null --write-out '%{http_code}' https://registry-1.docker.io/v2/) == 401 ]]; }

# Debian's packages start daemons which change the firewall of this machine, also at its next start. Their units are masked before.
install_docker() {
  local -a units=(docker.service docker.socket containerd.service) packages=(docker.io iptables)
  command -v dockerd >/dev/null || systemctl mask --quiet "${units[@]}" >&2 || true
  # Debian 13 has the client in a package of its own.
  [[ -z $(apt-cache --names-only search '^docker-cli$') ]] || packages+=(docker-cli)
  need_packages "${packages[@]}"
}

# Prints the address of a network that this machine has no route to, except the default route. A local cloud has its own.
free_network() {
  local second
  for second in {240..254}; do
    if ! ip route show | grep -q "^10\.$second\."; then
      printf '10.%s.0.1/24\n' "$second"
      return
    fi
  done
  return 1
}

# Starts a daemon of this run. Its images stay in the cache. Returns 1 if it cannot run here.
start_docker() {
  local cache=$1 folder=${work:?}/docker waited network
  network=$(free_network) || return 1
  (install_docker) || return 1
  mkdir -p "$folder"
  export DOCKER_HOST=unix://$folder/docker.sock
  nice dockerd --data-root "$cache/docker" --exec-root "$folder/exec" --pidfile "$folder/dockerd.pid" --host "$DOCKER_HOST" \
    --iptables=false --ip6tables=false --ip-masq=false --ip-forward=false --bip "$network" >"$folder/log" 2>&1 6>&- &
  localstack_daemon=$!
  for ((waited = 0; waited < 300; waited++)); do
    if docker_answers; then return 0; fi
    kill -0 "$localstack_daemon" 2>/dev/null || break
    sleep 0.2
  done
  say "no Docker daemon can run here: $(tail -n 1 "$folder/log")"
  release_localstack
  return 1
}

# Imports the root as an image, unless the daemon has it.
import_image() {
  local root=$1 image=$2
  docker image inspect "$image" >/dev/null 2>&1 && return
  say 'importing the image of LocalStack'
  tar -C "$root" --exclude='./proc/*' --exclude='./sys/*' --exclude='./dev/*' -c . | nice docker import \
    --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PYTHONUNBUFFERED=1 LANG=C.UTF-8 SKIP_SSL_CERT_DOWNLOAD=1 DISABLE_EVENTS=1 DNS_ADDRESS=0 LOCALSTACK_HOST=127.0.0.1:4566' \
    --change 'EXPOSE 4566' --change 'WORKDIR /opt/code/localstack' --change 'ENTRYPOINT ["docker-entrypoint.sh"]' - "$image" >/dev/null
}

# Returns 1 if LocalStack cannot be provided; the reason is printed.
provide_localstack() {
  local cache=${XDG_CACHE_HOME:-$HOME/.cache}/crypto-robot-deployer/localstack by=${LOCALSTACK_BY:-} root image docker=yes
  mkdir -p "$cache"
  # One run at a time: a daemon needs its folder for itself.
  exec 6>"$cache/run.lock"
  flock 6
  [[ $by != root ]] && { docker_answers || start_docker "$cache"; } || docker=no
  if [[ $docker == yes && $by != image ]] && docker_hub_answers && docker pull --quiet localstack/localstack:4.14.0 >&2; then
    say "LocalStack's own image, from Docker Hub"
    return
  fi
  root=$("${BASH_SOURCE[0]%/*}/make-root.sh" "$cache") || return 1
  if [[ $docker == yes ]]; then
    image=crypto-robot/localstack:${root##*-}
    import_image "$root" "$image"
    # Testcontainers would pull both images.
    export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_TINYIMAGE_CONTAINER_IMAGE=$image
    localstack=("-Dlocalstack.image=$image")
    say "LocalStack's image made from PyPI, $image"
  else
    localstack=("-Dlocalstack.root=$root")
    say 'LocalStack without Docker'
  fi
}

# Ends the daemon of this run and removes its network.
release_localstack() {
  [[ -n $localstack_daemon ]] || return 0
  kill "$localstack_daemon" 2>/dev/null || true
  wait "$localstack_daemon" 2>/dev/null || true
  localstack_daemon=''
  ip link delete docker0 2>/dev/null || true
  unset DOCKER_HOST
}
