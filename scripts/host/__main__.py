"""Runs the host program: python3 -IS <this folder> --module NAME [ARGUMENT …] calls main of robothost.NAME."""

import importlib
import sys


def run() -> None:
    if len(sys.argv) > 2 and sys.argv[1] == "--module":
        importlib.import_module("robothost." + sys.argv[2]).main(*sys.argv[3:])
    else:
        sys.exit("usage: python3 -IS " + sys.argv[0] + " --module NAME [ARGUMENT …]")


if __name__ == "__main__":
    run()
