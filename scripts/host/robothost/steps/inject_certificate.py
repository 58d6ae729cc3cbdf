r"""inject-certificate: give the release that serves another version of its certificate, and change nothing else of it.

Guarantee: afterwards the release's links lead to this version and its manifest names it; .env, units and environment are what
they were. What the release had is kept until this is confirmed. Processes use the old certificate until activate-release.
A release that serves over HTTP, or under another host name, is for a deployment to change: InvalidParameter.
Changes: root's folder of the release, release.json. Prints {"release","certificate_version","not_after"}.

Parameter Release ^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{7}$ The release that serves.
Parameter CertificateHostname ^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$ The host name served.
Parameter CertificateVersion ^[A-Za-z0-9-]{0,64}$ Version of the certificate, which is on the instance already.
Parameter CertificateNotAfter ^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z)?$ When it ends.
Timeout 60
Uses fence.py
"""

from __future__ import annotations

import os

from robothost import changes, durable, files, former_state, history
from robothost.failures import Failure
from robothost.manifest import read_manifest
from robothost.releases import is_finished
from robothost.rules import Refused
from robothost.serve import links_of
from robothost.step import Host, as_json


def run(host: Host) -> str:
    release, hostname = host.request.text("Release"), host.request.text("CertificateHostname")
    version, not_after, owner = (host.request.text(name) for name in ("CertificateVersion", "CertificateNotAfter", "Owner"))
    layout = host.layout
    if not is_finished(layout, release):
        raise Failure("ReleaseNotFound", "release %s is not finished on this instance" % release)
    pair = [os.path.join(layout.certificate(hostname, version), name) for name in ("cert.pem", "key.pem")]
    if not all(has_content(path) for path in pair):
        raise Failure("CertificateUnreadable", "version '%s' of the certificate for %s is not on this instance" % (version, hostname))
    link, links = "certificates/" + hostname, dict(links_of(layout, release))
    if link not in links:
        raise Failure("InvalidParameter", "release %s does not serve https as %s; a deployment puts the certificate into service"
                      % (release, hostname))
    try:
        manifest = read_manifest(layout, release)
    except Refused as problem:
        raise Failure("ReleaseNotFound", str(problem)) from problem
    manifest.update(certificate_version=version, certificate_not_after=not_after, execution=owner)
    links[link] = os.path.join(".versions", "%s-%s" % (hostname, version))
    former_state.save(host, release)
    own = layout.release_state(release)
    files.write(layout, os.path.join(own, "links"), "".join("%s %s\n" % one for one in links.items()))
    files.write(layout, os.path.join(own, "certificate.sha256"), former_state.digests(*pair), 0o600)
    files.write(layout, os.path.join(own, "release.json"), as_json(manifest) + "\n")
    durable.sync(host)
    files.write(layout, os.path.join(layout.release(release), "release.json"), as_json(manifest) + "\n")
    changes.sync(layout.release(release))
    history.record(layout, host.system, owner, "certificate", release, "", manifest["revision"], "version " + version)
    return as_json({"release": release, "certificate_version": version, "not_after": not_after})


def has_content(path: str) -> bool:
    try:
        return os.path.getsize(path) > 0
    except OSError:
        return False
