# What the scripts of tools/ share. Sourced, not run.
# shellcheck shell=bash
#
# Everything a script has to say goes to stderr: stdout belongs to what was asked for (a program's output, a path).

# The project, and where everything built is put.
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=$ROOT/build

say() { printf 'tusk: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# have COMMAND: is it installed?
have() { command -v "$1" >/dev/null 2>&1; }

# first_of COMMAND...: the first that is installed. Distributions name the same tool differently.
first_of() {
    local name
    for name in "$@"; do
        if have "$name"; then printf '%s\n' "$name"; return 0; fi
    done
    return 1
}

# usage SCRIPT: prints the comment at a script's top, which is its manual.
usage() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p;}' "$1"; }

# taken FOLDER: is another process at work in it? If none is, we are, until we and all that we have started end. It is
# descriptor 8 that says so: what is to outlive us gets 8>&-. Where there is no flock(1), nobody can tell.
taken() {
    have flock || return 1
    exec 8>"$1/.lock"
    ! flock -n 8
}

# attended COMMAND...: runs it, and gives its status. A signal that ends us ends it as well, and at once: bash itself would
# wait for it, and then go on, or leave it behind.
attended() {
    local status=0
    "$@" <&0 &
    attended=$!
    trap 'end_attended; exit 130' INT
    trap 'end_attended; exit 143' TERM HUP
    wait "$attended" || status=$?
    trap - INT TERM HUP
    return "$status"
}
end_attended() { kill "$attended" 2>/dev/null && wait "$attended" 2>/dev/null || true; }

# undisturbed: from here on no signal counts: what cleans up at the end must not be cut short by a second one, and whoever
# ends a whole group, as a closing terminal and timeout(1) do, sends us two.
undisturbed() { trap '' INT TERM HUP; }

# put NEW FILE: moves NEW to FILE, but leaves FILE alone when it is the same already, so that nothing after it is remade.
put() {
    if cmp -s "$1" "$2"; then rm -f "$1"; else mv -f "$1" "$2"; fi
}

# Debian and Fedora install some tools where only root looks.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# grub_modules: the folder with GRUB's modules for PCs, where it is not the one that mkrescue looks in anyway.
grub_modules() {
    local folder
    for folder in /usr/lib/grub/i386-pc /usr/share/grub2/i386-pc /usr/local/lib/grub/i386-pc; do
        if [ -e "$folder/multiboot2.mod" ]; then printf '%s\n' "$folder"; return 0; fi
    done
}

# seabios_file NAME: that image of SeaBIOS. Some distributions keep those for the screen apart.
seabios_file() {
    local folder
    for folder in /usr/share/seabios /usr/share/seavgabios /usr/share/qemu /usr/local/share/qemu /opt/homebrew/share/qemu; do
        if [ -e "$folder/$1" ]; then printf '%s\n' "$folder/$1"; return 0; fi
    done
    return 1
}

# seconds NUMBER: a time limit, which must be one: a limit that is none would let a machine run for ever.
seconds() {
    case $1 in
        *[!0-9]* | '' | 0*) die "'$1' is no time limit: a whole number of seconds, from 1" ;;
        *) echo "$1" ;;
    esac
}

# tcp_port NUMBER: a port, which must be one.
tcp_port() {
    case $1 in
        *[!0-9]* | '' | 0* | ??????*) ;;
        *) if [ "$1" -le 65535 ]; then echo "$1"; return; fi ;;
    esac
    die "PORT=$1 is no port: a number from 1 to 65535"
}

# mebibytes SIZE: memory in MiB, of 64, 64M or 3G.
mebibytes() {
    case $1 in
        # Less is too little for GRUB, which then says nothing and never ends. The kernel says itself what it needs.
        [0-3] | [0-3][Mm] | 0[Gg]) die "MEM=$1 is too little: Tusk needs about 9 MiB" ;;
        *[!0-9]?* | *[!0-9MmGg] | [!0-9]* | '') die "'$1' is no amount of memory: 64, 64M and 3G are" ;;
        *[Gg]) echo $((${1%[Gg]} * 1024)) ;;
        *) echo "${1%[Mm]}" ;;
    esac
}
