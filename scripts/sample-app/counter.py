"""A number on disk that outlives the process, the release and a rollback."""

import os
from pathlib import Path


class Counter:
    """One writer, any number of readers: a new value replaces the file whole, so nobody reads half a number."""

    def __init__(self, path):
        self._path = Path(path)

    def value(self):
        try:
            return int(self._path.read_text())
        except FileNotFoundError:
            return 0

    def increment(self):
        self._path.parent.mkdir(parents=True, exist_ok=True)
        value = self.value() + 1
        unfinished = self._path.with_name(self._path.name + ".new")
        with unfinished.open("w") as file:
            file.write(f"{value}\n")
            file.flush()
            # Without it, a power cut may leave an empty file.
            os.fsync(file.fileno())
        os.replace(unfinished, self._path)
        return value
