#!/usr/bin/env bash
# Installs what a goal of make needs and the system lacks.
#
# usage: tools/setup.sh iso|run|test|bochs|debug|bench|lint|doc|fork-report|boot-report
#
# On Debian, Ubuntu and their kin by apt, as root or with sudo. Rust comes from Debian's packages where they are new
# enough, else from rustup. On other systems it says which packages are missing, and stops.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/tools/needs.sh"

# Debian's names for a whole Rust toolchain: rustc-web is the new one beside a stable release's old one.
RUST_WEB='rustc-web cargo-web rust-web-src libstd-rust-web-dev rust-web-clippy rustfmt-web'
RUST='rustc cargo rust-src libstd-rust-dev rust-clippy rustfmt'
OLDEST=1.95

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        die "neither root nor sudo: as root, run: $*"
    fi
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@" >&2
}

# offered PACKAGE: the version apt would install.
offered() { apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: \([0-9].*\)/\1/p'; }

# rust_packages: what of apt makes a complete toolchain, or `rustup`, or nothing.
rust_packages() {
    local first version
    for first in "$RUST_WEB" "$RUST"; do
        version=$(offered "${first%% *}")
        if [ -n "$version" ] && dpkg --compare-versions "$version" ge $OLDEST; then
            printf '%s\n' "$first"
            return
        fi
    done
    # rustup, whoever it came from, installs the rest; with apt's we need not ask the network for one.
    if ! have rustup && [ -n "$(offered rustup)" ]; then echo rustup; fi
}

install_by_apt() {
    local wanted
    say "installing what is missing: $(cut -d '|' -f 1 <<<"$1" | paste -s -d ' ' -)"
    say "apt-get update"
    apt_get update || say "apt-get update failed; going on with the lists that are there"
    wanted=$(packages apt <<<"$1")
    case " $wanted " in *' @rust '*) wanted="${wanted//@rust/} $(rust_packages)" ;; esac
    wanted=$(xargs <<<"$wanted")
    [ -n "$wanted" ] || return 0
    say "apt-get install $wanted"
    # shellcheck disable=SC2086 # a list of words
    apt_get install -y --no-install-recommends $wanted
}

# install_by_rustup: the toolchain that rust-toolchain.toml names.
install_by_rustup() {
    local version
    version=$(sed -n 's/^channel = "\(.*\)"/\1/p' "$ROOT/rust-toolchain.toml")
    PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
    if ! have rustup; then
        have curl || ! have apt-get || apt_get install -y --no-install-recommends curl
        have curl || die "no rustup and no curl: see https://rustup.rs"
        say "installing rustup"
        curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs |
            sh -s -- -y --no-modify-path --profile minimal --default-toolchain none >&2
    fi
    say "rustup: installing Rust $version"
    rustup toolchain install "$version" --profile minimal \
        --component rust-src --component rustfmt --component clippy >&2
}

case ${1:---help} in --help) usage "$0"; exit 0 ;; esac
goal=$1

lacking=$(missing "$goal")
[ -n "$lacking" ] || exit 0
if have apt-get; then
    install_by_apt "$lacking"
    lacking=$(missing "$goal")
fi
if grep -qE '^(rust|lint)\|' <<<"$lacking" && { have apt-get || have rustup; }; then
    install_by_rustup
    lacking=$(missing "$goal")
fi
[ -z "$lacking" ] || {
    "$ROOT/tools/doctor.sh" >&2 || true
    die "cannot make $goal: install what is missing first"
}
say "all there"
