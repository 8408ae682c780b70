#!/usr/bin/env bash
# The serial terminal of the machine that `make debug` has started, in this window.
#
# usage: tools/terminal.sh [--folder DIR]
#   --folder DIR   the folder that tools/debug.sh was told, in place of build/debug
#
# What was printed before is shown first. Keys go to the machine, Ctrl-C too; Ctrl-] leaves, and the machine stays.
# Only one can be at the terminal at a time: `tusk type` in gdb keeps it once it was used.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
folder=$BUILD/debug
case ${1:-} in
    '') ;;
    --folder) folder=$2 ;;
    *) usage "$0"; exit 0 ;;
esac
[ -S "$folder/terminal" ] || die "no machine: \`make debug\` starts one"
have gdb || die "no gdb: try 'make doctor'"
cat "$folder/console" 2>/dev/null || true
say 'Ctrl-] leaves'
# gdb brings its Python along, which can do all that is needed, so nothing else need be installed.
TUSK_TERMINAL=$(readlink "$folder/terminal") exec gdb -q -batch -nx -x "$ROOT/tools/gdb/terminal.py"
