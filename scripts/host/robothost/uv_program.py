"""uv_program: the pinned uv, brought like a package from the index, and kept by root by its hash."""

from __future__ import annotations

import os
import re
import urllib.parse
import zipfile

from robothost import changes, files, pinned, store, uv
from robothost.index_of_uv import IndexOfUv

TYPE_CHECKING = False
if TYPE_CHECKING:
    from robothost.step import Host

MEMBER = re.compile(r"uv-[0-9.]+\.data/scripts/uv")
LARGEST_PAGE = 16 << 20


def program(host: Host, index: IndexOfUv) -> str:
    """Its path; empty where it cannot be had, which the log explains."""
    name, sha256 = pinned.of("uv")["wheels"].get(pinned.machine(), ("", ""))
    place = os.path.join(host.layout.cache, "uv", sha256)
    path = os.path.join(place, "uv")
    if not name:
        host.log.write("there is no uv for %s" % pinned.machine())
        return ""
    if os.path.isfile(path):
        return path
    try:
        if not store.path_of(host.layout, sha256):
            bring(host, index, name, sha256)
        unpack(host, store.path_of(host.layout, sha256), place)
    except (uv.Failed, OSError, ValueError, zipfile.BadZipFile) as problem:
        host.log.write("uv cannot be had: %s" % host.redacted(str(problem).strip())[:300])
        return ""
    return path


def bring(host: Host, index: IndexOfUv, name: str, sha256: str) -> None:
    """By the page of the index; its words are only an address: the hash is pinned."""
    local = next((path for path in (os.path.join(folder, name) for folder in index.folders) if os.path.isfile(path)), "")
    if local:
        output = uv.output_of(host)
        changes.copy_file(local, os.path.join(output, name))
        wrong = store.keep(host.layout, output, {name: sha256})
        changes.remove_tree(output)
        if wrong:
            raise ValueError("%s is not the pinned file" % local)
        return
    if not index.url:
        raise ValueError("pip's settings name no package index")
    page, output = index.url.rstrip("/") + "/uv/", uv.output_of(host)
    uv.download(host, index, {"page": page}, output)
    text = files.plain(os.path.join(output, "page"))[:LARGEST_PAGE].decode("utf-8", "replace")
    changes.remove_tree(output)
    link = re.search(r"href=[\"']([^\"'#]*%s)[#\"']" % re.escape(name), text)
    if not link:
        raise ValueError("the index does not have %s" % name)
    uv.bring(host, index, {name: urllib.parse.urljoin(page, link.group(1))}, {name: sha256})


def unpack(host: Host, wheel: str, place: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        member = next((one for one in archive.namelist() if MEMBER.fullmatch(one)), "")
        if not member:
            raise ValueError("%s has no program" % os.path.basename(wheel))
        fresh = place + ".new"
        changes.remove_tree(fresh)
        files.make_folders(os.path.dirname(place), 0o755)
        changes.make_folder(fresh, 0o755)
        changes.write_program(os.path.join(fresh, "uv"), archive.read(member))
    changes.remove_tree(place)
    changes.rename(fresh, place)
