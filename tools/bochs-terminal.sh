#!/usr/bin/env bash
# The first serial line of a machine that tools/debug-bochs.sh runs, in this terminal: shows what was and is printed
# there, and types what is typed here. Ctrl-A x leaves; the machine goes on.
#
# usage: tools/bochs-terminal.sh [FOLDER]    of the debugger that has its files there; without it in build/bochs
set -euo pipefail
. "$(dirname "$0")/lib.sh"
case ${1:-} in --help) usage "$0"; exit 0 ;; esac

folder=${1:-$BUILD/bochs}
[ -p "$folder/terminal" ] || die "no debugger is at work in $folder: make bochs DEBUG=1 begins one"
terminal=$(stty -g 2>/dev/null) || die "this is for a person: stdin must be a terminal"
tail -c +1 -f "$folder/console" &
shown=$!
trap 'kill "$shown" 2>/dev/null || true; stty "$terminal"; echo' EXIT
trap 'exit 143' TERM HUP
say 'Ctrl-A x leaves'
exec 5>"$folder/terminal"
. "$ROOT/tools/keys.sh"
keys
