#!/usr/bin/env bash
# Runs run.sh on this Linux, in the root filesystem that Tusk boots with.
#
# usage: tests/busybox/on-linux.sh ROOT.CPIO [ARGUMENT...]     the arguments are run.sh's
#
# The archive is unpacked into a file system in memory, in a mount namespace of its own: what is done there is gone with
# the last process. Processes are numbered anew and /proc shows them alone; the host's name is Tusk's. It is root of its
# own namespace that runs the commands, so that who starts this need not be root where the system allows that.
#
# Ends with status 77 and a line that says why where that cannot be.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin

archive=$(realpath "$1")
shift
cannot() { echo "$*" >&2; exit 77; }

case $(uname -s) in Linux) ;; *) cannot "the host is not Linux" ;; esac
for tool in unshare chroot cpio mount hostname; do
    command -v $tool >/dev/null || cannot "there is no $tool here"
done

if [ -z "${TUSK_INSIDE:-}" ]; then
    spaces="--mount --pid --fork --uts --ipc --kill-child"
    if [ "$(id -u)" != 0 ]; then spaces="--user --map-root-user $spaces"; fi
    # shellcheck disable=SC2086 # a list of words
    unshare $spaces true 2>/dev/null || cannot "this system lets nobody but root make namespaces"
    root=$(mktemp -d "${TMPDIR:-/tmp}/tusk.XXXXXX")
    trap 'rmdir "$root"' EXIT
    # shellcheck disable=SC2086
    TUSK_INSIDE=$root unshare $spaces "$0" "$archive" "$@" && status=0 || status=$?
    exit $status
fi

root=$TUSK_INSIDE
mount -t tmpfs -o mode=755 tusk "$root" || cannot "this system mounts no tmpfs for us"
cd "$root"
cpio --quiet --extract --make-directories --preserve-modification-time --no-absolute-filenames <"$archive"
mkdir -p proc dev tmp
mount -t proc proc proc || cannot "this system mounts no /proc for us"
for device in null zero full random urandom; do
    : >dev/$device
    mount --bind /dev/$device dev/$device
done
hostname tusk
chroot . /bin/busybox true 2>/dev/null || cannot "this Linux does not run i386 programs"
# What whoever starts this has open is not for the commands. 255 is where bash reads this file.
for descriptor in /proc/self/fd/*; do
    descriptor=${descriptor##*/}
    if [ "$descriptor" -gt 2 ] && [ "$descriptor" != 255 ]; then exec {descriptor}>&-; fi
done
# Nor are signals that it ignores, as what runs in a shell's background ignores ^C.
reset=
if env --default-signal true 2>/dev/null; then reset='env --default-signal'; fi
# Not exec: process 1 is not to be one of those that are compared. linux32, so that `uname -m` says what it says on Tusk.
$reset chroot . /bin/busybox linux32 /bin/busybox sh /tests/busybox/run.sh "$@" </dev/null
