# What gdb is told before it meets the machine. tools/debug.sh reads it, from the project's folder.

set confirm off
set pagination off
set disassembly-flavor intel
# A stopped machine stays as it is: gdb must not write breakpoints into memory that is not mapped yet.
set breakpoint auto-hw on

define program
    add-symbol-file build/target/i686-kernel/release/$arg0
end
document program
program NAME: add the symbols of a program of user/, as in `program forktree`.
All programs lie at the same addresses, so add one at a time: remove-symbol-file -a 0x08049000 takes it away.
end
