#!/usr/bin/env bash
# Fetches Debian's packages for the i386 and unpacks them, one over the other.
#
# usage: tools/debian-i386.sh FOLDER PACKAGE...     fails when one of them could not be had; the others are there then
#
# The packages come by the system's own apt, from the system's own sources, and apt checks their signatures. Nothing of
# the system changes: apt keeps its lists of i386 packages in a folder of ours, and dpkg never hears of the packages.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

case ${1:---help} in --help) usage "$0"; exit 0 ;; esac
to=$1
shift
if ! have apt-get || ! have dpkg-deb; then die "there is no apt-get to fetch Debian's packages with"; fi

# Where apt's own user can come in too, who fetches for root.
work=$(mktemp -d "${TMPDIR:-/tmp}/tusk.XXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
mkdir -p "$work"/{lists,cache}/partial "$work/packages"
: >"$work/status"
# What the system's configuration does after an update is for the system's own lists.
cat >"$work/apt.conf" <<EOF
#clear APT::Architectures;
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Architecture "i386";
APT::Architectures { "i386"; };
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::Languages "none";
Acquire::Retries "1";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
Dir::State "$work";
Dir::State::lists "lists/";
Dir::State::status "$work/status";
Dir::Cache "$work/cache";
Dir::Cache::archives "$work/cache/";
EOF
export LC_ALL=C

# One source without i386 packages, or out of order, fails the update; the others may have what we want.
apt-get -c "$work/apt.conf" -qq update >"$work/messages" 2>&1 || true
lacking=''
for package in "$@"; do
    say "fetching Debian's package $package:i386"
    if ! (cd "$work/packages" && apt-get -c "$work/apt.conf" -qq download "$package") >>"$work/messages" 2>&1; then
        lacking+=" $package"
    fi
done
mkdir -p "$to"
for package in "$work"/packages/*.deb; do
    if [ -e "$package" ]; then dpkg-deb -x "$package" "$to"; fi
done
if [ -n "$lacking" ]; then
    cat "$work/messages" >&2
    die "apt's sources here gave none of these for i386:$lacking"
fi
