#!/usr/bin/env bash
# Builds the programs of tests/libc against C libraries for the i386: static, at fixed addresses, for Linux and Tusk alike.
#
# usage: tools/libc.sh musl      build/libc/musl: all of tests/libc/programs in one file, with musl
#        tools/libc.sh glibc     build/libc/glibc: the same with the GNU C library
#        tools/libc.sh std       build/libc/std: the programs of tests/libc/std, with Rust's standard library and glibc
#
# The libraries are Debian's packages for the i386, fetched once and kept in build/ (tools/debian-i386.sh says how); Rust's
# is compiled from its sources. What is up to date is left alone. The status is 77 where something cannot be had.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

TESTS=$ROOT/tests/libc
OUT=$BUILD/libc
DEBIAN=$OUT/debian
# What Tusk loads: no interpreter, nothing below where its bitmap of user addresses begins.
PLACED=(-m32 -static -no-pie '-Wl,-Ttext-segment=0x08048000' '-Wl,--build-id=none' '-Wl,-z,noexecstack')
COMPILE=(-m32 -march=i686 -std=gnu11 -O2 -Wall -Wextra -Werror -D_GNU_SOURCE -fno-pie "-ffile-prefix-map=$ROOT/=")

# cannot WORDS...: says why nothing can be built on this machine; the tests know the status.
cannot() { say "$*"; exit 77; }

# fetch: Debian's two C libraries, the compiler's own library and the kernel's headers, below $DEBIAN.
fetch() {
    local version packages
    version=$(gcc -dumpversion)
    packages="libc6-dev musl-dev linux-libc-dev libgcc-${version%%.*}-dev"
    # What could not be had is asked for again when the list is another.
    [ "$(cat "$DEBIAN.packages" 2>/dev/null)" != "$packages" ] || return 0
    rm -rf "$DEBIAN"
    # shellcheck disable=SC2086 # a list of words
    "$ROOT/tools/debian-i386.sh" "$DEBIAN" $packages || return 0
    echo "$packages" >"$DEBIAN.packages"
}

# choose LIBRARY: sets what is to be given to gcc for it, or says what is missing.
choose() {
    # The folder of gcc's own library is called after a processor that differs from one Debian to another.
    gcc_library=$(dirname "$(find "$DEBIAN/usr/lib/gcc" -name libgcc_eh.a 2>/dev/null | head -n1)")
    headers=$(gcc -print-file-name=include)
    folder=$DEBIAN/usr/lib/i386-linux-$1
    case $1 in musl) ;; *) folder=$DEBIAN/usr/lib/i386-linux-gnu ;; esac
    [ -e "$gcc_library/libgcc.a" ] || cannot "no libgcc for the i386: apt's sources here have none for this gcc"
    [ -e "$folder/libc.a" ] || cannot "no $1 for the i386: apt's sources here have none"
    case $1 in
        musl)
            # The kernel's headers come last: they are not musl's own.
            include=(-nostdinc -isystem "$DEBIAN/usr/include/i386-linux-musl" -isystem "$headers"
                -idirafter "$DEBIAN/usr/include/i386-linux-gnu" -idirafter "$DEBIAN/usr/include")
            before=(-nostdlib "$folder/crt1.o" "$folder/crti.o" "$gcc_library/crtbeginT.o")
            behind=(-L "$folder" -L "$gcc_library" '-Wl,--start-group' -lc -lgcc -lgcc_eh '-Wl,--end-group'
                "$gcc_library/crtend.o" "$folder/crtn.o")
            ;;
        *)
            include=(-nostdinc -isystem "$headers" -isystem "$DEBIAN/usr/include/i386-linux-gnu"
                -isystem "$DEBIAN/usr/include")
            before=("--sysroot=$DEBIAN" "-B$gcc_library" "-B$folder" "-L$gcc_library" "-L$folder")
            behind=(-lm)
            ;;
    esac
}

# build_c LIBRARY
build_c() {
    local objects=$OUT/$1.objects source name
    mkdir -p "$objects"
    # What everything here was built with, and of: something else, and all is built anew.
    { gcc --version | head -n1; cat "$0" "$TESTS"/*.[ch]; ls -l "$folder/libc.a"; ls "$TESTS/programs"; } >"$objects/with.new"
    if ! cmp -s "$objects/with.new" "$objects/with"; then rm -f "$objects"/*.o "$OUT/$1"; fi
    mv -f "$objects/with.new" "$objects/with"
    for source in "$TESTS"/programs/*.c; do
        echo "PROGRAM($(basename "$source" .c))"
    done >"$objects/programs.inc"
    for source in "$TESTS"/programs/*.c "$TESTS/many.c"; do
        name=$(basename "$source" .c)
        if [ "$objects/$name.o" -nt "$source" ]; then continue; fi
        rm -f "$OUT/$1"
        printf '%s\0%s\0' "$name" "$source"
    done | xargs -0 -r -n 2 -P 4 "$0" --compile "$1"
    if [ -e "$OUT/$1" ]; then return; fi
    gcc "${PLACED[@]}" -s -o "$OUT/$1.new" "${before[@]}" "$objects"/*.o "${behind[@]}" || die "cannot link build/libc/$1"
    mv -f "$OUT/$1.new" "$OUT/$1"
    say "made build/libc/$1"
}

# compile LIBRARY NAME SOURCE: one program's object. Its main gets a name of its own, as all are linked together.
compile() {
    local renamed=("-Dmain=program_$2") object=$OUT/$1.objects/$2.o
    if [ "$2" = many ]; then renamed=(); fi
    gcc "${COMPILE[@]}" "${include[@]}" -I "$TESTS" -I "$OUT/$1.objects" "${renamed[@]}" -c -o "$object.new" "$3" ||
        die "cannot compile $3"
    mv -f "$object.new" "$object"
}

# build_std: Rust's standard library for the i386 is none of Debian's packages for other processors; its sources are there.
build_std() {
    local target=i686-unknown-linux-gnu sysroot vendored flag flags=() sources=()
    flags=(-C target-feature=+crt-static -C relocation-model=static -C linker=gcc)
    for flag in "${PLACED[@]}" "${before[@]}"; do flags+=(-C "link-arg=$flag"); done
    sysroot=$("$ROOT/tools/toolchain.sh" rustc --print sysroot)
    vendored=$sysroot/lib/rustlib/src/rust/library/vendor
    if [ -d "$vendored" ]; then
        sources=(--offline --config 'source.crates-io.replace-with="vendored"'
            --config "source.vendored.directory=\"$vendored\"")
    fi
    (
        cd "$TESTS/std"
        CARGO_TARGET_DIR=$OUT/std.target CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; echo "${flags[*]}") \
            "$ROOT/tools/toolchain.sh" cargo build --quiet --locked --release --target "$target" \
            -Zbuild-std=std,panic_unwind "${sources[@]}"
    ) >&2 || die "cannot build tests/libc/std"
    cp "$OUT/std.target/$target/release/std-programs" "$OUT/std.new"
    put "$OUT/std.new" "$OUT/std"
}

case ${1:---help} in
    --help) usage "$0"; exit 0 ;;
    --compile) choose "$2"; compile "${@:2}"; exit 0 ;;
    musl | glibc | std) ;;
    *) die "tools/libc.sh: unknown library $1 (--help lists them)" ;;
esac

mkdir -p "$OUT"
# One build at a time, where the system has a way to say so.
exec 9>"$OUT/.lock"
if have flock; then flock 9; fi
have gcc || cannot "no gcc: try 'make doctor'"
fetch 9>&-
choose "$1"
case $1 in
    std) build_std ;;
    *) build_c "$1" ;;
esac
