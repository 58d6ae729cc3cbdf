# program.sh: the files of the host program, in the version that runs.
#
# The step's file sets PROGRAM, the folder of the version.

# program_file NAME: prints a template of a unit.
program_file() { cat "$PROGRAM/units/$1"; }

# host_python MODULE ARGUMENT…: runs a module of the Python program, robothost.
host_python() { python3 -IS "$PROGRAM" --module "$@"; }

# host_program MODULE: prints a program that runs the module of this version. unpack.py keeps the version that it names.
host_program() { printf '#!/bin/sh\nexec /usr/bin/python3 -IS %q --module %s "$@"\n' "$PROGRAM" "$1"; }
