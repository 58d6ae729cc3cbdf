"""Runs the host program: python3 -IS <this file> STEP, or … --module NAME [ARGUMENT …], which calls main of robothost.NAME.

python3 can also be given the folder. It then loads runpy, which takes as long as half of the interpreter's own start.
"""

import importlib
import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
if sys.path[0] != FOLDER:
    sys.path.insert(0, FOLDER)


def run() -> None:
    words = sys.argv[1:]
    if len(words) == 1:
        importlib.import_module("robothost.step").main(words[0])
    elif len(words) > 1 and words[0] == "--module":
        importlib.import_module("robothost." + words[1]).main(*words[2:])
    else:
        sys.exit("usage: python3 -IS %s STEP | --module NAME [ARGUMENT …]" % sys.argv[0])


if __name__ == "__main__":
    run()
