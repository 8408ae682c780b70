#!/usr/bin/env bash
# Boots an ISO in QEMU, halted before its first instruction, with gdb attached and the kernel's symbols loaded.
#
# usage: tools/debug.sh --iso FILE [--mem SIZE] [--interactive] [-- QEMU-ARGUMENT...]
#   TUSK_GDB_ARGS in the environment: more arguments for gdb, split at spaces
#
# gdb has this terminal. The machine's own is in build/debug/: what it prints is kept in `console` (first serial line)
# and `log` (second), and `terminal` is a socket to type into. They talk through a socket too, so that no port is taken
# and two debuggers do not meet. When gdb ends, QEMU does.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

iso='' mem=64 arguments=()
while [ $# -gt 0 ]; do
    case $1 in
        --iso) iso=$2; shift 2 ;;
        --mem) mem=$(mebibytes "$2"); shift 2 ;;
        --interactive | --plain) shift ;;
        --timeout) shift 2 ;; # a person decides
        --help) usage "$0"; exit 0 ;;
        --) shift; arguments=("$@"); break ;;
        *) die "tools/debug.sh: unknown option $1 (--help lists them)" ;;
    esac
done
[ -e "$iso" ] || die "no ISO '$iso'"

folder=$BUILD/debug
mkdir -p "$folder"
# A socket's name must be short, wherever the project lies.
temporary=$(mktemp -d /tmp/tusk.XXXXXX)
ln -sfn "$temporary/terminal" "$folder/terminal"
finish() {
    # No file: the machine has ended by itself.
    if [ -s "$temporary/pid" ]; then kill "$(<"$temporary/pid")" 2>/dev/null || true; fi
    rm -rf "$temporary" "$folder/terminal"
}
trap finish EXIT
trap 'exit 143' TERM HUP
# Ctrl-C is gdb's, to stop the machine; this script and QEMU (which has a session of its own) live on.
trap : INT

qemu-system-i386 -m "$mem" -drive "file=${iso//,/,,},media=cdrom,readonly=on,format=raw" -boot d \
    -nic none -display none -no-reboot -device isa-debug-exit,iobase=0xf4,iosize=4 \
    -chardev "socket,id=console,path=$temporary/terminal,server=on,wait=off,logfile=${folder//,/,,}/console" \
    -serial chardev:console -serial "file:$folder/log" \
    -S -gdb "unix:$temporary/gdb,server=on,wait=off" \
    -daemonize -pidfile "$temporary/pid" ${arguments[@]+"${arguments[@]}"}

say "the machine's terminal: tail -f build/debug/console; to type: socat -,raw,echo=0 UNIX-CONNECT:build/debug/terminal"
set -f
# shellcheck disable=SC2086 # split at spaces, as promised
gdb -q -x "$ROOT/tools/tusk.gdb" -ex "target remote $temporary/gdb" ${TUSK_GDB_ARGS:-} "$BUILD/tusk.elf"
