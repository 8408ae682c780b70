# Reads a person's keys where no emulator does.
# shellcheck shell=bash
# Sourced by the scripts that stand between a terminal and a machine's serial line.

# keys: copies what is typed to descriptor 5, until Ctrl-A x.
keys() {
    local key escape=$'\001' after=''
    LC_ALL=C
    stty raw -echo
    while IFS= read -r -n 1 -d '' key; do
        case $after$key in
            "$escape") after=$escape; continue ;;
            "$escape"x) return ;;
        esac
        printf %s "$key" >&5
        after=''
    done
}
