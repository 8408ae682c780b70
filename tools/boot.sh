#!/usr/bin/env bash
# Turns make's variables into an ISO, and boots it: what is common to `make iso`, `run`, `bochs`, `debug` and `bench`.
#
# usage: tools/boot.sh iso|qemu|bochs|debug|bench
#
# Takes from the environment, as the Makefile passes them (empty or absent: not given):
#   TUSK_RUN       a command to run without a person
#   TUSK_CMDLINE   words for the kernel
#   TUSK_OVERLAY   a directory laid over the root filesystem
#   TUSK_BUSYBOX   1, or a busybox: its shell and tools on the disc, as tools/busybox.sh lays them out
#   TUSK_ISO       the ISO's file
#   TUSK_MEM       memory: 64, 64M, 3G
#   TUSK_TRACE     groups of events to trace, separated by commas, or all: their lines are left in build/trace.txt
#   TUSK_TRACE_FILE  … or in this file
#   TUSK_TIMEOUT   seconds until the machine is ended
#   TUSK_QEMU_ARGS more arguments for QEMU, split at spaces
#   TUSK_DEBUG     bochs: 1: under Bochs' debugger, which stops where fork begins
#   TUSK_BREAK     bochs: the same, but it stops where this function of the kernel's begins
#   TUSK_SCREEN    bochs: the display library that shows the screen, or none
set -euo pipefail
. "$(dirname "$0")/lib.sh"

TRACE_FILE=${TUSK_TRACE_FILE:-$BUILD/trace.txt}

# check_trace GROUPS: are they groups of events, by the kernel's own table?
check_trace() {
    local known name
    case ,$1, in *,,*) die "TRACE: names of groups with commas between them, not '$1'" ;; esac
    known=$(sed -n 's/^    \([a-z]*\) [A-Z][a-z]* {$/\1/p' "$ROOT/src/trace/events.rs" | tr '\n' ' ')
    for name in ${1//,/ }; do
        case " $known all " in *" $name "*) ;; *) die "TRACE: '$name' is no group of events; there are ${known}and all" ;; esac
    done
}

# traced COMMAND...: runs it, exits with its status, and says where the trace is if there is to be one.
traced() {
    local status=0 count
    if [ -z "$trace" ]; then exec "$@"; fi
    rm -f "$TRACE_FILE"
    "$@" || status=$?
    count=$(grep -c . "$TRACE_FILE" 2>/dev/null) || true
    say "${count:-0} traced events are in $TRACE_FILE (docs/trace.md)"
    exit "$status"
}

run=${TUSK_RUN:-} cmdline=${TUSK_CMDLINE:-} overlay=${TUSK_OVERLAY:-} iso=${TUSK_ISO:-} busybox=${TUSK_BUSYBOX:-}
mem=${TUSK_MEM:-} trace=${TUSK_TRACE:-} timeout=${TUSK_TIMEOUT:-} debug=${TUSK_DEBUG:-} break=${TUSK_BREAK:-}
screen=${TUSK_SCREEN:-}
set -f
# shellcheck disable=SC2206 # split at spaces, as promised
qemu_args=(${TUSK_QEMU_ARGS:-})
set +f
if [ -n "$trace" ]; then
    check_trace "$trace"
    cmdline="trace=$trace $cmdline"
    qemu_args=(-chardev "file,id=trace,path=${TRACE_FILE//,/,,}" -device 'isa-debugcon,iobase=0xe9,chardev=trace'
        ${qemu_args[@]+"${qemu_args[@]}"})
fi

what=${1:---help}
if [ "$what" = bochs ]; then
    case $debug in 0 | no) debug='' ;; esac
    if [ -n "$break" ]; then debug=1; elif [ -n "$debug" ]; then cmdline="magic=fork${cmdline:+ }$cmdline"; fi
fi
case $what in
    iso) : "${iso:=$BUILD/tusk.iso}" ;;
    # The largest process it forks, and its child, want 16 MiB each of the half that is for programs.
    bench) run=${run:-bench} mem=${mem:-128}; : "${iso:=$BUILD/bench.iso}" ;;
    qemu | bochs | debug)
        # The plain ISO keeps its name for the plain boot.
        if [ -z "$iso" ]; then
            if [ -n "$run$cmdline$overlay$busybox" ]; then iso=$BUILD/$what.iso; else iso=$BUILD/tusk.iso; fi
        fi
        ;;
    *) usage "$0"; exit 0 ;;
esac

busybox_root=''
if [ -n "$busybox" ]; then
    busybox_root=$("$ROOT/tools/busybox.sh" "$busybox")
    # As a login shell, which reads /etc/profile. A shell= in CMDLINE comes later, and the last one counts.
    if [ -z "$run" ]; then cmdline="'shell=/bin/busybox sh -l' $cmdline"; fi
fi
"$ROOT/tools/mkiso.sh" --out "$iso" --run "$run" --cmdline "$cmdline" --overlay "$busybox_root" --overlay "$overlay"

options=(--iso "$iso" --mem "${mem:-64}")
if [ -n "$timeout" ]; then
    timeout=$(seconds "$timeout")
    options+=(--timeout "$timeout")
fi
if [ -n "$run" ]; then options+=(--plain); else options+=(--interactive); fi
case $what in
    iso) ;;
    qemu) traced "$ROOT/tools/run-qemu.sh" "${options[@]}" -- ${qemu_args[@]+"${qemu_args[@]}"} ;;
    bochs)
        if [ -n "$screen" ]; then options+=(--display "$screen"); fi
        if [ -n "$break" ]; then options+=(--break "$break"); fi
        if [ -n "$debug" ]; then exec "$ROOT/tools/debug-bochs.sh" "${options[@]}"; fi
        if [ -n "$trace" ]; then options+=(--trace "$TRACE_FILE"); fi
        mkdir -p "$BUILD/bochs"
        traced "$ROOT/tools/run-bochs.sh" "${options[@]}" --config "$BUILD/bochs/bochsrc.txt"
        ;;
    debug) traced "$ROOT/tools/debug.sh" "${options[@]}" -- ${qemu_args[@]+"${qemu_args[@]}"} ;;
    bench)
        status=0
        # The second boot does not begin after a Ctrl-C in the first.
        trap 'exit 130' INT
        (traced "$ROOT/tools/run-qemu.sh" "${options[@]}" --icount -- ${qemu_args[@]+"${qemu_args[@]}"}) || status=$?
        # With a command of one's own the way to the prompt is not asked for.
        if [ -z "${TUSK_RUN:-}" ]; then "$ROOT/tools/measure-prompt.sh" || status=1; fi
        exit "$status"
        ;;
esac
