"""Tusk's commands for gdb: what the kernel keeps, read from outside while it stands still.

Nothing is asked of the kernel: no function of it is called, nothing is written. Everything is found by the types and
names that the compiler left in build/tusk.elf, so that a field that moves is followed. Only the standard library and
gdb's own module are used, in what Python 3.9 has.

From below to above: `rust` (what the standard library's types look like), `kernel` (statics, functions, registers),
`memory` (physical memory, page directories), `bitmap`, `frames`, `task`, `files`, `stack`; `snapshot` (all that a
step of fork can change, as data) and `walk` (which stops at each step); `draw` (text); `commands`, one noun a file.
"""
