#!/usr/bin/env bash
# Makes a bootable ISO of what tools/build.sh has built.
#
# usage: tools/mkiso.sh [OPTION...]
#   --out FILE         the ISO (build/tusk.iso)
#   --cmdline WORDS    words for the kernel, in its own syntax: "…", '…' and \ quote, as in a shell
#   --run COMMAND      boot without a person: run COMMAND, power off. The program has the first serial line to
#                      itself, the kernel's log goes to the second
#   --overlay DIR      lays DIR over the root filesystem, and a second one over the first
#   --help
#
# An ISO for a command or with words of its own boots at once; any other shows its menu for two seconds.
# An ISO that is there already and would come out the same is left alone.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

LIMIT=2000000 # bytes: beyond this an emulator that reads a real CD drive's speed takes its time

out=$BUILD/tusk.iso cmdline='' run='' overlays=()
while [ $# -gt 0 ]; do
    case $1 in
        --out) out=$2; shift 2 ;;
        --cmdline) cmdline=$2; shift 2 ;;
        --run) run=$2; shift 2 ;;
        --overlay) if [ -n "$2" ]; then overlays+=("$2"); fi; shift 2 ;;
        --help) usage "$0"; exit 0 ;;
        *) die "tools/mkiso.sh: unknown option $1 (--help lists them)" ;;
    esac
done

# split WORDS: sets the array `words`, as the kernel splits its command line (src/cmdline/words.rs).
split() {
    local text=$1 word='' quote='' character started='' index
    words=()
    for ((index = 0; index < ${#text}; index++)); do
        character=${text:index:1}
        case $quote$character in
            \\* | \"\\)
                index=$((index + 1))
                word+=${text:index:1} started=1
                ;;
            \"\" | \'\') quote='' ;;
            \" | \') quote=$character started=1 ;;
            ' ' | $'\t' | $'\n')
                if [ -n "$started" ]; then words+=("$word"); fi
                word='' started=''
                ;;
            *) word+=$character started=1 ;;
        esac
    done
    [ -z "$quote" ] || die "CMDLINE has a $quote without its other half: $text"
    if [ -n "$started" ]; then words+=("$word"); fi
}

# quoted WORD: the word as GRUB's configuration wants it. Nothing is special between single quotes but their end.
quoted() {
    case $1 in *$'\n'*) die "a line break cannot be passed through GRUB's menu: $1" ;; esac
    printf "'%s' " "${1//\'/\'\\\'\'}"
}

split "$cmdline"
options='' timeout=2 terminal='console serial'
if [ ${#words[@]} -gt 0 ]; then
    for word in "${words[@]}"; do options+=$(quoted "$word"); done
    timeout=0
fi
if [ -n "$run" ]; then
    options+="log=ttyS1 $(quoted "run=$run")"
    timeout=0 terminal=console
fi
configuration=$(<"$ROOT/grub/grub.cfg")
configuration=${configuration//@TIMEOUT@/"$timeout"}
configuration=${configuration//@TERMINAL@/"$terminal"}
configuration=${configuration//@OPTIONS@/"$options"}

for file in tusk-boot.elf root.cpio; do
    [ -e "$BUILD/$file" ] || die "build/$file is missing: 'make iso' builds it first"
done
mkdir -p "$BUILD/iso"
# Folders are made in build/ only: elsewhere a missing one is a slip of the pen.
case $out in "$BUILD"/* | build/*) mkdir -p "$(dirname "$out")" ;; esac
[ -d "$(dirname "$out")" ] || die "ISO=$out: there is no folder $(dirname "$out")"
stage=$(mktemp -d "$BUILD/iso/new.XXXXXX")
trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage/tree/boot/grub"
printf '%s\n' "$configuration" >"$stage/tree/boot/grub/grub.cfg"
cp "$BUILD/tusk-boot.elf" "$stage/tree/boot/tusk.elf"
if [ ${#overlays[@]} -gt 0 ]; then
    "$ROOT/tools/mkroot.sh" --overlay "${overlays[@]}" "$stage/tree/boot/root.cpio"
else
    cp "$BUILD/root.cpio" "$stage/tree/boot/root.cpio"
fi

# Half the size: GRUB unpacks them as it reads (its module gzio), from what is often a slow drive. -n: no name and
# time, so that the same input gives the same ISO.
gzip -9n "$stage/tree/boot/root.cpio" "$stage/tree/boot/tusk.elf"

# The same as last time? What went in, and the ISO as it was left, are on record, by the ISO's full name.
full=$(cd "$(dirname "$out")" && pwd)/$(basename "$out")
record=$BUILD/iso/$(printf %s "$full" | cksum | tr ' ' -).record
inputs() { (cd "$stage/tree" && cksum boot/grub/grub.cfg boot/tusk.elf.gz boot/root.cpio.gz && cksum <"$ROOT/tools/mkiso.sh"); }
result() { ls -ln "$full" 2>/dev/null || true; }
if [ -e "$full" ] && [ "$(cat "$record" 2>/dev/null)" = "$(inputs; result)" ]; then exit 0; fi

mkrescue=$(first_of i686-elf-grub-mkrescue grub-mkrescue grub2-mkrescue) || die "no grub-mkrescue: try 'make doctor'"
modules=$(grub_modules)
# Only the modules the menu needs, no fonts, languages and themes: under 1 MB instead of 10, and quickly read.
if ! "$mkrescue" ${modules:+-d "$modules"} -o "$stage/iso" \
    --install-modules="multiboot2 normal iso9660 biosdisk serial terminal part_msdos gzio" \
    --fonts= --locales= --themes= "$stage/tree" >"$stage/messages" 2>&1; then
    cat "$stage/messages" >&2
    die "$mkrescue failed"
fi

size=$(wc -c <"$stage/iso")
if [ "$size" -ge $LIMIT ]; then
    [ ${#overlays[@]} -gt 0 ] || die "the ISO has grown to $size bytes; it must stay below $LIMIT"
    say "the ISO has $size bytes with its overlay: a machine without a cache will read it slowly"
fi
mv -f "$stage/iso" "$full"
{ inputs; result; } >"$record"
say "made $out ($size bytes)"
