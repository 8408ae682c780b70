# What the scripts that run a machine share: the ways of its two serial lines, the watchdog, the verdict.
# shellcheck shell=bash
#
# Sourced by run-qemu.sh and run-bochs.sh, which set, as their options say:
#   out, log   files for what the first and the second serial line send; empty: stdout and stderr
#   plain      not empty: undo the terminal's line ends
#   timeout    seconds, or empty
#   machine    the emulator's process, once it runs, and signal, what ends it
# A file `left` in the folder `temporary` says that a person has ended the machine.
# Whatever starts here is ended by `finish`, which runs at exit.

temporary=$(mktemp -d "${TMPDIR:-/tmp}/tusk.XXXXXX")
machine='' signal=TERM helpers=() copiers=()
# An emulator that is stopped may leave the terminal as it needed it.
terminal=$(stty -g 2>/dev/null || true)

finish() {
    local pid
    undisturbed
    if [ -n "$machine" ]; then kill -s "$signal" "$machine" 2>/dev/null || true; fi
    for pid in ${helpers[@]+"${helpers[@]}"}; do kill "$pid" 2>/dev/null || true; done
    for pid in ${copiers[@]+"${copiers[@]}"}; do kill -KILL "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    if [ -n "$terminal" ]; then stty "$terminal" 2>/dev/null || true; fi
    rm -rf "$temporary"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# streams: decides where the emulator writes, out_to and log_to, and makes out and log files that keep it.
#
# What goes to stdout and stderr goes there through pipes with names: no emulator can be told to write to a descriptor
# it inherits whatever that is, terminal, pipe, file or socket.
streams() {
    out_to=$temporary/out.pipe log_to=$temporary/log.pipe
    exec 3>&1
    if [ -n "$out" ]; then exec 3>"$out"; fi
    out=$temporary/out
    mkfifo "$out_to"
    if [ -n "$plain" ]; then
        # Every LF of a program comes over the line as CR LF.
        LC_ALL=C sed -u 's/\r$//' <"$out_to" | tee "$out" >&3 &
    else
        tee "$out" <"$out_to" >&3 &
    fi
    copiers+=($!)
    exec 3>&-

    if [ -n "$log" ]; then
        log_to=$log
        : >"$log"
    else
        log=$temporary/log
        mkfifo "$log_to"
        tee "$log" <"$log_to" >&2 &
        copiers+=($!)
    fi
}

# drain: waits until all is copied, after the machine's end.
drain() {
    local pid pipe
    # An emulator that ended early never opened its pipes, and their readers still wait for a first writer.
    for pipe in "$temporary"/*.pipe; do
        if [ -p "$pipe" ]; then : <>"$pipe"; fi
    done
    for pid in ${copiers[@]+"${copiers[@]}"}; do wait "$pid" || true; done
    copiers=()
}

# input: copies descriptor 7 to stdout as a terminal's input. Nothing goes before the kernel logs its first line, as what
# comes earlier finds no UART driver; the end of file becomes a ^D, which is how a terminal says so.
input() {
    until grep -qs '^\[ *[0-9]*\.[0-9]*\] ' "$log" "$out"; do sleep 0.1; done
    cat <&7 &
    trap 'kill $!; exit' TERM
    wait $!
    printf '\004'
}

# watch: ends the machine when its time is up.
watch() {
    [ -n "$timeout" ] || return 0
    {
        sleep "$timeout" &
        trap 'kill $!; exit' TERM
        wait $!
        : >"$temporary/late"
        kill -s "$signal" "$machine"
    } &
    helpers+=($!)
}

# verdict EMULATOR-STATUS: exits with the status the kernel gave, the last line of its log. It is read from the log,
# because QEMU has only seven bits for it, and Bochs none. The emulator's own is for the message without such a line.
verdict() {
    local status
    drain
    if [ -e "$temporary/late" ]; then
        say "stopped after $timeout seconds"
        exit 124
    fi
    status=$(cat "$out" "$log" 2>/dev/null | tr -d '\r' |
        sed -n 's/^\[ *[0-9]*\.[0-9]*\] tusk: exit status \([0-9][0-9]*\)$/\1/p' | tail -n 1) || true
    [ -z "$status" ] || exit "$status"
    if [ -e "$temporary/left" ]; then exit 0; fi
    if grep -aqs 'tusk: panic: ' "$log" "$out"; then
        say "the kernel panicked"
    else
        say "the machine ended without an exit status from the kernel (the emulator's own is $1)"
    fi
    exit 3
}
