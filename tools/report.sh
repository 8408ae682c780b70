#!/usr/bin/env bash
# Builds and runs the drawing of reports (tools/report).
#
# usage: tools/report.sh fork|boot [OPTION...]     tools/report.sh fork --help lists them
set -euo pipefail
. "$(dirname "$0")/lib.sh"
case ${1:---help} in --help) usage "$0"; exit 0 ;; esac

export CARGO_TARGET_DIR=$BUILD/tests
exec "$ROOT/tools/toolchain.sh" cargo run --quiet --locked --manifest-path "$ROOT/tools/report/Cargo.toml" -- "$@"
