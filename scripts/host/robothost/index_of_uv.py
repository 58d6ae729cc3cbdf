"""index_of_uv: pip's settings for its index, as uv and curl take them."""

from __future__ import annotations

import os

from robothost import index, index_login
from robothost.layout import Layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List


class IndexOfUv:
    """variables and flags of uv, arguments of curl; the address of the index, empty without one; the folders of wheels."""

    def __init__(self, layout: Layout) -> None:
        chosen = index.settings(index_login.pip_conf(layout))
        self.folders: List[str] = chosen.get("find-links", "").split()
        has_index = chosen.get("no-index", "").lower() not in ("1", "true", "yes", "on")
        self.url = chosen.get("index-url", index.DEFAULT_INDEX) if has_index else ""
        self.variables: Dict[str, str] = {}
        self.flags: List[str] = []
        self.curl: List[str] = []
        if not has_index:
            self.flags.append("--no-index")
        elif "index-url" in chosen:
            self.variables["UV_INDEX_URL"] = chosen["index-url"]
        if chosen.get("extra-index-url"):
            self.variables["UV_EXTRA_INDEX_URL"] = " ".join(chosen["extra-index-url"].split())
        if self.folders:
            self.variables["UV_FIND_LINKS"] = ",".join(self.folders)
        cert = chosen.get("cert") or next((path for path in map(layout.machine, index_login.AUTHORITIES) if os.access(path, os.R_OK)), "")
        if cert:
            self.variables["SSL_CERT_FILE"] = cert
            self.curl += ["--cacert", cert]
        if chosen.get("proxy"):
            proxy = chosen["proxy"] if "://" in chosen["proxy"] else "http://" + chosen["proxy"]
            self.variables.update(HTTPS_PROXY=proxy, HTTP_PROXY=proxy)
            self.curl += ["--proxy", proxy]
        if os.path.exists(index_login.login(layout)):
            self.variables["NETRC"] = index_login.INSIDE
            self.curl += ["--netrc-file", index_login.INSIDE]
        self.trusts_without_check = bool(chosen.get("trusted-host"))
