#!/usr/bin/env bash
# Says what Tusk needs, what of it is missing here, and what to install for it.
#
# usage: tools/doctor.sh       fails when something is missing
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/tools/needs.sh"
case ${1:-} in --help) usage "$0"; exit 0 ;; esac

good='' bad='' plain=''
if [ -t 1 ]; then good=$'\e[32m' bad=$'\e[31m' plain=$'\e[0m'; fi

while IFS='|' read -r name _ _ _ _ _ purpose; do
    if present "$name"; then
        printf '%sfound  %s %-13s %s\n' "$good" "$plain" "$name" "$purpose"
    else
        printf '%smissing%s %-13s %s\n' "$bad" "$plain" "$name" "$purpose"
    fi
done < <(needs_of all)
if toolchain=$("$ROOT/tools/toolchain.sh" --which 2>/dev/null); then echo "Rust toolchain: $toolchain"; fi

lacking=$(missing all)
if [ -z "$lacking" ]; then
    echo "Nothing is missing."
    exit 0
fi

# Debian's name of the toolchain; what apt really has, setup.sh finds out.
debian_rust='rustc-web cargo-web rust-web-src libstd-rust-web-dev rust-web-clippy rustfmt-web'
echo
echo "To install what is missing:"
printf '  apt     apt-get install %s\n' "$(packages apt <<<"$lacking" | sed "s/@rust/$debian_rust/")"
printf '  dnf     dnf install %s\n' "$(packages dnf <<<"$lacking")"
printf '  pacman  pacman -S %s\n' "$(packages pacman <<<"$lacking")"
printf '  brew    brew install %s\n' "$(packages brew <<<"$lacking")"
case $lacking in
    *rust\|* | *lint\|*)
        echo "Where a package's Rust is older than 1.95 or comes without its library sources: rustup (https://rustup.rs)," \
            "which then installs what rust-toolchain.toml names."
        ;;
esac
if have apt-get; then echo "Here, make run and make test install it by apt themselves."; fi
exit 1
