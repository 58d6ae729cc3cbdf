"""status: prints the state of an instance; put behind inspect.py, whose functions it uses.

status.py <application> <current release> <health> <unit=state …> <lock's owner, generation, since> <armed file, or empty>
<number of differences from what was deployed, or empty>
"""


def status(application, current, health, states, owner, generation, since, armed, drift):
    manifest = {}
    if current:
        manifest = read_json(os.path.join(application, "releases", current, "release.json"))
    decision = None
    if armed:
        try:
            decision = read_json(armed)
        except FileNotFoundError:
            decision = None
    units = {service["name"]: "inactive" for service in manifest.get("services", [])}
    units.update(pair.split("=") for pair in states.split())
    print(json.dumps({
        "release": current,
        "revision": manifest.get("revision", ""),
        "mode": manifest.get("mode", ""),
        "protocol": manifest.get("protocol", ""),
        "health": health,
        "locked_by": {"owner": owner, "generation": int(generation), "since": since} if owner else None,
        "armed": {"release": decision["release"], "at": decision["at"]} if decision else None,
        "units": units,
        "releases": releases(application, current)[:30],
        "port": str(manifest.get("port", "")),
        "health_path": manifest.get("health_path", ""),
        "certificate_not_after": manifest.get("certificate_not_after", ""),
        "drift": int(drift) if drift else None,
    }, ensure_ascii=False))


if __name__ == "__main__":
    status(*sys.argv[1:])
