#!/usr/bin/env bash
# Prints what `make help` shows: targets from the Makefile's own `## …` notes, then the variables.
#
# usage: tools/help.sh
set -euo pipefail
. "$(dirname "$0")/lib.sh"

bold='' name='' plain=''
if [ -t 1 ]; then bold=$'\e[1m' name=$'\e[36m' plain=$'\e[0m'; fi

line() { printf '  %s%-22s%s %s\n' "$name" "$1" "$plain" "$2"; }

echo "${bold}Tusk${plain}, a 32-bit x86 kernel that shows how a process comes to be"
echo
echo "${bold}make ...${plain}"
while IFS=$'\t' read -r target text; do
    line "$target" "$text"
done < <(sed -n 's/^\([a-z-]*\):.* ## \(.*\)/\1\t\2/p' "$ROOT/Makefile")
echo
echo "${bold}variables${plain}, behind make's target"
line 'RUN="forktree 3"' 'run, bochs, iso: boot without a person, run this command, power off, exit with its'
line '' 'status; its output alone is on stdout, the kernel'"'"'s log on stderr'
line 'CMDLINE="words"' 'more words for the kernel: ktest, suite, suite=NAME, inject=fork, strace=1, quiet, ...'
line 'OVERLAY=dir' 'a directory laid over the root filesystem'
line 'BUSYBOX=1' "boot into the shell of Debian's busybox-static:i386, which is fetched; or of BUSYBOX=file"
line 'ISO=file' 'where the ISO goes'
line 'MEM=64' 'memory of the machine, in MiB, or with M or G'
line 'TRACE=fork,sched' 'record these events, or all, and leave them as lines in build/trace.txt (docs/trace.md)'
line 'TIMEOUT=60' 'end the machine after so many seconds, with status 124'
line 'QEMU_ARGS="-s"' 'run, debug, bench: more arguments for QEMU, split at spaces'
line 'BREAK=sys_fork' 'debug: go on to that function, FILE:LINE, or program::function (docs/debugging.md)'
line 'WAIT=1, PORT=1234' 'debug: no gdb here, but a TCP port for yours or an editor; a free one, or this'
line 'GDB_ARGS="-x file"' 'debug: more arguments for gdb, split at spaces'
line 'DEBUG=1' "bochs: under Bochs' debugger, with symbols, which stops where fork begins"
line 'BREAK=sys_clone' 'bochs: the same, but it stops where this function of the kernel begins'
line 'SCREEN=x' "bochs: Bochs' library that shows the screen (x, sdl2, rfb, ...), or none"
line 'PROG="forktree 1"' 'fork-report: the command to run; its first word is the program whose fork is drawn'
line 'FORK=1' 'fork-report: which of its forks'
line 'PORT=8080' 'web: the port to serve on; a free one without it'
line 'SERVE=no' 'web: only build the folder build/web, which any server of files can serve'
line 'T="fork --long"' 'test: tests with fork in their names, the long ones too (tests/README.md)'
