#!/usr/bin/env bash
# Takes the picture of Tusk's screen that README shows: boots the plain ISO in QEMU, types commands on its keyboard, and
# keeps what the screen then shows as a PNG.
#
# usage: tools/picture.sh [--out FILE] [--iso FILE] [COMMAND...]
#   --out FILE   where the picture goes; otherwise docs/pictures/boot.png
#   --iso FILE   what to boot; otherwise build/tusk.iso. `make picture` makes a fresh one
#   COMMAND...   what to type, each when the one before has ended; otherwise `clear`, `forktree 1`, `ps`
#
# The machine has no clock that the picture shows, and no pid depends on the host's speed: the same picture comes each
# time. Lower-case letters, digits, spaces and - . / can be typed.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

out=$ROOT/docs/pictures/boot.png iso=$BUILD/tusk.iso
while [ $# -gt 0 ]; do
    case $1 in
        --out) out=$2; shift 2 ;;
        --iso) iso=$2; shift 2 ;;
        --help) usage "$0"; exit 0 ;;
        -*) die "tools/picture.sh: unknown option $1 (--help lists them)" ;;
        *) break ;;
    esac
done
[ $# -gt 0 ] || set -- clear 'forktree 1' ps
[ -e "$iso" ] || die "no ISO '$iso': make iso"

temporary=$(mktemp -d "${TMPDIR:-/tmp}/tusk.XXXXXX")
machine=''
finish() {
    undisturbed
    if [ -n "$machine" ]; then kill "$machine" 2>/dev/null || true; fi
    rm -rf "$temporary"
}
trap finish EXIT
trap 'exit 143' INT TERM HUP

mkfifo "$temporary/monitor"
exec 5<>"$temporary/monitor"
qemu-system-i386 -m 64 -drive "file=${iso//,/,,},media=cdrom,readonly=on,format=raw" -boot d -nic none -display none \
    -no-reboot -qmp stdio -serial "file:${temporary//,/,,}/console" -serial null <&5 >"$temporary/said" 2>"$temporary/errors" &
machine=$!

# monitor COMMAND: what QEMU's monitor answers to a command of its own language, in one line of JSON.
monitor() {
    local before
    before=$(answers)
    printf '{"execute": "human-monitor-command", "arguments": {"command-line": "%s"}}\n' "$1" >&5
    wait_until 100 answered "$before" || die "QEMU does not answer: $(tail -n 3 "$temporary/errors")"
    grep -E '^\{"(return|error)"' "$temporary/said" | tail -n 1
}
answers() { grep -cE '^\{"(return|error)"' "$temporary/said" || true; }
answered() { [ "$(answers)" -gt "$1" ]; }

# wait_until TENTHS COMMAND...: until the command succeeds, for so many tenths of a second.
wait_until() {
    local tries=$1
    shift
    until "$@"; do
        [ $((tries -= 1)) -gt 0 ] && kill -0 "$machine" 2>/dev/null || return 1
        sleep 0.1
    done
}

# rows: the text on the screen, without what is empty, in the screen's own character set. Each character's colours are the byte above it.
rows() {
    local text
    text=$(monitor 'xp /2000hx 0xb8000' | grep -o '0x[0-9a-f]\{4\}' | sed 's/^0x..\(..\)$/\\x\1/' | tr -d '\n')
    printf '%b' "$text" | tr '\0' ' ' | LC_ALL=C fold -w 80 | LC_ALL=C sed 's/ *$//'
}
# at_prompt ROW: is the last line a prompt, and another than that in ROW?
at_prompt() {
    local number
    number=$(rows | LC_ALL=C grep -an . | tail -n 1)
    case $number in *'$') [ "$number" != "$1" ] ;; *) false ;; esac
}

# type_line TEXT: on the machine's keyboard, and Enter.
type_line() {
    local text=$1 key
    while [ -n "$text" ]; do
        key=${text:0:1}
        text=${text:1}
        case $key in ' ') key=spc ;; -) key=minus ;; .) key="dot" ;; /) key=slash ;; esac
        monitor "sendkey $key 20" >/dev/null
        sleep 0.06
    done
    monitor 'sendkey ret 20' >/dev/null
}

echo '{"execute": "qmp_capabilities"}' >&5
wait_until 100 answered 0 || die "QEMU does not answer: $(tail -n 3 "$temporary/errors")"
say "booting"
wait_until 1200 at_prompt '' || die "no prompt on the screen after two minutes: $(rows | tail -n 3)"
for command in "$@"; do
    say "typing $command"
    type_line "$command"
    sleep 1
    wait_until 600 at_prompt '' || die "no prompt after $command"
done

picture=$temporary/picture.png
case $(monitor "screendump $picture -f png") in
    '{"return": ""}'*) ;;
    *) die "this QEMU cannot write a PNG: 7.1 and newer can" ;;
esac
wait_until 50 test -s "$picture" || die "QEMU wrote no picture"
if have optipng; then optipng -quiet -o5 "$picture"; fi
mkdir -p "$(dirname "$out")"
cp "$picture" "$out"
say "made $out ($(wc -c <"$out") bytes)"
