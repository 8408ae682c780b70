#!/usr/bin/env bash
# Makes the root filesystem: a cpio archive (newc) that GRUB loads beside the kernel.
#
# usage: tools/mkroot.sh                       build/root/ and build/root.cpio: iso/ and the programs
#        tools/mkroot.sh --overlay DIR... FILE the same with each DIR laid over it in turn, as the archive FILE
#
# The same input gives the same archive, byte for byte: names in order, everything root's, one time stamp.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

EPOCH=202501010000 # the time stamp of every file, as touch -t takes it

# archive TREE FILE: packs the tree.
archive() {
    find "$1" -exec env TZ=UTC0 touch -h -t "$EPOCH" {} +
    (cd "$1" && find . -print0 | LC_ALL=C sort -z |
        cpio --quiet --null --create --format=newc --owner=0:0 --reproducible) >"$2"
}

# programs: the names of the programs, one a line.
programs() {
    local source
    for source in "$ROOT"/user/src/bin/*.rs "$ROOT"/user/src/bin/*/main.rs; do
        [ -e "$source" ] || continue
        source=${source%/main.rs}
        basename "$source" .rs
    done
}

# place PROGRAM: where it goes in the tree.
place() {
    case $1 in
        init) echo sbin/init ;;
        helper | runner | suite) echo "tests/$1" ;;
        *) echo "bin/$1" ;;
    esac
}

# base: lays build/root/ anew.
base() {
    local tree=$BUILD/root.new program strip
    local cases=$ROOT/user/src/bin/suite/main.rs tools=$ROOT/user/src/bin/tools/main.rs
    strip=$(first_of strip llvm-strip gstrip) || die "no strip: try 'make doctor'"
    rm -rf "$tree"
    mkdir -p "$tree"/{bin,sbin,tests}
    cp -R "$ROOT/iso/." "$tree/"
    for program in $(programs); do
        "$strip" -o "$tree/$(place "$program")" "$BUILD/target/i686-kernel/release/$program"
    done
    # The cases of the ring-3 suite by name, for the kernel's `suite` and for the tests: the lines of its one list.
    if [ -e "$cases" ]; then
        sed -n 's/^    \([a-z0-9_]*::[a-z0-9_]*\),$/\1/p' "$cases" >"$tree/tests/cases"
    fi
    # The small programs are one file with many names: those of its table.
    sed -n '/^const TOOLS/,/^];/s/^    [a-z_]*::\([A-Z0-9_]*\),$/\1/p' "$tools" | tr '[:upper:]' '[:lower:]' |
        while read -r program; do ln -s tools "$tree/bin/$program"; done
    mkdir -p "$tree"/{dev,proc,root,tmp}
    # Whatever the umask of who checked the project out: readable by all, written by root.
    chmod -R u=rwX,go=rX "$tree"
    archive "$tree" "$BUILD/root.cpio.next"
    if [ -d "$BUILD/root" ] && cmp -s "$BUILD/root.cpio.next" "$BUILD/root.cpio"; then
        rm -rf "$tree" "$BUILD/root.cpio.next"
    else
        rm -rf "$BUILD/root"
        mv "$tree" "$BUILD/root"
        mv -f "$BUILD/root.cpio.next" "$BUILD/root.cpio"
    fi
}

# overlaid DIR... FILE: the base and each DIR over it. Their files keep their modes.
overlaid() {
    tree=$(mktemp -d "$BUILD/overlay.XXXXXX")
    trap 'rm -rf "$tree"' EXIT
    cp -RP "$BUILD/root/." "$tree/"
    while [ $# -gt 1 ]; do
        [ -d "$1" ] || die "OVERLAY=$1 is no directory"
        # A file that comes to the place of a link would be written to where the link leads.
        (cd "$1" && find . ! -type d -print0) | (cd "$tree" && xargs -0 rm -f)
        cp -RPp "$1/." "$tree/"
        shift
    done
    archive "$tree" "$1"
}

case ${1:-} in
    '') base ;;
    --overlay) [ $# -ge 3 ] || die "tools/mkroot.sh --overlay DIR... FILE"; shift; overlaid "$@" ;;
    *) usage "$0" ;;
esac
