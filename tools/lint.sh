#!/usr/bin/env bash
# Checks format and lints: the kernel, the programs, the shim and the tests; the scripts where shellcheck is there, and
# gdb's commands where gdb is, the page's JavaScript where node is.
#
# usage: tools/lint.sh
set -euo pipefail
. "$(dirname "$0")/lib.sh"
case ${1:-} in --help) usage "$0"; exit 0 ;; esac
cd "$ROOT"

failed=''
# check WHAT COMMAND...: goes on after a failure, so that one run shows everything.
check() {
    say "lint: $1"
    shift
    "$@" >&2 || failed=1
}

host_cargo() { CARGO_TARGET_DIR=$BUILD/tests tools/toolchain.sh cargo "$@"; }

# javascript FILE...: node takes one at a time.
javascript() {
    local file bad=''
    for file; do node --check "$file" || bad=1; done
    [ -z "$bad" ]
}

check 'format of kernel, programs and shim' tools/toolchain.sh cargo fmt --all --check
check 'format of the tests' host_cargo fmt --manifest-path tests/Cargo.toml --all --check
check 'format of the programs with std' host_cargo fmt --manifest-path tests/libc/std/Cargo.toml --check
check 'clippy on kernel, programs and shim' tools/kernel-cargo.sh clippy --release --workspace -- -D warnings
check 'clippy on the tests' host_cargo clippy --locked --manifest-path tests/Cargo.toml --workspace --all-targets -- -D warnings
check 'clippy on the programs with std' host_cargo clippy --locked --manifest-path tests/libc/std/Cargo.toml -- -D warnings
if have node; then check "the page's JavaScript" javascript tools/web/*.mjs tools/web/page/*.js tests/web/*.mjs; fi
if have shellcheck; then
    # Those that are run: they bring the sourced ones (tools/*lib.sh, needs.sh) with them.
    scripts=(.ci/run)
    for script in tools/*.sh; do if [ -x "$script" ]; then scripts+=("$script"); fi; done
    check 'the scripts' shellcheck -x -P SCRIPTDIR "${scripts[@]}"
fi

# gdb brings its own Python: what does not compile there is found, and what ruff or pyflakes finds where they are.
if have gdb; then
    check 'the commands of gdb' gdb -q -batch -nx -x tools/gdb/lint.py
fi
if have ruff; then
    check 'the commands of gdb, by ruff' ruff check --quiet --no-cache --select F,E,W --line-length 120 tools/gdb tools/web
elif have pyflakes3; then
    check 'the commands of gdb, by pyflakes' pyflakes3 tools/gdb tools/web
fi

[ -z "$failed" ] || die 'lint: see above'
say 'lint: nothing to complain about'
