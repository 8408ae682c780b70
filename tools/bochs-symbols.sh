#!/usr/bin/env bash
# Writes the kernel's functions as Bochs' debugger reads them (`ldsym`): an address and a name on each line.
#
# usage: tools/bochs-symbols.sh FILE           writes them to FILE
#        tools/bochs-symbols.sh --address NAME prints where the function NAME begins, as 0xc0137220
#
# The names are those of the sources, and so the book's: sys_clone, copy_pcb_vaddrbitmap_stack0. A name that is there
# once stands without its path; where it would mean several functions, each has its whole path (tusk::abi::file::read). A
# name holds no space. What the compiler has put into its caller has no name of its own.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# functions: address and name of each.
functions() {
    local nm
    nm=$(first_of nm llvm-nm gnm) || die "no nm: try 'make doctor'"
    "$nm" --demangle --defined-only "$BUILD/tusk.elf" | awk '
        # The name without what a generic function was made for.
        function plain(name,   depth, i, letter) {
            if (name !~ />$/) return name
            for (i = length(name); i > 0; i--) {
                letter = substr(name, i, 1)
                if (letter == ">" && substr(name, i - 1, 1) != "-") depth++
                if (letter == "<" && --depth == 0) break
            }
            return substr(name, i - 2, 2) == "::" ? plain(substr(name, 1, i - 3)) : name
        }
        # The name without its path. A closure and the like means nothing without the function that it stands in.
        function without_path(name,   type) {
            if (name ~ /^<[^<> ]*>::[^<>{ ]*$/) {
                type = name
                sub(/>.*/, "", type)
                sub(/^.*[:<]/, "", type)
                sub(/^.*>/, "", name)
                return type name
            }
            if (name !~ /[<{ ]/) sub(/^.*::/, "", name)
            return name
        }
        $2 ~ /^[tTwW]$/ {
            at[NR] = $1
            sub(/^[^ ]* . /, "")
            path[NR] = plain($0)
            short[NR] = without_path(path[NR])
            if (!seen[path[NR]]++) users[short[NR]]++
        }
        END {
            # Else what is there would count from the last name of the boot code, far below it.
            print "08048000 program"
            for (n in at) {
                name = users[short[n]] > 1 ? path[n] : short[n]
                gsub(/ /, "_", name)
                print at[n], name
            }
        }' | sort
}

case ${1:---help} in
    --address)
        name=${2:-}
        all=$(functions)
        address=$(awk -v name="$name" '$2 == name { print $1; exit }' <<<"$all")
        if [ -z "$address" ]; then
            near=$(awk -v name="${name##*::}" '{ last = $2; sub(/^.*::/, "", last) } index(last, name) && n++ < 8 { print $2 }' <<<"$all" | paste -s -d ' ' -)
            die "the kernel has no function '$name'${near:+; it has $near} (one that the compiler put into its caller has no address)"
        fi
        echo "0x$address"
        ;;
    --help) usage "$0" ;;
    -*) die "tools/bochs-symbols.sh: unknown option $1 (--help lists them)" ;;
    *) functions >"$1.new" && mv -f "$1.new" "$1" ;;
esac
