#!/usr/bin/env bash
# Boots an ISO in QEMU, halted at the kernel's first instruction, with gdb attached: the kernel's symbols, those of the
# program that exec began last, and Tusk's commands (`tusk help`).
#
# usage: tools/debug.sh --iso FILE [--mem SIZE] [--interactive] [--folder DIR] [-- QEMU-ARGUMENT...]
#   --folder DIR                    where the machine's terminal is, in place of build/debug
#   TUSK_BREAK in the environment   goes on to that place at once: a function of the kernel's or of the book, FILE:LINE,
#                                   or a function of a program (forktree::main)
#   TUSK_WAIT=1                     starts no gdb, but waits for one, or for an editor, at a TCP port of 127.0.0.1
#   TUSK_PORT=1234                  the same at that port; otherwise a free one is chosen
#   TUSK_GDB_ARGS                   more arguments for gdb, split at spaces
#
# gdb has this terminal. The machine's own is in build/debug/: what it prints is kept in `console` (first serial line,
# which gdb shows at each stop) and `log` (second); `terminal` is a socket to type into, by `tusk type` or, in another
# window, by tools/terminal.sh; a second debugger's are in build/debug-2. gdb and QEMU talk through a socket too, so that
# no port is taken and two debuggers do not meet. When gdb ends, QEMU does; one that waits ends with Ctrl-C, or when its
# debugger ends it.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

iso='' mem=64 folder=$BUILD/debug arguments=()
while [ $# -gt 0 ]; do
    case $1 in
        --iso) iso=$2; shift 2 ;;
        --mem) mem=$(mebibytes "$2"); shift 2 ;;
        --folder) folder=$2; shift 2 ;;
        --interactive | --plain) shift ;;
        --timeout) shift 2 ;; # a person decides
        --help) usage "$0"; exit 0 ;;
        --) shift; arguments=("$@"); break ;;
        *) die "tools/debug.sh: unknown option $1 (--help lists them)" ;;
    esac
done
[ -e "$iso" ] || die "no ISO '$iso'"
place=${TUSK_BREAK:-} port=${TUSK_PORT:-} waits=${TUSK_WAIT:-}
if [ -n "$port" ]; then port=$(tcp_port "$port") waits=1; fi

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
# A second debugger has a folder of its own: build/debug-2.
first=$folder number=1
while taken "$folder"; do
    number=$((number + 1))
    folder=$first-$number
    mkdir -p "$folder"
done
window=tools/terminal.sh
if [ "$folder" != "$BUILD/debug" ]; then window="tools/terminal.sh --folder $(printf %q "${folder#"$ROOT/"}")"; fi
# A socket's name must be short, wherever the project lies.
temporary=$(mktemp -d /tmp/tusk.XXXXXX)
ln -sfn "$temporary/terminal" "$folder/terminal"
debugger=''
machine() { if [ -s "$temporary/pid" ]; then cat "$temporary/pid"; fi; }
finish() {
    undisturbed
    # No file: the machine has ended by itself.
    local pid
    pid=$(machine)
    if [ -n "$pid" ]; then kill "$pid" 2>/dev/null || true; fi
    # After it, and not by TERM: a gdb that is asked to end while its machine runs crashes (tools/gdb/tusk/machine.py).
    if [ -n "$debugger" ]; then
        sleep 0.5
        kill -HUP "$debugger" 2>/dev/null || true
    fi
    # Another debugger may have its own by now, where none can tell of the other.
    if [ "$(readlink "$folder/terminal")" = "$temporary/terminal" ]; then rm -f "$folder/terminal"; fi
    rm -rf "$temporary"
}
trap finish EXIT
trap 'exit 143' TERM HUP

# start_machine STUB: QEMU, with its gdbstub there; says on stderr why it does not start.
start_machine() {
    qemu-system-i386 -m "$mem" -drive "file=${iso//,/,,},media=cdrom,readonly=on,format=raw" -boot d \
        -nic none -display none -no-reboot -device isa-debug-exit,iobase=0xf4,iosize=4 \
        -chardev "socket,id=console,path=$temporary/terminal,server=on,wait=off,logfile=${folder//,/,,}/console" \
        -serial chardev:console -serial "file:$folder/log" \
        -S -gdb "$1" \
        -daemonize -pidfile "$temporary/pid" ${arguments[@]+"${arguments[@]}"}
}

# start_at_free_port: the same at a TCP port; of those that are free, one is had by taking it.
start_at_free_port() {
    local tries
    for ((tries = 0; tries < 20; tries++)); do
        port=$((20000 + RANDOM % 30000))
        if start_machine "tcp:127.0.0.1:$port" 2>"$temporary/why"; then return 0; fi
        grep -q 'in use' "$temporary/why" || break
    done
    cat "$temporary/why" >&2
    die 'QEMU does not start'
}

# debug STUB ARGUMENT...: becomes gdb, attached.
debug() {
    local stub=$1
    shift
    TUSK_DEBUG=$folder exec gdb -q -x "$ROOT/tools/tusk.gdb" -ex "target remote $stub" -ex 'tusk start' \
        ${place:+-ex "tusk goto $place"} "$@" "$BUILD/tusk.elf"
}

set -f
if [ -z "$waits" ]; then
    start_machine "unix:$temporary/gdb,server=on,wait=off"
    say "the machine's terminal: \`tusk type TEXT\` in gdb, or $window in another window"
    # Ctrl-C is gdb's, to stop the machine; this script and QEMU (which has a session of its own) live on.
    trap : INT
    # In the background, so that a signal ends us at once; it keeps our terminal.
    # shellcheck disable=SC2086 # split at spaces, as promised
    debug "$temporary/gdb" ${TUSK_GDB_ARGS:-} <&0 &
    debugger=$!
    status=0
    while kill -0 "$debugger" 2>/dev/null; do
        status=0
        wait "$debugger" || status=$?
    done
    debugger=''
    exit "$status"
fi

trap 'exit 130' INT
if [ -z "$port" ]; then
    start_at_free_port
else
    start_machine "tcp:127.0.0.1:$port" || die "no machine at port $port; WAIT=1 takes a port that is free"
fi
# Our own gdb leads the machine to where it is to wait, and leaves it standing there.
(debug "127.0.0.1:$port" -batch -ex disconnect </dev/null >&2) || die 'the machine does not come to where it is to wait'
say "the machine waits at 127.0.0.1:$port for a debugger: an editor's, or"
say "    gdb -x tools/tusk.gdb -ex 'target remote 127.0.0.1:$port' build/tusk.elf"
say "its terminal: $window in another window. Ctrl-C ends it."
while pid=$(machine) && [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; do
    sleep 0.5 &
    wait $!
done
say 'the machine has ended'
