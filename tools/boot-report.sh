#!/usr/bin/env bash
# Boots to the shell's prompt and draws the way there from power-on: build/boot-report/index.html and its pictures.
#
# usage: tools/boot-report.sh [--out FOLDER]
#   --out FOLDER   where the report goes (build/boot-report)
#   --help
#
# The stages and their total come from the very boot that tools/measure-prompt.sh counts. What the processes do comes
# from a second boot, which is traced.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

out=$BUILD/boot-report
while [ $# -gt 0 ]; do
    case $1 in
        --out) out=$2; shift 2 ;;
        --help) usage "$0"; exit 0 ;;
        *) die "tools/boot-report.sh: unknown option $1 (--help lists them)" ;;
    esac
done
mkdir -p "$out"
out=$(cd "$out" && pwd)
! taken "$out" || die "another report is being made in $out: wait for it, or use --out"
rm -f "$out"/trace.txt "$out"/log.txt "$out"/index.html "$out"/*.svg

say 'booting to the prompt, and counting'
# Too slow is for the tests to complain about.
attended "$ROOT/tools/measure-prompt.sh" --out "$out" >&2 || true
mv "$out/prompt.log" "$out/log.txt"

# poweroff: types that once nothing has happened for a second, so that it is no part of what is drawn. It ends with this
# script, whatever becomes of the machine.
poweroff() {
    local before='' now
    until now=$(wc -c <"$out/trace.txt") && [ "$now" = "$before" ] && grep -q 'name="sh"' "$out/trace.txt"; do
        kill -0 $$ 2>/dev/null || return 0
        before=$now
        sleep 1
    done
    echo poweroff
}

say 'booting to the prompt, traced'
: >"$out/trace.txt"
"$ROOT/tools/mkiso.sh" --out "$out/machine.iso" --run '' --cmdline 'log=ttyS1 trace=fork,exec,exit,sched' --overlay ''
attended "$ROOT/tools/run-qemu.sh" --iso "$out/machine.iso" --mem 64 --icount --timeout 60 --out /dev/null --log "$out/traced-log.txt" -- \
    -chardev "file,id=trace,path=${out//,/,,}/trace.txt" -device isa-debugcon,iobase=0xe9,chardev=trace < <(poweroff)

"$ROOT/tools/report.sh" boot --log "$out/log.txt" --trace "$out/trace.txt" --made-by "make boot-report" --out "$out"
