# What gdb is told before it meets the machine: settings, and Tusk's commands (tools/gdb/). tools/debug.sh reads it; by
# hand: gdb -x tools/tusk.gdb build/tusk.elf

set confirm off
set pagination off
set disassembly-flavor intel
# A program's bitmap alone has more bytes than gdb would show.
set max-value-size unlimited

python
import os, sys
def _tusk_find_tools():
    """The folder of the commands: below the project, which is here or around the kernel that was loaded."""
    places = [os.getcwd()] + [os.path.dirname(os.path.dirname(each.filename)) for each in gdb.objfiles()]
    for place in places:
        folder = os.path.join(place, "tools", "gdb")
        if os.path.isdir(os.path.join(folder, "tusk")):
            return folder
    return None
_tusk_tools = _tusk_find_tools()
if _tusk_tools is None:
    gdb.write("tusk: no commands: start gdb in the project's folder, or with its build/tusk.elf\n", gdb.STDERR)
else:
    sys.dont_write_bytecode = True
    sys.path.insert(0, _tusk_tools)
    import tusk.commands, tusk.machine, tusk.programs
    tusk.commands.load()
    tusk.machine.attend()
    tusk.programs.watch()
end
