"""Records one fork for `make fork-report`: the memory of parent and child before it and after each of its steps.

A gdb that is attached to the halted machine reads this. It walks through the fork that is asked for (tusk/walk.py),
writes what it saw as JSON, and lets the machine go on. In the environment:

    TUSK_RECORD_PROGRAM  the task name of the program that forks
    TUSK_RECORD_FORK     which of its forks, from 1; the making of threads and vforks do not count
    TUSK_RECORD_OUT      the file for the JSON; tools/report/src/snapshot.rs says what is in it
"""

import json
import os
import sys

import gdb

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from tusk import kernel, layout, rust, stops, task, walk  # noqa: E402
from tusk.memory import PRESENT, Directory  # noqa: E402
from tusk.stack import TRAP_FRAME  # noqa: E402

GIVES_MEMORY = "mm::page_directory::create_page_dir"
POPPED_BY_SWITCH = ("ebp", "ebx", "edi", "esi", "eip")
GROWS = 2  # mm::region::Traits
WRITE, EXECUTE = 2, 4  # mm::region::Protection


def entries(directory):
    """The entries of a directory that are in use: number and value."""
    if directory is None:
        return None
    return [[number, entry] for number, entry in enumerate(Directory(directory["frame"]).entries()) if entry & PRESENT]


def pages(directory):
    """The pages of a program, with frames as addresses."""
    if directory is None:
        return None
    return [dict(each, frame=each["frame"] * kernel.PAGE, users=each["users"] or 1) for each in directory["mappings"]]


def moment(step, seen):
    """What the report shows of a snapshot that was taken just now."""
    parent, child, counts = seen["parent"], seen["child"], seen["counts"]
    own = child or {"page": {"bytes": b""}, "bitmap": None, "directory": None}
    return {
        "step": step,
        "parent_pcb": parent["page"]["bytes"].hex(),
        "child_pcb": own["page"]["bytes"].hex(),
        "parent_bitmap": parent["bitmap"]["taken"],
        "child_bitmap": own["bitmap"] and own["bitmap"]["taken"],
        "parent_pages": pages(parent["directory"]),
        "child_pages": pages(own["directory"]),
        "parent_entries": entries(parent["directory"]),
        "child_entries": entries(own["directory"]),
        "counts": {
            "kernel_frames": counts["free kernel frames"],
            "user_frames": counts["free user frames"],
            "tasks": counts["tasks"],
            "ready": counts["ready"],
            "descriptors": counts["open descriptors"],
        },
    }


def structure(name, offset, size, fields):
    """A structure in the page: its fields as (name, offset in it, size)."""
    parts = [{"name": part, "offset": at, "size": length} for part, at, length in fields]
    return {"name": name, "offset": offset, "size": size, "fields": parts}


def structures(child):
    """The Task, and what lies on the stack of a child that has not run: what switch_to pops, and the trap frame."""
    size = child.size
    fields = [(each.name, each.offset, each.length) for each in layout.fields() if each.end <= size]
    top = kernel.PAGE - TRAP_FRAME
    frame = [each for each in layout.fields() if each.offset >= top]
    trap = [(each.name.split(".")[-1], each.offset - top, each.length) for each in frame]
    words = [(name, 4 * place, 4) for place, name in enumerate(POPPED_BY_SWITCH)]
    start = child.number("self_kstack") - child.address
    return {
        "task": structure("Task", 0, size, [field for field in fields if field[0] != "(padding)"]),
        "stack": [structure("thread_stack", start, 20, words), structure("intr_stack", top, TRAP_FRAME, trap)],
    }


def labels(memory):
    """What the program has where, by its regions."""
    heap = rust.field(memory.value, "brk")
    heap = range(int(heap["start"]), int(heap["end"]))
    regions = memory.addresses["regions"]
    found = []
    for region in rust.elements(regions[regions.type.fields()[0]]):
        begin = int(region["first"]) * kernel.PAGE
        end = begin + int(region["count"]) * kernel.PAGE
        found.append({"start": begin, "end": end, "name": region_name(region, begin, heap)})
    return found


def region_name(region, begin, heap):
    """What one calls such a region."""
    protection, traits = rust.number(region["protection"]), rust.number(region["traits"])
    if traits & GROWS:
        return "stack"
    if rust.variant(region["backing"])[0] == "File":
        return "code" if protection & EXECUTE else "data" if protection & WRITE else "constants"
    if begin in heap:
        return "heap"
    return "data" if begin < heap.start else "mapped"


def party(which, seen):
    """Who one of the two is."""
    return {
        "pid": which.pid,
        "name": which.name,
        "pcb": which.address,
        "directory": seen["directory"]["frame"] * kernel.PAGE,
        "values": seen["page"]["values"],
    }


def record(program, number):
    """Walks through the fork that is asked for; returns all that the report wants to know of it."""
    made, makers = 0, {}
    while True:
        fork = walk.Walk()
        try:
            parent = fork.begin()
            if parent.name != program or made + 1 < number:
                gives_memory = stops.run_to([kernel.entry(GIVES_MEMORY), fork.end], fork.page) != fork.end
                made += gives_memory and parent.name == program
                makers[parent.name] = makers.get(parent.name, 0) + gives_memory
                continue
        except gdb.GdbError:
            raise kernel.trouble(no_such_fork(program, number, made, makers)) from None
        before = fork.last
        moments = [moment(None, before)]
        for step in fork.steps():
            if step.letter:
                moments.append(moment("ready" if step.letter == walk.LISTS else step.letter, step.after))
            elif moments[-1]["step"] == "b":
                # What step b has made becomes the child's a moment after its function has returned.
                moments[-1] = moment("b", step.after)
        if "b" not in [each["step"] for each in moments]:
            continue  # a thread, or a child of vfork's
        if not fork.is_child_born():
            last = moments[-1]["step"]
            raise kernel.trouble("the fork failed after step %s; has the machine enough memory (MEM=)?" % last)
        child = task.Task(fork.child.address)
        return {
            "parent": party(parent, before["parent"]),
            "child": party(child, fork.last["child"]),
            "user": {
                "start": task.USER_START,
                "end": kernel.KERNEL_BASE,
                "bytes": len(before["parent"]["bitmap"]["bytes"]),
                "labels": labels(child.memory()),
            },
            "moments": moments,
            **structures(child),
        }


def no_such_fork(program, number, made, makers):
    """Why there is none, and what there is."""
    if made:
        return "%s forked %d times, so there is no fork %d: FORK=1 to FORK=%d are" % (program, made, number, made)
    told = ", ".join("%s (%d)" % one for one in makers.items() if one[1]) or "nobody"
    return "%s did not fork; those who did: %s. PROG= chooses a program that forks" % (program, told)


seen = record(os.environ["TUSK_RECORD_PROGRAM"], int(os.environ["TUSK_RECORD_FORK"]))
with open(os.environ["TUSK_RECORD_OUT"], "w", encoding="utf-8") as out:
    json.dump(seen, out)
gdb.execute("detach", to_string=True)
