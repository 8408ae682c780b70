#!/usr/bin/env bash
# Builds the kernel, the programs and the root filesystem.
#
# usage: tools/build.sh
#
# Leaves in build/:
#   tusk.elf        the kernel with everything gdb wants to know
#   tusk-boot.elf   the same without debug information, but with its symbols: what the ISO boots
#   root/ root.cpio the root filesystem, as a tree and as the archive GRUB loads
# Cargo decides what is to be compiled; the rest is replaced only when it has changed.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
case ${1:-} in --help) usage "$0"; exit 0 ;; esac

cd "$ROOT"
mkdir -p "$BUILD"
# One build at a time, where the system has a way to say so.
exec 9>"$BUILD/.lock"
if have flock; then flock 9; fi

tools/kernel-cargo.sh build --release --workspace 9>&-

kernel=$BUILD/target/i686-kernel/release/tusk
objcopy=$(first_of objcopy llvm-objcopy gobjcopy) || die "no objcopy: try 'make doctor'"
if ! cmp -s "$kernel" "$BUILD/tusk.elf" || [ ! -e "$BUILD/tusk-boot.elf" ]; then
    "$objcopy" --strip-debug "$kernel" "$BUILD/tusk-boot.elf.new"
    put "$BUILD/tusk-boot.elf.new" "$BUILD/tusk-boot.elf"
    cp "$kernel" "$BUILD/tusk.elf.new"
    mv -f "$BUILD/tusk.elf.new" "$BUILD/tusk.elf"
fi

grub_file=$(first_of grub-file grub2-file i686-elf-grub-file) || die "no grub-file: try 'make doctor'"
"$grub_file" --is-x86-multiboot2 "$BUILD/tusk-boot.elf" ||
    die "GRUB would not take build/tusk-boot.elf: no multiboot2 header, 8-aligned, in its first 32 KiB"

tools/mkroot.sh
