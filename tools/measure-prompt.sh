#!/usr/bin/env bash
# Counts the instructions from the kernel's first one to the shell's prompt on both terminals.
#
# usage: tools/measure-prompt.sh [--limit N] [--out FOLDER]
#   --limit N   the status is 1 when there are more than N (20,000,000 unless told)
#   --out FOLDER   where the ISO and the log of the boot go: prompt.iso and prompt.log (build)
#   --help
#
# It boots the plain ISO on 64 MiB, one instruction a nanosecond, and types `poweroff`: then the kernel's log tells when
# a program first waited for input. What the processor did not do while it was halted is not counted.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

limit=20000000 out=$BUILD
while [ $# -gt 0 ]; do
    case $1 in
        --limit) limit=$2; shift 2 ;;
        --out) out=$2; shift 2 ;;
        --help) usage "$0"; exit 0 ;;
        *) die "tools/measure-prompt.sh: unknown option $1 (--help lists them)" ;;
    esac
done

iso=$out/prompt.iso log=$out/prompt.log
"$ROOT/tools/mkiso.sh" --out "$iso" --run '' --cmdline 'log=ttyS1 stages=1' --overlay ''
attended "$ROOT/tools/run-qemu.sh" --iso "$iso" --mem 64 --icount --timeout 60 --out /dev/null --log "$log" <<<poweroff
# The later one of the two terminals.
count=$(sed -n 's/.* first waited for input after \([0-9]*\) cycles.*/\1/p' "$log" | sort -n | tail -n 1)
[ -n "$count" ] || die "$log does not tell when a program waited for input"
if [ "$count" -le "$limit" ]; then verdict=ok status=0; else verdict='TOO SLOW' status=1; fi
printf "From the kernel's first instruction to the shell's prompt: %d instructions (limit %d) %s\n" "$count" "$limit" "$verdict"
exit $status
