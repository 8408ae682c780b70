# What the scripts that run Bochs share: what this Bochs can do, its configuration, the machine's first serial line.
# shellcheck shell=bash
#
# Sourced by run-bochs.sh and debug-bochs.sh behind run-lib.sh (for `temporary`), which set iso, mem and cpu, as their
# options say. Sets, as its functions are called:
#   display                   the display library
#   bios, vga_bios            the ROMs
#   device, holder            the first serial line's terminal, and the process that holds it open
# shellcheck disable=SC2034,SC2154 # those
#
# Distributions build Bochs in many ways (2.6 to 3.1, with plugins or without, with a debugger or without), and its
# options come and go. So nothing is taken from the version: Bochs itself is asked.

# Instructions for each second of the guest's time. Low, so that the guest does not wait long for its own clocks.
SPEED=10000000

have bochs || die "no bochs: try 'make doctor'"
features=$(bochs --help 2>&1 || true)
bochs_version=$(sed -n 's/.*Bochs x86 Emulator *\([0-9][^ ]*\).*/\1/p' <<<"$features" | head -n 1)

# has_option NAME: does Bochs' command line know it?
has_option() { grep -q -e "^ *$1 " <<<"$features"; }
has_debugger() { has_option -rc; }
# Since 3.0 the debugger is in every Bochs and begins when asked to; before, where it was built in it always began.
debugger_must_be_asked_for() { has_option -debugger; }

# complaint DIRECTIVE: what Bochs says against this line of a configuration; nothing when it takes it. A line that no
# Bochs takes is put behind it: the first of them that is bad is the one complained of.
complaint() {
    local said
    said=$(bochs -n -q "$1" 'tusk_probe: end' 2>&1 </dev/null | sed -n '/exiting with the following message/{n;p;}') || true
    case $said in *tusk_probe*) ;; *) printf '%s\n' "${said:-no answer}" ;; esac
}
takes() { [ -z "$(complaint "$1")" ]; }

# has_display NAME: is this display library there? Before 2.7 Bochs takes each it was built for, though distributions
# put the libraries themselves into packages of their own.
has_display() {
    local plugins
    plugins=${LTDL_LIBRARY_PATH:-$(sed -n "s/.*LTDL_LIBRARY_PATH.* '\(.*\)'.*/\1/p" <<<"$features" | head -n 1)}
    if compgen -G "$plugins/libbx_*_gui*" >/dev/null && ! compgen -G "$plugins/libbx_$1_gui*" >/dev/null; then return 1; fi
    takes "display_library: $1"
}

# choose_display WANTED: sets `display`. WANTED is a library's name, `none` for one that shows nothing, or empty: then it
# is a window, if there are an X display and a library for it.
choose_display() {
    local name
    display=''
    case $1 in
        none) ;;
        '')
            if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
                for name in x sdl2 sdl; do
                    if has_display "$name"; then display=$name; return; fi
                done
            fi
            ;;
        # It works only with a configuration interface of its own, which wants a person at every start.
        wx) die "Bochs' display library wx is not for this: x and sdl2 are" ;;
        *)
            has_display "$1" || die "this Bochs ($bochs_version) has no display library '$1'; it has$(displays).$(display_package "$1")"
            display=$1
            return
            ;;
    esac
    # No screen, where Bochs can do without one; else one on a terminal of its own; else one over the network that
    # nobody looks at.
    for name in nogui term rfb; do
        if has_display "$name"; then display=$name; return; fi
    done
    die "this Bochs ($bochs_version) has no display library that works without a window; it has$(displays).$(display_package term)"
}

# displays: the display libraries that there are.
displays() {
    local name found=''
    for name in nogui term rfb x sdl2 sdl; do
        if has_display "$name"; then found+=" $name"; fi
    done
    printf %s "${found:- none}"
}

# display_package NAME: which package has it.
display_package() {
    case $1 in term | x | sdl2 | sdl) have apt-get || return 0 ;; *) return 0 ;; esac
    case $1 in sdl2) set -- sdl ;; esac
    printf ' To install it: apt-get install bochs-%s' "$1"
}

# rom NAME...: the first of these files in the folders where ROMs are kept.
rom() {
    local folder name built_in
    # Where this Bochs looks when it is not told, whatever the distribution.
    built_in=$(bochs -n -q 'tusk_probe: end' 2>&1 </dev/null | sed -n "s/.*BXSHARE.* '\(.*\)'.*/\1/p" | head -n 1) || true
    for folder in "${BXSHARE:-/usr/share/bochs}" "${built_in:-/usr/share/bochs}" /usr/share/bochs /usr/local/share/bochs \
        /opt/homebrew/share/bochs /usr/share/vgabios /usr/share/seabios; do
        for name in "$@"; do
            if [ -e "$folder/$name" ]; then printf '%s\n' "$folder/$name"; return 0; fi
        done
    done
    die "no ROM called $1: try 'make doctor'"
}

# find_roms: sets bios and vga_bios.
find_roms() {
    bios=$(rom BIOS-bochs-latest)
    vga_bios=$(rom VGABIOS-lgpl-latest VGABIOS-lgpl-latest.bin vgabios.bin)
}

# configuration FOLDER SYMBOLS: Bochs' own file, for a machine whose serial lines are kept in FOLDER. With SYMBOLS, a file
# for the debugger, which then also stops at `xchg bx, bx`.
#
# The loudspeaker is out: the sound mixer of Bochs 2.7 writes beyond a buffer and brings Bochs down, now and then.
configuration() {
    cat <<-END
		# Written by tools/bochs-lib.sh for Bochs $bochs_version, anew each time: bochs -q -f THIS-FILE
		config_interface: textconfig
		display_library: $display$([ "$display" != rfb ] || echo ', options="timeout=0"')
		romimage: file="$bios"
		vgaromimage: file="$vga_bios"
		cpu: model=$cpu, ips=$SPEED, reset_on_triple_fault=0
		memory: guest=$mem, host=$((mem < 256 ? mem : 256))
		clock: sync=none
		ata0-master: type=cdrom, path="$iso", status=inserted
		boot: cdrom
		# What programs print, and the log of a boot with run=.
		com1: enabled=1, mode=file, dev="$1/console"
		com2: enabled=1, mode=file, dev="$1/log"
		panic: action=fatal
		error: action=report
		info: action=report
		log: "$1/bochs.log"
	END
    if takes 'plugin_ctrl: speaker=0'; then echo 'plugin_ctrl: speaker=0'; fi
    if has_debugger; then
        echo "magic_break: enabled=$([ -n "$2" ] && echo 1 || echo 0)"
        if [ -n "$2" ]; then echo "debug_symbols: file=\"$2\""; fi
    fi
}

# write_configuration FILE FOLDER SYMBOLS: leaves it in FILE, once Bochs has taken each line of it.
write_configuration() {
    local said
    takes "cpu: model=$cpu" || die "this Bochs ($bochs_version) knows no processor '$cpu': bochs --help cpu lists them"
    find_roms
    configuration "$2" "$3" >"$1.new.$$"
    said=$(bochs -q -f "$1.new.$$" 'tusk_probe: end' 2>&1 </dev/null | sed -n '/exiting with the following message/{n;p;}') || true
    case $said in
        *tusk_probe* | '') ;;
        *) rm -f "$1.new.$$"; die "this Bochs ($bochs_version) does not take what tools/bochs-lib.sh writes for it: $said" ;;
    esac
    mv -f "$1.new.$$" "$1"
}

# in_terminal COMMAND...: runs a command in a new terminal, of which our stdin and stdout are the other side.
in_terminal() {
    if script --version 2>/dev/null | grep -q util-linux; then
        exec script -qfc "exec $(printf '%q ' "$@")" /dev/null
    else
        exec script -q /dev/null "$@"
    fi
}

# line OUT: makes a terminal for the first serial line, as Bochs takes input for one from nothing else, and sets `device`
# to its name. What is written to descriptor 5 is typed there; what is printed there goes to OUT.
line() {
    mkfifo "$temporary/typed"
    # Open for reading too: it must have no end of file while the machine runs.
    exec 5<>"$temporary/typed"
    # A process holds the terminal open; with it, it goes.
    # shellcheck disable=SC2016 # for the inner shell to expand
    in_terminal sh -c 'echo "$(tty) $$" >"$0.new"; mv "$0.new" "$0"; exec sleep 1000000' "$temporary/device" \
        <&5 >"$1" &
    copiers+=($!)
    until [ -e "$temporary/device" ]; do sleep 0.02; done
    read -r device holder <"$temporary/device"
    helpers+=("$holder")
}

# look SAID: prints what the screen shows that nobody sees. Bochs' debugger keeps its own terminal for itself and draws on
# another, which it makes and names, in the file SAID; without a reader it stands still once that terminal's buffer is
# full.
look() {
    local name=''
    while [ -z "$name" ]; do
        sleep 0.05
        name=$(sed -n 's/^Bochs connected to screen "\(.*\)".*/\1/p' "$1" 2>/dev/null || true)
    done
    exec <"$name"
    stty raw -echo
    exec cat 2>/dev/null
}

# bochs_says FILE: of Bochs' own log, why it stopped; of FILE, what it said on its stderr, when it ended without a log.
bochs_says() {
    sed -n '/shutdown requested\|SIGHUP/d; s/^[0-9]*p\[\(.*\)/bochs: [\1/p' "$temporary/bochs.log" 2>/dev/null | head -n 3 >&2 || true
    if [ ! -s "$temporary/bochs.log" ] || grep -aq 'terminated\|core dumped' "$1" 2>/dev/null; then
        tail -n 5 "$1" >&2 || true
    fi
}
