#!/usr/bin/env bash
# Builds C programs written to the book's API: with the library in user/c/, for Tusk alone.
#
# usage: tools/build-c.sh                        the programs of user/c/programs/, each as build/c/NAME
#        tools/build-c.sh FILE.c...              each FILE.c as a program of its own, build/c/NAME
#        tools/build-c.sh -o PROGRAM FILE.c...   all FILE.c together as one program, in a folder made if need be
#
# Needs a gcc that knows -m32, and no 32-bit C library: on Debian `gcc`, without gcc-multilib. CC=compiler chooses one.
# What is up to date is left alone; the caller's own files are always compiled. The status is 77 where there is no such gcc.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

LIBRARY=$ROOT/user/c
OUT=$BUILD/c
# The book's include paths: "stdio.h" is found, and so is "lib/stdio.h".
INCLUDES=()
for folder in '' /lib /lib/user /fs /kernel /thread; do INCLUDES+=(-I "$LIBRARY$folder"); done
# No registers beyond the i686's; nothing that a C library would have to bring; no path of this machine in the result.
TARGET=(-m32 -march=i686 -std=gnu11 -O2 -ffreestanding -fno-pie -fno-pic -fno-stack-protector -fcf-protection=none
    -fno-asynchronous-unwind-tables "-ffile-prefix-map=$ROOT/=")
LINK=(-m32 -nostdlib -static -no-pie '-Wl,-Ttext-segment=0x08048000' '-Wl,--build-id=none' '-Wl,-z,noexecstack'
    '-Wl,-z,noseparate-code')
WARNINGS=(-Wall -Wextra)
# Ours have no warnings, and the loops of memset and memcpy must not become calls of memset and memcpy.
OURS=(-Werror)
# Yours may have the warnings that newer compilers make errors: the book's C is of 2014.
YOURS=(-Wno-error=implicit-function-declaration -Wno-error=implicit-int -Wno-error=int-conversion
    -Wno-error=incompatible-pointer-types)
LIBRARY_ONLY=(-fno-tree-loop-distribute-patterns)

# makes_elf32 COMPILER: does it make programs for the i386?
makes_elf32() {
    printf 'void _start(void) { for (;;) { } }\n' >"$work/try.c"
    "$1" "${TARGET[@]}" "${LINK[@]}" -o "$work/try" "$work/try.c" >"$work/try.log" 2>&1 &&
        [ "$(od -An -tx1 -N5 "$work/try" | tr -d ' \n')" = 7f454c4601 ]
}

# cannot WORDS...: says why nothing can be built on this machine; the tests know the status.
cannot() { say "$*"; exit 77; }

# choose_compiler: sets CC to one that can.
choose_compiler() {
    local name
    if [ -n "${CC:-}" ]; then
        have "$CC" || die "there is no CC=$CC"
        makes_elf32 "$CC" || die "CC=$CC makes no programs for the i386: $(tail -n1 "$work/try.log")"
        return
    fi
    for name in i686-elf-gcc i686-linux-gnu-gcc gcc cc; do
        if have "$name" && makes_elf32 "$name"; then
            CC=$name
            return
        fi
    done
    if have gcc; then cannot "gcc makes no programs for the i386 (-m32): $(tail -n1 "$work/try.log")"; fi
    cannot "no gcc: try 'make doctor'"
}

# is_stale FILE INPUT...: is FILE missing, or not newer than all the others?
is_stale() {
    local file=$1 input
    shift
    for input in "$@"; do
        if ! [ "$file" -nt "$input" ]; then return 0; fi
    done
    return 1
}

# build_library: start.o and libtusk.a, in build/c/lib/.
build_library() {
    local source object objects=() sources=("$LIBRARY"/lib/*.c "$LIBRARY"/lib/user/*.[cS])
    mkdir -p "$OUT/lib"
    # What everything here was built with: another compiler or other flags, and all is built anew.
    { "$CC" --version | head -n1; echo "$CC"; cat "$0"; } >"$work/with"
    put "$work/with" "$OUT/lib/with"
    is_stale "$OUT/lib/libtusk.a" "$OUT/lib/with" "${sources[@]}" "$LIBRARY"/command/*.S \
        "$LIBRARY"/{lib,lib/user,fs,kernel,thread}/*.h || return 0
    compile "$work/start.o" "${OURS[@]}" "$LIBRARY/command/start.S"
    for source in "${sources[@]}"; do
        object=$work/$(basename "$source").o
        compile "$object" "${OURS[@]}" "${LIBRARY_ONLY[@]}" "$source"
        objects+=("$object")
    done
    "$("$CC" -print-prog-name=ar)" rcsD "$work/libtusk.a" "${objects[@]}" || die "no library: ar failed"
    mv -f "$work/start.o" "$OUT/lib/start.o"
    mv -f "$work/libtusk.a" "$OUT/lib/libtusk.a"
}

# compile OBJECT ARGUMENTS...
compile() {
    local object=$1
    shift
    "$CC" "${TARGET[@]}" "${WARNINGS[@]}" "${INCLUDES[@]}" -c -o "$object" "$@" || die "cannot compile ${*: -1}"
}

# build PROGRAM SOURCE...: all sources as one program; OURS or YOURS comes in the array `extra`.
build() {
    local program=$1 source object objects=()
    shift
    for source in "$@"; do
        case $source in
            *.c | *.S) ;;
            *) die "'$source' is no C source: its name would end in .c" ;;
        esac
        [ -f "$source" ] || die "there is no file '$source'"
        object=$work/${#objects[@]}.o
        compile "$object" "${extra[@]}" "$source"
        objects+=("$object")
    done
    "$CC" "${LINK[@]}" -o "$work/program" "$OUT/lib/start.o" "${objects[@]}" "$OUT/lib/libtusk.a" ||
        die "cannot link $program"
    mkdir -p "$(dirname "$program")"
    mv -f "$work/program" "$program"
}

# build_ours: the programs of user/c/programs/ that are not up to date.
build_ours() {
    local source program extra=("${OURS[@]}")
    for source in "$LIBRARY"/programs/*.c; do
        program=$OUT/$(basename "$source" .c)
        if is_stale "$program" "$source" "$LIBRARY"/programs/*.h "$OUT/lib/libtusk.a"; then
            build "$program" "$source"
        fi
    done
}

# build_each FILE.c...: a program of each.
build_each() {
    local source name extra=("${YOURS[@]}")
    for source in "$@"; do
        name=$(basename "$source" .c)
        if [ -e "$LIBRARY/programs/$name.c" ] && ! [ "$source" -ef "$LIBRARY/programs/$name.c" ]; then
            die "build/c/$name is a program of user/c/programs/: choose another name for yours, with -o"
        fi
        [ "$name" != lib ] || die "build/c/lib is the library: choose another name for your program, with -o"
        build "$OUT/$name" "$source"
        say "made build/c/$name"
    done
}

program=''
case ${1:-} in
    --help) usage "$0"; exit 0 ;;
    -o)
        [ $# -ge 3 ] || die "-o wants a program's file and its sources: -o PROGRAM FILE.c..."
        program=$2
        [ ! -d "$program" ] || die "-o $program is a folder: name the program in it, too"
        shift 2
        ;;
    -*) die "tools/build-c.sh: unknown option $1 (--help lists them)" ;;
esac

mkdir -p "$OUT"
# One build at a time, where the system has a way to say so.
exec 9>"$OUT/.lock"
if have flock; then flock 9; fi
work=$(mktemp -d "$OUT/new.XXXXXX")
trap 'rm -rf "$work"' EXIT

choose_compiler
build_library
if [ -n "$program" ]; then
    extra=("${YOURS[@]}")
    build "$program" "$@"
    say "made $program"
elif [ $# -gt 0 ]; then
    build_each "$@"
else
    build_ours
fi
