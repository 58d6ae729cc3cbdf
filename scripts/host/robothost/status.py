"""status: prints the state of an instance.

status <application> <current release> <health> <why, or empty> <unit=state …> <lock's owner, generation, since> <armed file, or empty>
<number of differences from what was deployed, or empty>
"""

import json
import os

from robothost.inspect import releases, what_serves
from robothost.layout import Layout
from robothost.redact import Redaction


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def crashes(folder, redacted):
    names = sorted(name for name in os.listdir(folder) if name.endswith(".json")) if os.path.isdir(folder) else []
    if not names:
        return {"count": 0, "newest": "", "reason": ""}
    newest = read_json(os.path.join(folder, names[-1]))
    said = ": ".join(newest[name] for name in ("unit", "reason", "evidence") if newest[name])
    return {"count": len(names), "newest": newest["id"], "reason": redacted(said)}


def main(application, current, health, reason, states, owner, generation, since, armed, drift):
    manifest, redacted = what_serves(application, current)[0] or {}, Redaction(application)
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
        "reason": redacted(reason),
        "locked_by": {"owner": owner, "generation": int(generation), "since": since} if owner else None,
        "armed": {"release": decision["release"], "at": decision["at"]} if decision else None,
        "units": units,
        "releases": releases(application, current)[:30],
        # Without a web application nothing listens there.
        "port": str(manifest.get("port", "")) if any(one["enabled"] and one["type"] == "web_application" for one in manifest.get("services", [])) else "",
        "health_path": manifest.get("health_path", ""),
        "certificate_not_after": manifest.get("certificate_not_after", ""),
        "drift": int(drift) if drift else None,
        "crashes": crashes(Layout(application).crashes, redacted),
    }, ensure_ascii=False))
