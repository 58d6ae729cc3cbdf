"""env_base: makes the containers' ENV_CONTENT the base of every release's .env. Values go from the inspection to the file and to nothing
else."""

from __future__ import annotations

from robothost import files
from robothost.docker import NotDone, containers, content_of, environment_of, inventory_file, name_of, names_in, names_of, read
from robothost.step import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

MOST_NAMES = 200


def adopt(host: Host) -> Dict[str, Any]:
    """Writes the base, for root alone, if a container has ENV_CONTENT. The container that has it and the names that it sets. NotDone for
    what cannot be the base."""
    chosen, text = "", None
    for one in containers(host, names_of(read(inventory_file(host.layout)))):
        environment = environment_of(one)
        found = content_of(environment)
        if "ENV_CONTENT" in environment and found is None:
            raise NotDone("ENV_CONTENT of %s is not base64 of a text" % name_of(one))
        if found is None:
            continue
        if text is not None and found != text:
            raise NotDone("%s and %s have different ENV_CONTENT; name one of them in the request's containers" % (chosen, name_of(one)))
        chosen, text = name_of(one), found
    if text is not None:
        files.write(host.layout, host.layout.env_base, text, 0o600)
    return {"from": chosen, "names": names_in(text or "")[:MOST_NAMES]}
