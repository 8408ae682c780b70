#!/usr/bin/env bash
# Boots an ISO in QEMU.
#
# usage: tools/run-qemu.sh --iso FILE [OPTION...] [-- QEMU-ARGUMENT...]
#   --mem SIZE       memory: 64 (MiB, and the default), 64M, 3G
#   --interactive    for a person: the first serial line is this terminal, with QEMU's own keys (Ctrl-A x leaves)
#   --out FILE       what the first serial line sends goes to FILE; otherwise to stdout
#   --log FILE       what the second serial line sends goes to FILE; otherwise to stderr
#   --plain          as the program wrote it: without the CR that the terminal puts before each LF
#   --timeout S      ends the machine after S seconds
#   --icount         one instruction is one nanosecond: figures that repeat from run to run
#   --help
#
# Without --interactive, stdin is the first serial line's input; its end arrives as ^D.
#
# The status is the one the kernel's log gives (`tusk: exit status N`, on either serial line), 124 when the time was up,
# 3 when the kernel gave none: a panic, a reset, QEMU itself; 0 when a person left. Without --interactive the kernel can
# also end QEMU through the isa-debug-exit device; for a person a panic leaves the machine standing.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

iso='' mem=64 interactive='' out='' log='' plain='' timeout='' arguments=()
while [ $# -gt 0 ]; do
    case $1 in
        --iso) iso=$2; shift 2 ;;
        --mem) mem=$(mebibytes "$2"); shift 2 ;;
        --interactive) interactive=1; shift ;;
        --out) out=$2; shift 2 ;;
        --log) log=$2; shift 2 ;;
        --plain) plain=1; shift ;;
        --timeout) timeout=$2; shift 2 ;;
        --icount) arguments+=(-icount 'shift=0,sleep=off'); shift ;;
        --help) usage "$0"; exit 0 ;;
        --) shift; arguments+=("$@"); break ;;
        *) die "tools/run-qemu.sh: unknown option $1 (--help lists them)" ;;
    esac
done
[ -e "$iso" ] || die "no ISO '$iso'"
have qemu-system-i386 || die "no qemu-system-i386: try 'make doctor'"
. "$ROOT/tools/run-lib.sh"

# A comma would end a path within QEMU's options.
escaped() { printf '%s' "${1//,/,,}"; }

set -- -m "$mem" -drive "file=$(escaped "$iso"),media=cdrom,readonly=on,format=raw" -boot d \
    -nic none -display none -no-reboot
# Nothing else tells a triple fault from a power switch.
case " ${arguments[*]-} " in *' -d '*) ;; *) set -- "$@" -d cpu_reset -D "$temporary/qemu.log" ;; esac

if [ -n "$interactive" ] && [ -t 0 ] && [ -t 1 ]; then
    log=$temporary/log out=$temporary/out
    set -- "$@" -chardev "stdio,id=console,mux=on,signal=off,logfile=$out" -serial chardev:console \
        -mon chardev=console,mode=readline -serial "file:$log"
    say 'Ctrl-A x leaves QEMU, Ctrl-A h lists its other keys'
    qemu-system-i386 "$@" ${arguments[@]+"${arguments[@]}"} <&0 &
else
    streams
    set -- "$@" -chardev stdio,id=console,signal=on -serial chardev:console \
        -chardev "file,id=log,path=$(escaped "$log_to")" -serial chardev:log
    if [ -z "$interactive" ]; then set -- "$@" -device isa-debug-exit,iobase=0xf4,iosize=4; fi
    if [ -t 0 ]; then
        # Opened anew: QEMU wants what it reads not to wait, and that would hold for all that have it in common, such as
        # the tee that writes to this terminal, and gives up when it is slow.
        exec 5<"$(tty)" || exec 5<&0
    else
        mkfifo "$temporary/input"
        exec 7<&0
        input >"$temporary/input" &
        helpers+=($!)
        exec 5<"$temporary/input" 7<&-
    fi
    qemu-system-i386 "$@" ${arguments[@]+"${arguments[@]}"} <&5 >"$out_to" &
fi
machine=$!
watch
status=0
wait "$machine" || status=$?
machine=''
if grep -qs 'Triple fault' "$temporary/qemu.log"; then
    say 'a triple fault: QEMU_ARGS="-d int" shows the exceptions that led to it'
elif [ -n "$interactive" ] && [ "$status" = 0 ]; then
    # For a person QEMU's own end without an error is Ctrl-A x, or a power switch in the guest.
    : >"$temporary/left"
fi
verdict "$status"
