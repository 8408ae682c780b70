#!/usr/bin/env bash
# Builds the crate of the tests and runs it. What it boots must be built already.
#
# usage: tools/test.sh [ARGUMENT...]     as tests/README.md says
set -euo pipefail
. "$(dirname "$0")/lib.sh"
case ${1:-} in --help) usage "$0"; exit 0 ;; esac

cd "$ROOT"
export CARGO_TARGET_DIR=$BUILD/tests TUSK_ROOT=$ROOT
# Built first and aloud, as it takes a while the first time.
tools/toolchain.sh cargo build --locked --manifest-path tests/Cargo.toml >&2
exec tools/toolchain.sh cargo run --quiet --locked --manifest-path tests/Cargo.toml -- "$@"
