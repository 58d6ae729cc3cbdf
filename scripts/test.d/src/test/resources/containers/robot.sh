#!/usr/bin/env bash
# robot: the sample robot and its web application as two containers that trade live, the way docker compose leaves them.
#
# robot.sh SOURCE KEY: SOURCE is the application's folder on the instance, KEY a value that must not be printed. The image has the
# application and its environment; what it runs on is this machine's own /usr, mounted. The robot's data is in a volume, its logs in a
# folder of the machine; its settings come as ENV_CONTENT.
set -Eeuo pipefail
source=$1 key=$2 home=/srv/robot image=robot:latest

make_image() {
  local root
  root=$(mktemp -d)
  mkdir -p "$root"/{usr,etc,tmp,proc,sys,dev,run,var}
  ln -s usr/bin "$root/bin"
  ln -s usr/lib "$root/lib"
  ln -s usr/lib64 "$root/lib64"
  cp /etc/passwd /etc/group "$root/etc"
  cp -r "$source" "$root/app"
  rm -f "$root/app/.env"
  python3 -m venv "$root/app/venv"
  "$root/app/venv/bin/pip" --quiet --disable-pip-version-check install -r "$source/requirements.txt"
  tar -C "$root" -c . | docker import --change 'WORKDIR /app' --change 'EXPOSE 5000' - "$image" >/dev/null
  rm -rf "$root"
}

start() { # NAME COMMAND
  docker run --detach --name "$1" --restart unless-stopped --network host \
    --label com.docker.compose.project=robot --label com.docker.compose.project.working_dir="$home" \
    --label com.docker.compose.project.config_files="$home/docker-compose.yml" \
    --volume /usr:/usr:ro --volume robot-data:/app/data --volume "$home/logs:/app/logs" --env ENV_CONTENT="$content" \
    --env COMPOSE_ONLY=1 "$image" /bin/sh -c "echo \"\$ENV_CONTENT\" | base64 -d >.env && exec venv/bin/python $2" >/dev/null
}

mkdir -p "$home/logs"
printf 'services: {robot: {image: %s, restart: unless-stopped, env_file: robot.env}}\n' "$image" >"$home/docker-compose.yml"
printf 'FROM scratch\n' >"$home/Dockerfile"
printf 'BINANCE_SECRET_KEY=%s\n' "$key" >"$home/robot.env"
content=$(printf 'TICK_SECONDS=0.2\nBINANCE_URL=\nFROM_THE_CONTAINER=yes\nROBOT_MODE=live\nBINANCE_API_KEY=%s\nBINANCE_SECRET_KEY=%s\n' "$key" "$key" |
  base64 -w 0)
make_image
start robot 'main.py --mode robot'
start webapp app.py
for ((i = 0; i < 100; i++)); do
  curl --silent --fail --noproxy '*' http://127.0.0.1:5000/health >/dev/null && exit 0
  sleep 0.1
done
docker logs webapp >&2
exit 1
