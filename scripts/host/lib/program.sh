# program.sh: the files of the host program, in the version that runs.
#
# The step's file sets PROGRAM, the folder of the version.

# program_file NAME: prints a Python file or a template of a unit.
program_file() {
  if [[ $1 == *.py ]]; then cat "$PROGRAM/lib/$1"; else cat "$PROGRAM/units/$1"; fi
}
