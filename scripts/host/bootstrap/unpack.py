"""Unpacks the stored parts of a version of the host program and lets that version publish itself.

The archive is a zip file without compression, compressed as a whole by bzip2; its SHA-256 is the version. A part is its text in base 85,
with the characters of Base85.java. Every install document has this file, so it does no more than that.
"""

import base64
import bz2
import hashlib
import io
import os
import shutil
import sys
import zipfile


def main(store: str, version: str, parts: str) -> None:
    folder, unfinished = os.path.join(store, "parts", version), os.path.join(store, "versions", "." + version)
    if sys.version_info < (3, 9):
        sys.exit("Python %d.%d is older than 3.9" % sys.version_info[:2])
    archive = b""
    try:
        for k in range(1, int(parts) + 1):
            with open(os.path.join(folder, str(k)), "rb") as part:
                archive += base64.b85decode(b"".join(part.read().split()).translate(bytes.maketrans(b",./:", b"{}$`")))
        if hashlib.sha256(archive).hexdigest() != version:
            shutil.rmtree(folder)
            sys.exit("its parts do not have the SHA-256 " + version)
        shutil.rmtree(unfinished, ignore_errors=True)
        zipfile.ZipFile(io.BytesIO(bz2.decompress(archive))).extractall(unfinished)
    except OSError as problem:
        sys.exit(str(problem))
    # Without compiled modules, which would have the wrong paths.
    os.execv(sys.executable, [sys.executable, "-ISB", os.path.join(unfinished, "__main__.py"), "--module", "program_versions", store, version])


main(*sys.argv[1:])
