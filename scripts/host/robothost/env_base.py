"""env_base: makes the containers' ENV_CONTENT the base of every release's .env.

env_base <target>. Values go from the inspection to the file, 0600 and root's, and nowhere else. Prints {"from", "names"}.
"""

from __future__ import annotations

import json
import os
import sys

from robothost.docker import INVENTORY, containers, content_of, environment_of, name_of, names_in, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict


def env_base(target: str) -> Dict[str, Any]:
    chosen, text = None, None
    for one in containers([each["name"] for each in read(INVENTORY)["containers"]]):
        environment = environment_of(one)
        found = content_of(environment)
        if "ENV_CONTENT" in environment and found is None:
            sys.exit("ENV_CONTENT of %s is not base64 of a text" % name_of(one))
        if found is None:
            continue
        if text is not None and found != text:
            sys.exit("%s and %s have different ENV_CONTENT; name one of them in the request's containers" % (chosen, name_of(one)))
        chosen, text = name_of(one), found
    if text is not None:
        descriptor = os.open(target + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            os.fsync(descriptor)
        os.replace(target + ".new", target)
    return {"from": chosen or "", "names": names_in(text or "")[:200]}


def main(target: str) -> None:
    print(json.dumps(env_base(target)))
