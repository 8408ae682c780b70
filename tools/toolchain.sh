#!/usr/bin/env bash
# Chooses the Rust toolchain: the only place where the choice is made.
#
# usage: tools/toolchain.sh COMMAND [ARGUMENT...]   runs a command with the chosen toolchain first in PATH
#        tools/toolchain.sh --which                 prints the toolchain's folder and version; fails when there is none
#
# The kernel needs a rustc that has the sources of core and alloc beside it, as the kernel's target is none that comes
# compiled. The first complete toolchain is taken: the one that PATH gives (with rustup, the one rust-toolchain.toml
# names), else any other that is installed. What to install where there is none, tools/setup.sh knows.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

OLDEST=95 # rustc 1.95

# complete RUSTC: prints its folder when it is new enough, has a cargo, the library's sources and the host's library.
complete() {
    local rustc=$1 minor sysroot folder
    minor=$("$rustc" --version 2>/dev/null | sed -n 's/^rustc 1\.\([0-9]*\).*/\1/p')
    [ -n "$minor" ] && [ "$minor" -ge "$OLDEST" ] || return 1
    sysroot=$("$rustc" --print sysroot) || return 1
    [ -e "$sysroot/lib/rustlib/src/rust/library/core/src/lib.rs" ] || return 1
    compgen -G "$sysroot/lib/rustlib/*/lib/libstd-*.rlib" >/dev/null || return 1
    # rustup's commands stand in for the real ones and would choose anew at each call: name the real ones' folder.
    for folder in "$sysroot/bin" "$(dirname "$rustc")"; do
        if [ -x "$folder/rustc" ] && [ -x "$folder/cargo" ]; then printf '%s\n' "$folder"; return 0; fi
    done
    return 1
}

choose() {
    local rustc
    while read -r rustc; do
        complete "$rustc" && return 0
    done < <(type -aP rustc; echo /usr/bin/rustc; echo "${CARGO_HOME:-$HOME/.cargo}/bin/rustc")
    return 1
}

case ${1:---help} in
    --help) usage "$0"; exit 0 ;;
esac

# A look must not make rustup download anything, and rust-toolchain.toml counts from the project's folder.
folder=$(cd "$ROOT" && RUSTUP_AUTO_INSTALL=0 choose) ||
    die "no complete Rust toolchain (rustc >= 1.$OLDEST with its library sources): try 'make doctor'"

if [ "$1" = --which ]; then
    printf '%s: %s\n' "$folder" "$("$folder/rustc" --version)"
    exit 0
fi

# cargo looks for its subcommands (clippy) in its home first, where rustup's may lie, unless PATH names that home.
export PATH=$folder:$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
# Building core for a target of our own is still a -Z flag; this lets a stable compiler take it, as Linux does.
export RUSTC_BOOTSTRAP=1
exec "$@"
