"""machine_files: the files of the deployer on the machine, outside of its own folders and the application's."""

from __future__ import annotations

import os
import shlex

from robothost import files, program
from robothost.layout import Layout


def install(layout: Layout, path: str, text: str, mode: int = 0o644) -> bool:
    """Whether the file was changed. Its folder is created."""
    if files.content(path) == text:
        return False
    files.make_folders(os.path.dirname(path), 0o755)
    files.write(layout, path, text, mode)
    return True


def install_runner(layout: Layout, module: str) -> bool:
    """A program beside the versions that runs a module of this version. program_versions.py keeps the version that it names."""
    text = '#!/bin/sh\nexec /usr/bin/python3 -IS %s --module %s "$@"\n' % (shlex.quote(program.FOLDER), module)
    return install(layout, os.path.join(layout.store, module), text, 0o755)
