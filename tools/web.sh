#!/usr/bin/env bash
# Builds the page that runs Tusk in a browser, and serves it.
#
# usage: tools/web.sh [--build]     with --build it only builds
#   TUSK_PORT     the port to serve on; a free one without it
#   TUSK_SERVE    no: only build. Without a terminal that is so anyway, unless it is `yes`
#   TUSK_CMDLINE, TUSK_OVERLAY   as for the other ways to boot; the kernel also gets trace=fork, which the page listens to
#
# Ends with status 77 where npm cannot fetch what it is made of.
#
# Leaves in build/web/ one folder that any server of files can serve, and that asks for nothing outside itself:
#   index.html …   the page, as it is in tools/web/page
#   tusk.iso       the ISO
#   layout.json    where in this very kernel what lies, by tools/web/layout.py
#   vendor/        v86, xterm.js and SeaBIOS, with their licences
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/tools/needs.sh"

serve=${TUSK_SERVE:-}
case ${1:-} in
    '') ;;
    --build) serve=no ;;
    *) usage "$0"; exit 0 ;;
esac
case $serve in
    '') if [ -t 0 ]; then serve=yes; else serve=no; fi ;;
    yes | no) ;;
    *) die "SERVE=$serve: yes or no" ;;
esac
if [ -n "${TUSK_PORT:-}" ]; then TUSK_PORT=$(tcp_port "$TUSK_PORT"); fi

npm_folder=$BUILD/npm page=$BUILD/web

# node_packages: what package-lock.json names, and nothing else, in build/npm.
node_packages() {
    mkdir -p "$npm_folder"
    if cmp -s "$ROOT/tools/web/package-lock.json" "$npm_folder/installed"; then return; fi
    cp "$ROOT/tools/web/package.json" "$ROOT/tools/web/package-lock.json" "$npm_folder/"
    say "npm ci: v86 and xterm.js"
    (cd "$npm_folder" && npm ci --ignore-scripts --no-audit --no-fund --no-progress --loglevel=error >&2) ||
        {
            say "npm could not install what tools/web/package-lock.json names: it needs the network, once"
            exit 77
        }
    cp "$ROOT/tools/web/package-lock.json" "$npm_folder/installed"
}

# notice: whose work is in the folder beside Tusk's own.
notice() {
    local copyright
    cp "$npm_folder/node_modules/v86/LICENSE" "$1/LICENSE.v86.txt"
    cp "$npm_folder/node_modules/@xterm/xterm/LICENSE" "$1/LICENSE.xterm.txt"
    cp "$ROOT/tools/web/NOTICE" "$1/NOTICE.txt"
    for copyright in /usr/share/doc/seabios/copyright /usr/share/licenses/seabios/COPYING.LESSER /usr/share/doc/seabios/COPYING.LESSER; do
        if [ -e "$copyright" ]; then cp "$copyright" "$1/LICENSE.seabios.txt"; fi
    done
}

# One at a time; a second one waits, and builds its own.
mkdir -p "$BUILD/npm"
until ! taken "$BUILD/npm"; do sleep 0.5; done
"$ROOT/tools/mkiso.sh" --out "$BUILD/web.iso" --cmdline "trace=fork ${TUSK_CMDLINE:-}" --overlay "${TUSK_OVERLAY:-}"
node_packages

stage=$(mktemp -d "$BUILD/web.XXXXXX")
trap 'rm -rf "$stage"' EXIT
chmod 755 "$stage"
cp -R "$ROOT/tools/web/page/." "$stage"
mkdir "$stage/vendor"
cp "$BUILD/web.iso" "$stage/tusk.iso"
gdb -batch -nx -x "$ROOT/tools/web/layout.py" "$BUILD/tusk.elf" >"$stage/layout.json" || die "no layout of the kernel: see above"
cp "$npm_folder/node_modules/v86/build/libv86.mjs" "$npm_folder/node_modules/v86/build/v86.wasm" "$stage/vendor/"
cp "$npm_folder/node_modules/@xterm/xterm/css/xterm.css" "$stage/vendor/"
# Its source map is not in the folder, so it must not be asked for.
sed '/^\/\/# sourceMappingURL=/d' "$npm_folder/node_modules/@xterm/xterm/lib/xterm.mjs" >"$stage/vendor/xterm.mjs"
present seabios || die "no SeaBIOS: try 'make doctor'"
cp "$(seabios_file bios.bin)" "$stage/vendor/bios.bin"
cp "$(seabios_file vgabios-stdvga.bin)" "$stage/vendor/vgabios.bin"
notice "$stage/vendor"
rm -rf "$page"
mv "$stage" "$page"
say "made build/web/ ($(du -sk "$page" | cut -f 1) KiB)"

if [ "$serve" = no ]; then
    say "to serve it: make web, or any server of files on that folder; node tools/web/serve.mjs build/web"
    exit 0
fi
say "open the address below in a browser; Ctrl-C ends it"
exec node "$ROOT/tools/web/serve.mjs" "$page" "${TUSK_PORT:-0}" 8>&-
