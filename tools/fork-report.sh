#!/usr/bin/env bash
# Boots, runs a program that forks, and draws one of its forks: build/fork-report/index.html and its pictures.
#
# usage: tools/fork-report.sh [--out FOLDER]
#   --out FOLDER   where the report goes (build/fork-report)
#   --help
#
# Takes from the environment, as the Makefile passes them (empty or absent: not given):
#   TUSK_PROG      the command to run (forktree 1): its first word is the program whose fork is shown
#   TUSK_FORK      which of that program's forks (1)
#   TUSK_MEM       memory: 64, 64M, 3G
#   TUSK_OVERLAY   a directory laid over the root filesystem
#   TUSK_TIMEOUT   seconds until the machine is ended (120)
#
# The same machine runs twice, with instructions for time: once undisturbed, which gives the trace, and once with a gdb
# that stops it at each step of the fork and reads its memory. Standing still lets its clock jump, so the times of that
# run mean nothing; that both tell of the same fork, with the same pids, pages and frames, is checked.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

out=$BUILD/fork-report
while [ $# -gt 0 ]; do
    case $1 in
        --out) out=$2; shift 2 ;;
        --help) usage "$0"; exit 0 ;;
        *) die "tools/fork-report.sh: unknown option $1 (--help lists them)" ;;
    esac
done
prog=${TUSK_PROG:-forktree 1} fork=${TUSK_FORK:-1} mem=${TUSK_MEM:-64} timeout=$(seconds "${TUSK_TIMEOUT:-120}")
case $fork in *[!0-9]* | '' | 0*) die "FORK=$fork is no number of a fork: 1 is the first" ;; esac
have gdb || die "no gdb: try 'make doctor'"

mkdir -p "$out"
out=$(cd "$out" && pwd)
! taken "$out" || die "another report is being made in $out: wait for it, or use --out"
rm -f "$out"/trace.txt "$out"/snapshot.json "$out"/index.html "$out"/*.svg
"$ROOT/tools/mkiso.sh" --out "$out/machine.iso" --run "$prog" --cmdline trace=fork,exec,exit,sched --overlay "${TUSK_OVERLAY:-}"

# A socket's name must be short, wherever the project lies.
temporary=$(mktemp -d /tmp/tusk.XXXXXX)
machine='' debugger=''
finish() {
    local pid
    undisturbed
    # The machine first: a gdb that is ended while its machine runs crashes (tools/gdb/tusk/machine.py).
    for pid in $machine $debugger; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$temporary"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# start TRACE ARGUMENT...: starts the machine, which sends its trace to a file.
start() {
    local file=$1
    shift
    "$ROOT/tools/run-qemu.sh" --iso "$out/machine.iso" --mem "$mem" --icount --timeout "$timeout" \
        --out "$out/output.txt" --log "$out/log.txt" -- \
        -chardev "file,id=trace,path=${file//,/,,}" -device isa-debugcon,iobase=0xe9,chardev=trace "$@" </dev/null &
    machine=$!
}

# finished: waits for the machine, and gives the program's status.
finished() {
    local status=0
    wait "$machine" || status=$?
    machine=''
    [ "$status" != 124 ] || die "stopped after $timeout seconds, before $prog had ended: TIMEOUT= gives it more"
    return "$status"
}

say "$prog runs, and a debugger looks at its fork $fork"
start /dev/null -S -gdb "unix:$temporary/gdb,server=on,wait=off"
until [ -S "$temporary/gdb" ]; do
    kill -0 "$machine" 2>/dev/null || die "the machine did not start"
    sleep 0.1
done
export TUSK_RECORD_PROGRAM TUSK_RECORD_FORK=$fork TUSK_RECORD_OUT=$out/snapshot.json
TUSK_RECORD_PROGRAM=$(basename "${prog%% *}")
# A task keeps 15 bytes of a name.
TUSK_RECORD_PROGRAM=${TUSK_RECORD_PROGRAM:0:15}
# A program's bitmap alone has more bytes than gdb would read at once.
gdb -nx -q -batch -ex 'set max-value-size unlimited' -ex "target remote $temporary/gdb" \
    -x "$ROOT/tools/gdb/record.py" "$BUILD/tusk.elf" </dev/null >"$out/gdb.txt" 2>&1 &
debugger=$!
# In the background, so that a signal is obeyed at once.
wait "$debugger" || true
debugger=''
if [ ! -s "$out/snapshot.json" ]; then
    # The machine has most often ended by now; else what follows ends it.
    if why=$(grep -hsom1 'init: cannot run .*' "$out/log.txt" "$out/output.txt"); then
        die "$why: PROG= takes a command of Tusk's, and OVERLAY= adds programs"
    fi
    die "$(sed -n 's/^.*GdbError: tusk: //p' "$out/gdb.txt" | grep . ||
        echo "the debugger saw no fork of $prog; what it said is in $out/gdb.txt")"
fi

finished || true

say "$prog runs undisturbed, and is traced"
start "$out/trace.txt"
status=0
finished || status=$?
say "$prog ended with status $status"
"$ROOT/tools/report.sh" fork --trace "$out/trace.txt" --snapshot "$out/snapshot.json" --command "$prog" --fork "$fork" \
    --made-by "make fork-report PROG=\"$prog\" FORK=$fork MEM=$mem" --out "$out"
