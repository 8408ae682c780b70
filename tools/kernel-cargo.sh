#!/usr/bin/env bash
# Runs cargo for the kernel's target: for the kernel and the programs, not for tests/, which are the host's.
#
# usage: tools/kernel-cargo.sh SUBCOMMAND [ARGUMENT...]     e.g. tools/kernel-cargo.sh build --release
set -euo pipefail
. "$(dirname "$0")/lib.sh"
case ${1:---help} in --help) usage "$0"; exit 0 ;; esac

cd "$ROOT"
export CARGO_TARGET_DIR=$BUILD/target
subcommand=$1
shift
# core and alloc are compiled with the kernel, memcpy and its like included: the target comes with nothing.
exec tools/toolchain.sh cargo "$subcommand" --locked --target i686-kernel.json -Zjson-target-spec \
    -Zbuild-std=core,alloc,compiler_builtins -Zbuild-std-features=compiler-builtins-mem "$@"
