#!/usr/bin/env bash
# Boots an ISO in Bochs.
#
# usage: tools/run-bochs.sh --iso FILE [OPTION...]
#   --mem SIZE       memory: 64 (MiB, and the default), 64M, 3G
#   --cpu MODEL      processor: p4_willamette (the default, which has SSE), pentium (which saves its registers by fsave);
#                    `bochs --help cpu` lists the others
#   --interactive    for a person: the first serial line is this terminal (Ctrl-A x leaves)
#   --display NAME   with --interactive: show the screen in a window by Bochs' library NAME (x, sdl2, …), to be typed
#                    into; this terminal is the debugger's, and `xchg bx, bx` stops the machine. Where there is an X
#                    display, x is what one gets; otherwise the screen is shown nowhere
#   --out FILE       what the first serial line sends goes to FILE; otherwise to stdout
#   --log FILE       what the second serial line sends goes to FILE; otherwise to stderr
#   --plain          as the program wrote it: without the CR that the terminal puts before each LF
#   --trace FILE     what the kernel sends to port 0xe9 goes to FILE; with a window, Bochs prints it in this terminal
#   --timeout S      ends the machine after S seconds
#   --help
#
# Where stdin is no terminal, it is the first serial line's input; its end arrives as ^D.
#
# The status is the one the kernel's log gives (`tusk: exit status N`, on either serial line), 124 when the time was up,
# 3 when the kernel gave none: a panic, a reset, Bochs itself. Bochs can tell no status of its own: the kernel only has
# it power off.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# Instructions for each second of the guest's time. Low, so that the guest does not wait long for its own clocks.
SPEED=10000000

iso='' mem=64 cpu=p4_willamette interactive='' display='' out='' log='' plain='' trace='' timeout=''
while [ $# -gt 0 ]; do
    case $1 in
        --iso) iso=$2; shift 2 ;;
        --mem) mem=$(mebibytes "$2"); shift 2 ;;
        --cpu) cpu=$2; shift 2 ;;
        --interactive) interactive=1; shift ;;
        --display) display=$2; shift 2 ;;
        --out) out=$2; shift 2 ;;
        --log) log=$2; shift 2 ;;
        --plain) plain=1; shift ;;
        --trace) trace=$2; shift 2 ;;
        --timeout) timeout=$2; shift 2 ;;
        --help) usage "$0"; exit 0 ;;
        *) die "tools/run-bochs.sh: unknown option $1 (--help lists them)" ;;
    esac
done
[ -e "$iso" ] || die "no ISO '$iso'"
iso=$(cd "$(dirname "$iso")" && pwd)/$(basename "$iso")
have bochs || die "no bochs: try 'make doctor'"
. "$ROOT/tools/run-lib.sh"

# What this Bochs was built with: distributions differ.
features=$(bochs --help 2>&1 || true)
plugins=$(sed -n "s/.*compile time default '\(.*\)'.*/\1/p" <<<"$features" | head -n 1)
has_debugger() { grep -q -e ' -rc ' <<<"$features"; }
has_display() { [ -e "${LTDL_LIBRARY_PATH:-${plugins:-/usr/lib/bochs/plugins}}/libbx_$1_gui.so" ]; }

# rom NAME...: the first of these files in the folders where ROMs are kept.
rom() {
    local folder name
    for folder in "${BXSHARE:-/usr/share/bochs}" /usr/share/bochs /usr/local/share/bochs /opt/homebrew/share/bochs \
        /usr/share/vgabios /usr/share/seabios; do
        for name in "$@"; do
            if [ -e "$folder/$name" ]; then printf '%s\n' "$folder/$name"; return 0; fi
        done
    done
    die "no ROM called $1: try 'make doctor'"
}

# screen: decides where the machine's screen is shown; window is empty where nobody sees it.
screen() {
    if [ -z "$interactive" ]; then display=''; fi
    if [ -n "$interactive" ] && [ -z "$display" ] && [ -n "${DISPLAY:-}" ] && has_display x; then display=x; fi
    window=$display
    # Without a window: no screen where Bochs can do without one, else one on a terminal of its own.
    if [ -z "$window" ]; then
        if has_display nogui; then display=nogui; else display=term; fi
    fi
}

# in_terminal COMMAND...: runs a command in a new terminal, of which our stdin and stdout are the other side.
in_terminal() {
    if script --version 2>/dev/null | grep -q util-linux; then
        exec script -qfc "exec $(printf '%q ' "$@")" /dev/null
    else
        exec script -q /dev/null "$@"
    fi
}

# line: makes a terminal for the first serial line, as Bochs takes input for one from nothing else, and sets `device`
# to its name. What is written to descriptor 5 is typed there; what is printed there goes to out_to.
line() {
    mkfifo "$temporary/typed"
    # Open for reading too: it must have no end of file while the machine runs.
    exec 5<>"$temporary/typed"
    # A process holds the terminal open; with it, it goes.
    # shellcheck disable=SC2016 # for the inner shell to expand
    in_terminal sh -c 'echo "$(tty) $$" >"$0.new"; mv "$0.new" "$0"; exec sleep 1000000' "$temporary/device" \
        <&5 >"$out_to" &
    copiers+=($!)
    until [ -e "$temporary/device" ]; do sleep 0.02; done
    read -r device holder <"$temporary/device"
    helpers+=("$holder")
}

# keys: copies what a person types to descriptor 5, until Ctrl-A x, which ends the machine.
keys() {
    local key escape=$'\001' after=''
    LC_ALL=C
    stty raw -echo
    while IFS= read -r -n 1 -d '' key; do
        case $after$key in
            "$escape") after=$escape; continue ;;
            "$escape"x) : >"$temporary/left"; kill -s "$signal" "$machine"; return ;;
        esac
        printf %s "$key" >&5
        after=''
    done
}

# look: reads the screen that nobody sees. A Bochs with a debugger keeps its own terminal for that and draws on another,
# which it makes and names; without a reader it stands still once that terminal's buffer is full.
look() {
    local name=''
    while [ -z "$name" ]; do
        sleep 0.05
        name=$(sed -n 's/^Bochs connected to screen "\(.*\)".*/\1/p' "$temporary/screen" 2>/dev/null || true)
    done
    exec <"$name" >/dev/null
    stty raw -echo
    exec cat 2>/dev/null
}

# configuration: Bochs' own file. Without the loudspeaker: the sound mixer of Bochs 2.7 writes beyond a buffer and
# brings Bochs down, now and then.
configuration() {
    cat <<-END
		config_interface: textconfig
		display_library: $display
		romimage: file="$bios"
		vgaromimage: file="$vga_bios"
		cpu: model=$cpu, ips=$SPEED, reset_on_triple_fault=0
		memory: guest=$mem, host=$((mem < 256 ? mem : 256))
		clock: sync=none
		ata0-master: type=cdrom, path="$iso", status=inserted
		boot: cdrom
		com1: enabled=1, mode=term, dev="$device"
		com2: enabled=1, mode=file, dev="$log_to"
		plugin_ctrl: speaker=0
		panic: action=fatal
		error: action=report
		info: action=report
		log: "$temporary/bochs.log"
	END
    # What the kernel sends to port 0xe9 is printed on Bochs' own stdout.
    if [ -n "$trace" ]; then echo 'port_e9_hack: enabled=1'; fi
    if has_debugger; then echo "magic_break: enabled=$([ -n "$window" ] && echo 1 || echo 0)"; fi
}

screen
streams
line
bios=$(rom BIOS-bochs-latest)
vga_bios=$(rom VGABIOS-lgpl-latest VGABIOS-lgpl-latest.bin vgabios.bin)
configuration >"$temporary/bochsrc"

command=(bochs -q -f "$temporary/bochsrc")
if has_debugger; then
    # A Bochs with a debugger waits at its prompt until told to go on.
    echo continue >"$temporary/debugger"
    command+=(-rc "$temporary/debugger")
fi

if [ "$display" = term ]; then
    # Told to end, script(1) gives its terminal two seconds; gone, it takes the terminal and Bochs with it at once.
    signal=KILL
    export TERM=${TERM:-linux}
    in_terminal "${command[@]}" </dev/null >"$temporary/screen" 2>&1 5>&- &
    machine=$!
    look 5>&- &
    helpers+=($!)
elif [ -n "$window" ]; then
    "${command[@]}" <&0 5>&- &
    machine=$!
else
    "${command[@]}" </dev/null >"$temporary/screen" 2>&1 5>&- &
    machine=$!
fi
watch
if [ -n "$window" ]; then
    say "type in the window; this terminal is Bochs' own"
elif [ -t 0 ]; then
    say 'Ctrl-A x leaves Bochs'
    exec 7<&0
    keys <&7 &
    helpers+=($!)
else
    exec 7<&0
    input >&5 &
    helpers+=($!)
fi

status=0
wait "$machine" 2>/dev/null || status=$?
machine=''
kill "$holder" 2>/dev/null || true
if [ -n "$trace" ]; then
    # Among what Bochs itself says, on a terminal of its own perhaps.
    tr -d '\r' <"$temporary/screen" 2>/dev/null | grep -aoE '[0-9]+ [0-9]+ [><.] [a-z]+:.*' >"$trace" || true
fi
# Bochs says in its own log why it stopped.
sed -n '/shutdown requested\|SIGHUP/d; s/^[0-9]*p\[\(.*\)/bochs: [\1/p' "$temporary/bochs.log" 2>/dev/null | head -n 3 >&2 || true
# When it ended by itself, what it said on its screen is all that there is.
if [ ! -s "$temporary/bochs.log" ] || grep -aq 'terminated\|core dumped' "$temporary/screen" 2>/dev/null; then
    tail -n 5 "$temporary/screen" >&2 || true
fi
verdict "$status"
