"""inventory: what runs in containers on this instance, without one value of their environments.

inventory <application> <JSON array of names, empty for all> <JSON array of persistent paths> <port> <health path> <when>. Writes
inventory.json in the migration folder of layout.py and prints it, shortened to what fits an answer.
"""

from __future__ import annotations

import json
import os
import re
import sys

from robothost.docker import INVENTORY, answer, attempt, command, containers, content_of, environment_of, name_of, names_in, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List

CERTIFICATE = re.compile(r"\.(pem|crt|cer)$")
RECIPES = re.compile(r"^(Dockerfile.*|\.dockerignore|(docker-)?compose[A-Za-z0-9._-]*\.ya?ml|[A-Za-z0-9._-]*\.env)$")
DAEMONS = {"docker.service", "containerd.service", "podman.service", "podman-restart.service"}
LARGEST_ANSWER = 16000


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


def certificates_of(one: Dict[str, Any]) -> List[Dict[str, str]]:
    """The certificates among what is mounted, with what they say of themselves."""
    found = []
    for mount in one["Mounts"]:
        root = mount.get("Source") or ""
        # What the operating system trusts is nobody's certificate.
        if root == "/" or root.startswith(("/usr", "/etc/ssl", "/etc/pki", "/proc", "/sys")):
            continue
        files = [root] if os.path.isfile(root) else [
            os.path.join(folder, name) for folder, _, names in os.walk(root) for name in sorted(names)
            if folder[len(root):].count(os.sep) < 4]
        for path in files[:100]:
            if CERTIFICATE.search(path):
                said = attempt("openssl", "x509", "-in", path, "-noout", "-subject", "-enddate")
                if said:
                    subject, _, end = said.strip().partition("\n")
                    found.append({"file": path, "subject": subject[8:].strip(), "not_after": end.partition("=")[2]})
    return found


def container_of(one: Dict[str, Any], paths: List[str]) -> Dict[str, Any]:
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
        "certificates": certificates_of(one),
        "compose": {"project": labels.get("com.docker.compose.project", ""),
                    "folder": labels.get("com.docker.compose.project.working_dir", ""),
                    "files": [file for file in labels.get("com.docker.compose.project.config_files", "").split(",") if file]},
    }


def units_that_start_containers(folder: str = "/etc/systemd/system") -> List[str]:
    found = []
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if name.endswith(".service") and name not in DAEMONS and os.path.isfile(path) and not os.path.islink(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                if re.search(r"^Exec\w+=[-+@:!]*(\S*/)?(docker|docker-compose|podman|podman-compose)\s", file.read(), re.MULTILINE):
                    found.append(name)
    return found


def recipes(application: str, found: List[Dict[str, Any]]) -> List[str]:
    """The files containers are made from: what compose names, and what lies beside it or in the usual places."""
    files = {file for one in found for file in one["compose"]["files"] if os.path.isfile(file)}
    folders = {one["compose"]["folder"] for one in found if one["compose"]["folder"]}
    homes = [os.path.join("/home", name) for name in (os.listdir("/home") if os.path.isdir("/home") else [])]
    for place in ["/opt", "/srv", "/root"] + homes:
        for folder, below, _ in os.walk(place):
            depth = folder[len(place):].count(os.sep)
            below[:] = [] if depth >= 2 else [name for name in below if os.path.join(folder, name) != application
                                             and not (name.startswith(".") or name in ("venv", "node_modules"))]
            folders.add(folder)
    for folder in folders:
        if os.path.isdir(folder):
            names = [name for name in os.listdir(folder) if RECIPES.match(name) and os.path.isfile(os.path.join(folder, name))]
            # A lone .env need not be a container's.
            if any(not name.endswith(".env") for name in names):
                files.update(os.path.join(folder, name) for name in names)
    return sorted(files)[:200]


def health_of(found: List[Dict[str, Any]], port: int, path: str) -> List[str]:
    """Where the running containers answer 200."""
    candidates = sorted({each for one in found if one["running"] for each in one["ports"]} | {port})
    urls = ["%s://127.0.0.1:%d%s" % (protocol, each, path) for each in candidates for protocol in ("https", "http")]
    return [url for url in urls if answer(url)[0] == 200] if any(one["running"] for one in found) else []


def networks_here() -> List[str]:
    known = command("docker", "network", "ls", "--quiet").split()
    names = [one["Name"] for one in json.loads(command("docker", "network", "inspect", *known))] if known else []
    return sorted(set(names) - {"bridge", "host", "none", "podman"})


def shortened(inventory: Dict[str, Any]) -> Dict[str, Any]:
    """What fits an answer of Systems Manager; the file on the instance has all of it."""
    whole = dict(inventory, file=INVENTORY, shortened=False)
    if len(json.dumps(whole)) <= LARGEST_ANSWER:
        return whole
    brief = [{name: one[name] for name in ("name", "image", "running", "restart")} for one in inventory["containers"]]
    return {"at": inventory["at"], "containers": brief[:50], "counts": {name: len(value) for name, value in inventory.items()
            if isinstance(value, list)}, "warnings": inventory["warnings"][:20], "health": inventory["health"][:10],
            "file": INVENTORY, "shortened": True}


def warnings(found: List[Dict[str, Any]], units: List[str], health: List[str]) -> List[str]:
    said = []
    for one in found:
        if one["auto_remove"] and not units:
            said.append("%s is removed when it stops (--rm) and no unit starts it: it could not come back, so cutover refuses" % one["name"])
        for mount in one["mounts"]:
            if mount["writable"] and not mount["carried"]:
                said.append("%s writes to %s, which is in no persistent path and is not carried over" % (one["name"], mount["destination"]))
        if one["environment"]["env_content"]["present"] and not one["environment"]["env_content"]["readable"]:
            said.append("ENV_CONTENT of %s is not base64 of a text" % one["name"])
    if found and not health:
        said.append("no container answers 200 on the health path, so only that they run is checked when they come back")
    return said


def inventory(application: str, names: List[str], paths: List[str], port: int, path: str, at: str) -> Dict[str, Any]:
    every = containers(names)
    missing = sorted(set(names) - {name_of(one) for one in every})
    if missing:
        sys.exit("there is no container named " + ", ".join(missing))
    if not every:
        sys.exit("there is no container on this instance")
    found = [container_of(one, paths) for one in every]
    units, health = units_that_start_containers(), health_of(found, port, path)
    return {
        "at": at,
        "containers": found,
        "images": sorted({one["image_id"] for one in found}),
        "networks": networks_here(),
        "volumes": command("docker", "volume", "ls", "--quiet").split(),
        "units": units,
        "files": recipes(application, found),
        "health": health,
        "warnings": warnings(found, units, health),
    }


def main(place: str, chosen: str, persistent: str, web: str, health_path: str, now: str) -> None:
    taken = inventory(place, json.loads(chosen), json.loads(persistent), int(web), health_path, now)
    write(INVENTORY, taken)
    print(json.dumps(shortened(taken), ensure_ascii=False))
