#!/usr/bin/env bash
# Lays out what `make run BUSYBOX=1` puts over the root filesystem, and prints its folder: a static i386 busybox, a link
# for each of its applets, and the few files in /etc that its shell looks at.
#
# usage: tools/busybox.sh 1       Debian's package busybox-static for i386, fetched once and kept in build/
#        tools/busybox.sh FILE    a busybox that is there already
#
# Nothing of the system changes: tools/debian-i386.sh says how packages are fetched.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

FETCHED=$BUILD/busybox/debian/busybox
TREE=$BUILD/busybox/root
ELSE="BUSYBOX=path/to/busybox takes a static i386 busybox that is there already"

# fetch: gets Debian's package and leaves its busybox as $FETCHED.
fetch() {
    local folder=$BUILD/busybox/unpacked
    rm -rf "$folder"
    "$ROOT/tools/debian-i386.sh" "$folder" busybox-static || die "no busybox-static:i386. $ELSE"
    # In /bin, or in /usr/bin where Debian has made them one.
    mkdir -p "$(dirname "$FETCHED")"
    find "$folder" -type f -path '*/bin/busybox' -exec cp {} "$FETCHED.new" \;
    rm -rf "$folder"
    mv -f "$FETCHED.new" "$FETCHED"
}

# is_i386 FILE: an ELF executable that sits at fixed addresses, for the i386?
is_i386() {
    case $(od -An -v -tx1 -N 20 "$1" | tr -d ' \n') in 7f454c4601??????????????????????02000300) ;; *) return 1 ;; esac
}

# applets FILE: their names, one a line: its own list, or Debian's where the system cannot run it.
applets() { "$1" --list 2>/dev/null || cat "$ROOT/tools/busybox-applets.txt"; }

# lay FILE TREE: the tree with this busybox.
lay() {
    local applet
    mkdir -p "$2"/{bin,etc,root,tmp}
    chmod 755 "$2" "$2"/{bin,etc}
    chmod 700 "$2/root"
    chmod 1777 "$2/tmp"
    cp "$1" "$2/bin/busybox"
    chmod 755 "$2/bin/busybox"
    # Process 1 stays Tusk's own; linuxrc is another name for busybox's.
    for applet in $(applets "$1"); do
        case $applet in busybox | init | linuxrc) ;; *) ln -s busybox "$2/bin/$applet" ;; esac
    done
    echo 'root:x:0:0:root:/root:/bin/sh' >"$2/etc/passwd"
    echo 'root:x:0:' >"$2/etc/group"
    cat >"$2/etc/profile" <<'END'
export PATH=/bin:/sbin HOME=/root
export PS1='busybox:\w# '
END
    chmod 644 "$2"/etc/*
}

case ${1:---help} in
    --help) usage "$0"; exit 0 ;;
    1 | yes) busybox=$FETCHED ;;
    *)
        busybox=$1
        [ -f "$busybox" ] || die "BUSYBOX=$busybox: there is no such file (BUSYBOX=1 fetches Debian's)"
        ;;
esac

mkdir -p "$BUILD/busybox"
# One at a time, where the system has a way to say so.
exec 9>"$BUILD/busybox/.lock"
if have flock; then flock 9; fi
if [ "$busybox" = "$FETCHED" ] && [ ! -e "$FETCHED" ]; then fetch 9>&-; fi
is_i386 "$busybox" || die "$busybox is no static i386 executable"

# What went into the tree is on record, so that one that would come out the same is left alone.
record=$(cat "$busybox" "$0" "$ROOT/tools/busybox-applets.txt" | cksum)
if [ ! -d "$TREE" ] || [ "$(cat "$TREE.record" 2>/dev/null)" != "$record" ]; then
    rm -rf "$TREE" "$TREE.new" "$TREE.record"
    lay "$busybox" "$TREE.new"
    mv "$TREE.new" "$TREE"
    echo "$record" >"$TREE.record"
fi
printf '%s\n' "$TREE"
