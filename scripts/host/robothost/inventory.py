"""inventory: what runs in containers on this instance, without one value of their environments."""

from __future__ import annotations

import json
import os
import re

from robothost.docker import (NotDone, answer, attempt, command, containers, content_of, environment_of, inventory_file, name_of, names_in,
                              write)
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List

CERTIFICATE = re.compile(r"\.(pem|crt|cer)$")
RECIPES = re.compile(r"^(Dockerfile.*|\.dockerignore|(docker-)?compose[A-Za-z0-9._-]*\.ya?ml|[A-Za-z0-9._-]*\.env)$")
STARTS_CONTAINERS = re.compile(r"^Exec\w+=[-+@:!]*(\S*/)?(docker|docker-compose|podman|podman-compose)\s", re.MULTILINE)
DAEMONS = {"docker.service", "containerd.service", "podman.service", "podman-restart.service"}
LARGEST_ANSWER, MOST_FILES, MOST_OF_A_MOUNT = 16000, 200, 100


def settings_of(one: Dict[str, Any]) -> Dict[str, Any]:
    environment = environment_of(one)
    text = content_of(environment)
    return {
        "names": sorted(set(environment) - {"PATH", "ENV_CONTENT"}),
        "env_content": {"present": "ENV_CONTENT" in environment, "readable": text is not None,
                        "names": names_in(text or "")},
    }


def ports_of(one: Dict[str, Any]) -> List[int]:
    """The ports of this machine that lead into the container: published ones, or with its network all it declares."""
    host = one["HostConfig"]
    if host.get("NetworkMode") == "host":
        return sorted(int(port.split("/")[0]) for port in one["Config"].get("ExposedPorts") or {} if port.endswith("/tcp"))
    bound = [each for port, all_of in (host.get("PortBindings") or {}).items() if port.endswith("/tcp") for each in all_of or []]
    return sorted({int(each["HostPort"]) for each in bound if each.get("HostPort", "").isdigit()})


def mount_of(mount: Dict[str, Any], home: str, paths: List[str]) -> Dict[str, Any]:
    inside = os.path.relpath(mount["Destination"], home)
    kept = [path for path in paths if (inside + "/").startswith(path + "/") or (path + "/").startswith(inside + "/") or inside == "."]
    return {"type": mount["Type"], "name": mount.get("Name", ""), "source": mount.get("Source", ""),
            "destination": mount["Destination"], "writable": mount.get("RW", False),
            "carried": bool(kept) and mount.get("RW", False)}


def certificates_of(host: Host, one: Dict[str, Any]) -> List[Dict[str, str]]:
    """The certificates among what is mounted: file, subject and end."""
    found = []
    for mount in one["Mounts"]:
        root = mount.get("Source") or ""
        # What the operating system trusts is no certificate of a container.
        if root == "/" or root.startswith(("/usr", "/etc/ssl", "/etc/pki", "/proc", "/sys")):
            continue
        files = [root] if os.path.isfile(root) else [
            os.path.join(folder, name) for folder, _, names in os.walk(root) for name in sorted(names)
            if folder[len(root):].count(os.sep) < 4]
        for path in files[:MOST_OF_A_MOUNT]:
            if CERTIFICATE.search(path):
                text = attempt(host, "openssl", "x509", "-in", path, "-noout", "-subject", "-enddate")
                if text:
                    subject, _, end = text.strip().partition("\n")
                    found.append({"file": path, "subject": subject[8:].strip(), "not_after": end.partition("=")[2]})
    return found


def container_of(host: Host, one: Dict[str, Any], paths: List[str]) -> Dict[str, Any]:
    labels = one["Config"].get("Labels") or {}
    return {
        "name": name_of(one),
        "image": one["Config"].get("Image", ""),
        "image_id": one["Image"],
        "running": one["State"]["Running"],
        "restart": (one["HostConfig"].get("RestartPolicy") or {}).get("Name") or "no",
        "auto_remove": one["HostConfig"].get("AutoRemove", False),
        "working_dir": one["Config"].get("WorkingDir") or "/",
        "networks": sorted(one["NetworkSettings"].get("Networks") or {}),
        "ports": ports_of(one),
        "environment": settings_of(one),
        "mounts": [mount_of(mount, one["Config"].get("WorkingDir") or "/", paths) for mount in one["Mounts"]],
        "certificates": certificates_of(host, one),
        "compose": {"project": labels.get("com.docker.compose.project", ""),
                    "folder": labels.get("com.docker.compose.project.working_dir", ""),
                    "files": [file for file in labels.get("com.docker.compose.project.config_files", "").split(",") if file]},
    }


def units_that_start_containers(folder: str) -> List[str]:
    found = []
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if name.endswith(".service") and name not in DAEMONS and os.path.isfile(path) and not os.path.islink(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                if STARTS_CONTAINERS.search(file.read()):
                    found.append(name)
    return found


def recipes(host: Host, found: List[Dict[str, Any]]) -> List[str]:
    """The files that containers are made from: what compose names, and what is beside it or in the usual places."""
    files = {file for one in found for file in one["compose"]["files"] if os.path.isfile(file)}
    folders = {one["compose"]["folder"] for one in found if one["compose"]["folder"]}
    home = host.layout.machine("home")
    homes = [os.path.join(home, name) for name in (os.listdir(home) if os.path.isdir(home) else [])]
    for place in [host.layout.machine(name) for name in ("opt", "srv", "root")] + homes:
        for folder, below, _ in os.walk(place):
            depth = folder[len(place):].count(os.sep)
            below[:] = [] if depth >= 2 else [name for name in below if os.path.join(folder, name) != host.layout.application
                                             and not (name.startswith(".") or name in ("venv", "node_modules"))]
            folders.add(folder)
    for folder in folders:
        if os.path.isdir(folder):
            names = [name for name in os.listdir(folder) if RECIPES.match(name) and os.path.isfile(os.path.join(folder, name))]
            # A lone .env need not be a container's.
            if any(not name.endswith(".env") for name in names):
                files.update(os.path.join(folder, name) for name in names)
    return sorted(files)[:MOST_FILES]


def health_of(host: Host, found: List[Dict[str, Any]], port: int, path: str) -> List[str]:
    """Where the running containers answer 200."""
    candidates = sorted({each for one in found if one["running"] for each in one["ports"]} | {port})
    urls = ["%s://127.0.0.1:%d%s" % (protocol, each, path) for each in candidates for protocol in ("https", "http")]
    return [url for url in urls if answer(host, url)[0] == 200] if any(one["running"] for one in found) else []


def networks_here(host: Host) -> List[str]:
    known = command(host, "docker", "network", "ls", "--quiet").split()
    names = [one["Name"] for one in json.loads(command(host, "docker", "network", "inspect", *known))] if known else []
    return sorted(set(names) - {"bridge", "host", "none", "podman"})


def shortened(inventory: Dict[str, Any], file: str) -> Dict[str, Any]:
    """What fits an answer of Systems Manager; the file on the instance has all of it."""
    whole = dict(inventory, file=file, shortened=False)
    if len(json.dumps(whole)) <= LARGEST_ANSWER:
        return whole
    brief = [{name: one[name] for name in ("name", "image", "running", "restart")} for one in inventory["containers"]]
    return {"at": inventory["at"], "containers": brief[:50], "counts": {name: len(value) for name, value in inventory.items()
            if isinstance(value, list)}, "warnings": inventory["warnings"][:20], "health": inventory["health"][:10],
            "file": file, "shortened": True}


def warnings(found: List[Dict[str, Any]], units: List[str], health: List[str]) -> List[str]:
    texts = []
    for one in found:
        if one["auto_remove"] and not units:
            texts.append("%s is removed when it stops (--rm) and no unit starts it: it could not come back, so cutover refuses" % one["name"])
        for mount in one["mounts"]:
            if mount["writable"] and not mount["carried"]:
                texts.append("%s writes to %s, which is in no persistent path and is not carried over" % (one["name"], mount["destination"]))
        content = one["environment"]["env_content"]
        if content["present"] and not content["readable"]:
            texts.append("ENV_CONTENT of %s is not base64 of a text" % one["name"])
    if found and not health:
        texts.append("no container answers 200 on the health path, so only that they run is checked when they come back")
    return texts


def take(host: Host, names: List[str], paths: List[str], port: int, path: str, at: str) -> Dict[str, Any]:
    """Writes the inventory of the containers with these names, or of all, and returns it. NotDone when there is none."""
    every = containers(host, names)
    missing = sorted(set(names) - {name_of(one) for one in every})
    if missing:
        raise NotDone("there is no container named " + ", ".join(missing))
    if not every:
        raise NotDone("there is no container on this instance")
    found = [container_of(host, one, paths) for one in every]
    units, health = units_that_start_containers(host.layout.units), health_of(host, found, port, path)
    taken = {
        "at": at,
        "containers": found,
        "images": sorted({one["image_id"] for one in found}),
        "networks": networks_here(host),
        "volumes": command(host, "docker", "volume", "ls", "--quiet").split(),
        "units": units,
        "files": recipes(host, found),
        "health": health,
        "warnings": warnings(found, units, health),
    }
    write(host.layout, inventory_file(host.layout), taken)
    return taken
