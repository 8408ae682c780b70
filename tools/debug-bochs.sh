#!/usr/bin/env bash
# Boots an ISO in Bochs under its debugger, which has this terminal, with the kernel's symbols loaded.
#
# usage: tools/debug-bochs.sh --iso FILE [OPTION...]
#   --mem SIZE       memory: 64 (MiB, and the default), 64M, 3G
#   --break NAME     runs until the kernel's function NAME begins; without it the debugger waits at the first instruction
#   --display NAME   how the screen is shown: by Bochs' library NAME (x, sdl2, rfb, …), or `none`. Where there is an X
#                    display, a window; otherwise it is kept in build/bochs/screen
#   --plain          for a boot with run=: what its program prints, and the kernel's log, are shown here too
#   --interactive    for a person at the serial line, which tools/bochs-terminal.sh is
#   --folder DIR     the files below are there instead of in build/bochs
#   --timeout S      ends the machine after S seconds
#   --help
#
# In build/bochs/ are: bochsrc.txt, Bochs' configuration; symbols.txt, the kernel's functions; `console` and `log`, what
# the serial lines have sent; `terminal`, a pipe to type into; `screen`, what the screen has shown; bochs.log.
#
# The debugger also takes its commands from a pipe or a file, and leaves at its end. When it leaves, Bochs does. The
# status is that of tools/run-bochs.sh, and 0 when a person left.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

iso='' mem=64 cpu=p4_willamette break='' wanted='' plain='' timeout='' folder=$BUILD/bochs
while [ $# -gt 0 ]; do
    case $1 in
        --iso) iso=$2; shift 2 ;;
        --mem) mem=$(mebibytes "$2"); shift 2 ;;
        --break) break=$2; shift 2 ;;
        --display) wanted=$2; shift 2 ;;
        --interactive) shift ;;
        --plain) plain=1; shift ;;
        --folder) folder=$2; shift 2 ;;
        --timeout) timeout=$2; shift 2 ;;
        --help) usage "$0"; exit 0 ;;
        *) die "tools/debug-bochs.sh: unknown option $1 (--help lists them)" ;;
    esac
done
[ -e "$iso" ] || die "no ISO '$iso'"
iso=$(cd "$(dirname "$iso")" && pwd)/$(basename "$iso")
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
# One at a time: the files have the same names for each.
! taken "$folder" || die "another debugger is at work in $folder: leave that one first, by q"
. "$ROOT/tools/run-lib.sh"
. "$ROOT/tools/bochs-lib.sh"

has_debugger || die "this Bochs ($bochs_version) was built without its debugger: build one with --enable-debugger" \
    "(Debian's and Ubuntu's have it, and every Bochs from 3.0 on), or take make debug, which is QEMU with gdb"
address=''
if [ -n "$break" ]; then address=$("$ROOT/tools/bochs-symbols.sh" --address "$break"); fi
"$ROOT/tools/bochs-symbols.sh" "$folder/symbols.txt"
choose_display "$wanted"
write_configuration "$folder/bochsrc.txt" "$folder" "$folder/symbols.txt"

out=$folder/console log=$folder/log
: >"$out"
: >"$log"
: >"$folder/screen"
out_to=$out log_to=$log
exec 7<&0
if [ -n "$plain" ]; then
    out_to=$temporary/out.pipe log_to=$temporary/log.pipe
    mkfifo "$out_to" "$log_to"
    # The debugger's terminal takes every LF for what it is.
    end=''
    if [ -t 0 ]; then end=$'\r'; fi
    tee "$out" <"$out_to" | LC_ALL=C sed -u "s/\r*\$/$end/" 8>&- &
    copiers+=($!)
    tee "$log" <"$log_to" | LC_ALL=C sed -u "s/\r*\$/$end/" >&2 8>&- &
    copiers+=($!)
fi
line "$out_to"
ln -sfn "$temporary/typed" "$folder/terminal"
trap 'rm -f "$folder/terminal"; finish' EXIT

command=(bochs -q -f "$folder/bochsrc.txt")
if debugger_must_be_asked_for; then command+=(-debugger); fi
if [ -n "$address" ]; then
    printf 'lbreak %s\ncontinue\n' "$address" >"$temporary/debugger"
    command+=(-rc "$temporary/debugger")
fi
command+=("com1: enabled=1, mode=term, dev=\"$device\"" "com2: enabled=1, mode=file, dev=\"$log_to\"")

say "this terminal is the debugger's: c goes on (with magic=fork to fork's entry), s is one instruction, r the registers,"
say "    bt the calls, u /9 \"sys_clone\" code, lb \"sys_clone\" a breakpoint; Ctrl-C stops, help lists the rest, q leaves"
here=${folder#"$PWD/"}
say "the machine's terminal: run tools/bochs-terminal.sh in another; all that was printed there: $here/console"
case $display in
    term) say "its screen: tail -c +1 -f $here/screen, in another terminal of 80 x 25 or more" ;;
    rfb) say "its screen: a VNC viewer shows it; $here/bochs.log says at which port" ;;
esac

# On stderr Bochs tells which plugins it has loaded.
if [ -t 0 ]; then
    # In a terminal of its own: a Ctrl-C is for Bochs alone, and not for make and all that is below it.
    signal=KILL
    # shellcheck disable=SC2016 # for the inner shell to expand
    in_terminal sh -c 'said=$1; shift; exec "$@" 2>"$said"' sh "$temporary/said" "${command[@]}" <&7 5>&- 8>&- &
else
    "${command[@]}" <&7 2>"$temporary/said" 5>&- 8>&- &
fi
machine=$!
if [ "$display" = term ]; then
    look "$temporary/said" >"$folder/screen" 5>&- 8>&- &
    helpers+=($!)
fi
watch

status=0
wait "$machine" 2>/dev/null || status=$?
machine=''
kill "$holder" 2>/dev/null || true
cp "$folder/bochs.log" "$temporary/bochs.log" 2>/dev/null || true
bochs_says "$temporary/said"
# Bochs has a reason for its end, be it that the kernel had it power off; unless a person left.
if [ -s "$folder/bochs.log" ] && ! grep -q '^[0-9]*p\[' "$folder/bochs.log"; then : >"$temporary/left"; fi
verdict "$status"
