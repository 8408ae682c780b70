#!/usr/bin/env bash
# Writes docs/book.md and docs/system-calls.md anew, from the sources, docs/book/*.toml and the kernel's debug information.
#
# usage: tools/generated.sh [--check]     --check: writes nothing, and fails when a page is not what the sources say
#
# The kernel must be built already.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
case ${1:-} in --help) usage "$0"; exit 0 ;; esac

cd "$ROOT"
export CARGO_TARGET_DIR=$BUILD/tests
# Built first and aloud, as it takes a while the first time.
tools/toolchain.sh cargo build --locked --manifest-path tools/book/Cargo.toml >&2
exec tools/toolchain.sh cargo run --quiet --locked --manifest-path tools/book/Cargo.toml -- "$@"
