#!/usr/bin/env bash
# Boots an ISO in Bochs.
#
# usage: tools/run-bochs.sh --iso FILE [OPTION...]
#        tools/run-bochs.sh --check           fails where this Bochs lacks a ROM or a display library that works anywhere
#   --mem SIZE       memory: 64 (MiB, and the default), 64M, 3G
#   --cpu MODEL      processor: p4_willamette (the default, which has SSE), pentium (which saves its registers by fsave);
#                    `bochs --help cpu` lists the others
#   --interactive    for a person: the first serial line is this terminal (Ctrl-A x leaves)
#   --display NAME   how the screen is shown: by Bochs' library NAME (x, sdl2, rfb, …), or `none`. With --interactive,
#                    where there is an X display, a window; otherwise nobody sees it
#   --config FILE    leaves Bochs' configuration there, as a person can use it again by `bochs -q -f FILE`; what the
#                    serial lines send then goes to `console` and `log` beside it
#   --out FILE       what the first serial line sends goes to FILE; otherwise to stdout
#   --log FILE       what the second serial line sends goes to FILE; otherwise to stderr
#   --plain          as the program wrote it: without the CR that the terminal puts before each LF
#   --trace FILE     what the kernel sends to port 0xe9 goes to FILE
#   --timeout S      ends the machine after S seconds
#   --help
#
# Where stdin is no terminal, it is the first serial line's input; its end arrives as ^D.
#
# The status is the one the kernel's log gives (`tusk: exit status N`, on either serial line), 124 when the time was up,
# 3 when the kernel gave none: a panic, a reset, Bochs itself. Bochs can tell no status of its own: the kernel only has
# it power off.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

iso='' check='' mem=64 cpu=p4_willamette interactive='' wanted='' config='' out='' log='' plain='' trace='' timeout=''
while [ $# -gt 0 ]; do
    case $1 in
        --iso) iso=$2; shift 2 ;;
        --check) check=1; shift ;;
        --mem) mem=$(mebibytes "$2"); shift 2 ;;
        --cpu) cpu=$2; shift 2 ;;
        --interactive) interactive=1; shift ;;
        --display) wanted=$2; shift 2 ;;
        --config) config=$2; shift 2 ;;
        --out) out=$2; shift 2 ;;
        --log) log=$2; shift 2 ;;
        --plain) plain=1; shift ;;
        --trace) trace=$2; shift 2 ;;
        --timeout) timeout=$2; shift 2 ;;
        --help) usage "$0"; exit 0 ;;
        *) die "tools/run-bochs.sh: unknown option $1 (--help lists them)" ;;
    esac
done
if [ -z "$check" ]; then
    [ -e "$iso" ] || die "no ISO '$iso'"
    iso=$(cd "$(dirname "$iso")" && pwd)/$(basename "$iso")
fi
. "$ROOT/tools/run-lib.sh"
. "$ROOT/tools/bochs-lib.sh"
. "$ROOT/tools/keys.sh"

if [ -n "$check" ]; then
    find_roms
    choose_display none
    # That one serves the network; where a package has another, it is to be installed.
    [ "$display" != rfb ] || ! have apt-get || die "no display library but rfb"
    exit 0
fi

if [ -z "$interactive$wanted" ]; then wanted=none; fi
choose_display "$wanted"
folder=$temporary
if [ -n "$config" ]; then
    folder=$(cd "$(dirname "$config")" && pwd)
fi
write_configuration "$temporary/bochsrc" "$folder" ''
if [ -n "$config" ]; then
    cp "$temporary/bochsrc" "$config.new.$$"
    mv -f "$config.new.$$" "$config"
fi

streams
line "$out_to"
command=(bochs -q -f "$temporary/bochsrc")
if has_debugger && ! debugger_must_be_asked_for; then
    # It waits at its prompt until told to go on.
    echo continue >"$temporary/debugger"
    command+=(-rc "$temporary/debugger")
fi
# Several machines may run at once: what belongs to this one alone is not in the file.
command+=("com1: enabled=1, mode=term, dev=\"$device\"" "com2: enabled=1, mode=file, dev=\"$log_to\""
    "log: \"$temporary/bochs.log\"")
# What the kernel sends to port 0xe9 is printed on Bochs' own stdout.
if [ -n "$trace" ]; then command+=('port_e9_hack: enabled=1'); fi

if [ "$display" = term ]; then
    # Told to end, script(1) gives its terminal two seconds; gone, it takes the terminal and Bochs with it at once.
    signal=KILL
    export TERM=${TERM:-linux}
    in_terminal "${command[@]}" </dev/null >"$temporary/screen" 2>&1 5>&- &
    machine=$!
    look "$temporary/screen" >/dev/null 5>&- &
    helpers+=($!)
else
    "${command[@]}" </dev/null >"$temporary/screen" 2>&1 5>&- &
    machine=$!
fi
watch
exec 7<&0
if [ -t 0 ]; then
    say 'Ctrl-A x leaves Bochs'
    {
        keys
        : >"$temporary/left"
        kill -s "$signal" "$machine"
    } <&7 &
else
    input >&5 &
fi
helpers+=($!)

status=0
wait "$machine" 2>/dev/null || status=$?
machine=''
kill "$holder" 2>/dev/null || true
if [ -n "$trace" ]; then
    # Among what Bochs itself says, on a terminal of its own perhaps.
    tr -d '\r' <"$temporary/screen" 2>/dev/null | grep -aoE '[0-9]+ [0-9]+ [><.] [a-z]+:.*' >"$trace" || true
fi
bochs_says "$temporary/screen"
verdict "$status"
