"""Records one fork for `make fork-report`: the memory of parent and child before it and after each of its steps.

A gdb that is attached to the halted machine reads this. It stops at the book's functions of the fork that is asked for,
writes what it saw as JSON, and lets the machine go on. In the environment:

    TUSK_RECORD_PROGRAM  the task name of the program that forks
    TUSK_RECORD_FORK     which of its forks, from 1; makings of threads and vforks do not count
    TUSK_RECORD_TRACE    the trace that the machine is writing: it tells where the child's page is before any list does
    TUSK_RECORD_OUT      the file for the JSON
"""

import json
import os
import re
import struct
import sys

import gdb

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from tusk import kernel, rust, task  # noqa: E402
from tusk.frames import Frames, counts  # noqa: E402
from tusk.memory import PRESENT  # noqa: E402
from tusk.stack import TRAP_FRAME  # noqa: E402

FORK = "tusk::task::fork::"
WHOLE = FORK + "sys_clone"
PCB, BODY, STACK, OPEN = (
    FORK + name
    for name in ("copy_pcb_vaddrbitmap_stack0", "copy_body_stack3", "build_child_stack", "update_inode_open_cnts")
)
POPPED_BY_SWITCH = ("ebp", "ebx", "edi", "esi", "eip")


def entry(function):
    """Where a function of the kernel begins; of one for several types, the first."""
    listing = gdb.execute("info functions -n -q " + function, to_string=True)
    names = re.findall(r"fn (%s(?:<.*?>)?)\(" % function, listing)
    if not names:
        raise kernel.trouble("build/tusk.elf has no function %s" % function)
    return int(gdb.lookup_static_symbol(names[0]).value().address)


class Ended(Exception):
    """The machine has ended before it got there."""


def run_to(addresses, page=None):
    """Lets the machine run to one of the addresses, in the task with that PCB page if one is given; returns which."""
    stops = [gdb.Breakpoint("*%#x" % address, internal=True) for address in addresses]
    for stop in stops:
        stop.silent = True
    try:
        while True:
            try:
                gdb.execute("continue", to_string=True)
            except gdb.error as error:
                raise Ended(str(error)) from None
            if gdb.selected_thread() is None:
                raise Ended("the machine has ended")
            place = kernel.register("eip")
            if place in addresses and page in (None, kernel.register("esp") & ~(kernel.PAGE - 1)):
                return place
    finally:
        for stop in stops:
            if stop.is_valid():
                stop.delete()


def return_address():
    """Where the function goes on that was just entered."""
    return struct.unpack("<I", rust.read(kernel.register("esp"), 4))[0]


def child_page(trace, parent):
    """The page of the child that `parent` is making: the last one that the trace tells of."""
    with open(trace, encoding="utf-8") as lines:
        found = re.findall(r"^\d+ %d \. fork:pcb_page page=(0x[0-9a-f]+)$" % parent.pid, lines.read(), re.MULTILINE)
    if not found:
        raise kernel.trouble("the trace %s does not tell the page of pid %d's child" % (trace, parent.pid))
    return int(found[-1], 16)


def addresses(bitmap):
    """What a bitmap of user addresses has taken, as ranges of addresses."""
    return [[task.USER_START + bit * kernel.PAGE for bit in run] for run in bitmap.runs()]


def mappings(directory, frames):
    """The pages of a program, as the report wants them."""
    return [
        {
            "page": mapping.page,
            "frame": mapping.frame * kernel.PAGE,
            "flags": mapping.flags(),
            "users": frames.users(mapping.frame) or 1,
        }
        for mapping in directory.mappings()
    ]


def entries(directory):
    """The entries of a directory that are in use: number and value."""
    return [[number, entry] for number, entry in enumerate(directory.entries()) if entry & PRESENT]


def moment(step, parent, child):
    """All of the machine that the report shows, as it is now. `child` is a PCB page, or None before there is one."""
    frames = Frames()
    memory = parent.memory()
    own = task.Task(child).memory() if child else None
    now = counts()
    return {
        "step": step,
        "parent_pcb": parent.page().hex(),
        "child_pcb": rust.read(child, kernel.PAGE).hex() if child else "",
        "parent_bitmap": addresses(memory.bitmap),
        "child_bitmap": addresses(own.bitmap) if own else None,
        "parent_pages": mappings(memory.directory, frames),
        "child_pages": mappings(own.directory, frames) if own else None,
        "parent_entries": entries(memory.directory),
        "child_entries": entries(own.directory) if own else None,
        "counts": {
            "kernel_frames": now["free kernel frames"],
            "user_frames": now["free user frames"],
            "tasks": now["tasks"],
            "ready": now["ready"],
        },
    }


def layout(name, offset, fields):
    """A structure in the page, of (name, offset, size)."""
    parts = [{"name": part, "offset": at, "size": size} for part, at, size in fields]
    return {"name": name, "offset": offset, "size": max(part["offset"] + part["size"] for part in parts), "fields": parts}


def layout_of(path, offset):
    """The structure that the kernel's debug information has under that name."""
    kind = gdb.lookup_type("tusk::" + path)
    fields = sorted((part.bitpos // 8, part.name, part.type.sizeof) for part in kind.fields())
    described = layout(path.rsplit("::", 1)[-1], offset, [(name, at, size) for at, name, size in fields if size])
    described["size"] = kind.sizeof
    return described


def child_stack(child):
    """What lies on the stack of a child that has not run: what switch_to pops, and the trap frame above it."""
    top = kernel.PAGE - TRAP_FRAME
    words = [(name, 4 * place, 4) for place, name in enumerate(POPPED_BY_SWITCH)]
    start = child.number("self_kstack") - child.address
    return [layout("ThreadStack", start, words), layout_of("arch::trap::TrapFrame", top)]


def labels(memory):
    """What the program has where, by its regions."""
    heap = rust.field(memory.value, "brk")
    start, end = int(heap["start"]), int(heap["end"])
    regions = memory.addresses["regions"]
    found = []
    for region in rust.elements(regions[regions.type.fields()[0]]):
        first, count = int(region["first"]), int(region["count"])
        begin = first * kernel.PAGE
        found.append({"start": begin, "end": begin + count * kernel.PAGE, "name": region_name(region, begin, start, end)})
    return found


def region_name(region, begin, heap_start, heap_end):
    """What one calls such a region."""
    protection, traits = rust.number(region["protection"]), rust.number(region["traits"])
    if traits & 2:  # Traits::GROWS
        return "stack"
    if rust.variant(region["backing"])[0] == "File":
        return "code" if protection & 4 else "data" if protection & 2 else "constants"
    if heap_start <= begin < heap_end:
        return "heap"
    return "data" if begin < heap_start else "mapped"


def party(which):
    """Who one of the two is."""
    return {
        "pid": which.pid,
        "name": which.name,
        "pcb": which.address,
        "directory": which.memory().directory.frame * kernel.PAGE,
    }


def find_fork(program, number):
    """Stops where the fork that is asked for enters step a; returns the parent, the moment before, and where it ends."""
    seen, makers = 0, {}
    try:
        while True:
            run_to([entry(WHOLE)])
            parent = task.running()
            if parent.name != program:
                makers[parent.name] = makers.get(parent.name, 0) + 1
                continue
            before, end = moment(None, parent, None), return_address()
            run_to([entry(PCB)], parent.address)
            if copies_memory():
                seen += 1
                if seen == number:
                    return parent, before, end
    except Ended:
        pass
    if seen:
        raise kernel.trouble("%s forked %d times, so there is no fork %d: FORK=1 to FORK=%d are" % (program, seen, number, seen))
    told = ", ".join("%s (%d)" % one for one in makers.items()) or "nobody"
    raise kernel.trouble("%s did not fork; those who did: %s. PROG= chooses a program that forks" % (program, told))


def copies_memory():
    """Says whether the fork that is at its step a gives the child memory of its own: Birth's CLONE_VM is not set."""
    birth = gdb.selected_frame().read_var("birth")
    shared = birth.dereference()["shared"] if birth.type.code == gdb.TYPE_CODE_PTR else birth["shared"]
    return not rust.number(shared) & 0x100


def record(parent, before, end, trace):
    """Stops after each step; returns the moments, and the child."""
    moments, child = [before], None

    def stop(step, place):
        if run_to([place, end], parent.address) == end and place != end:
            after = moments[-1]["step"] or "nothing"
            raise kernel.trouble("the fork failed after step %s: is there memory enough (MEM=)?" % after)
        if step:
            moments.append(moment(step, parent, child))

    after_step_a = return_address()
    child = child_page(trace, parent)
    stop("a", after_step_a)
    # The directory becomes the child's right after step b's function returns.
    stop("b", entry(BODY))
    stop("c", return_address())
    stop(None, entry(STACK))
    stop("d", return_address())
    stop(None, entry(OPEN))
    stop("e", return_address())
    stop("ready", end)
    return moments, task.Task(child)


def main():
    """Records, and lets the machine go."""
    program, number = os.environ["TUSK_RECORD_PROGRAM"], int(os.environ["TUSK_RECORD_FORK"])
    kernel.expect_machine()
    parent, before, end = find_fork(program, number)
    moments, child = record(parent, before, end, os.environ["TUSK_RECORD_TRACE"])
    memory = parent.memory()
    seen = {
        "parent": party(parent),
        "child": party(child),
        "task": layout_of("task::task_struct::Task", 0),
        "stack": child_stack(child),
        "user": {
            "start": task.USER_START,
            "end": kernel.KERNEL_BASE,
            "bytes": len(memory.bitmap.data()),
            "labels": labels(memory),
        },
        "moments": moments,
    }
    with open(os.environ["TUSK_RECORD_OUT"], "w", encoding="utf-8") as out:
        json.dump(seen, out)
    gdb.execute("detach", to_string=True)


main()
