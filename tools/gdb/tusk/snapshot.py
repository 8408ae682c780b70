"""All that a step of fork can change, taken at one moment, and what differs between two such moments; as data.

Nothing here prints, and what comes out is made of dictionaries, lists, numbers and text, for whoever draws it: `tusk
fork`, or a report (`to_data`). The shape of a snapshot:

    counts      name -> number: free frames of both pools, kernel pages, pids; tasks, ready, open descriptors and files
    all, ready  the pids on the lists, in order; 0 for a task without one
    parent, child (None before there is one):
        pid, name
        page        the PCB page: address, bytes, values (field of the Task -> text)
        bitmap      the user addresses: address, bytes (94,199), taken: runs of pages [first byte, one past the last]
        directory   frame, tables (frames of page tables), kernel_entries (how many), own_entry (the frame that its last
                    entry leads to: itself), mappings: page, frame, flags, users
"""

import base64

from . import bitmap, frames, kernel, layout, memory, rust, task


class Side:
    """Parent or child: where its parts are, as far as they exist."""

    def __init__(self, address):
        self.address = address
        self.bitmap = None
        self.directory = None

    def follow(self):
        """Finds bitmap and directory by way of the page, once it has both."""
        space = task.Task(self.address).memory()
        if space is not None:
            self.bitmap = space.bitmap
            self.directory = space.directory.frame
        return self

    def take(self, all_frames):
        """Its part of a snapshot."""
        of = task.Task(self.address)
        return {
            "pid": of.pid or 0,
            "name": of.name,
            "page": {"address": self.address, "bytes": of.page(), "values": layout.values(of)},
            "bitmap": None if self.bitmap is None else _bitmap(self.bitmap),
            "directory": None if self.directory is None else _directory(self.directory, all_frames),
        }


def _bitmap(found):
    data = found.data()
    runs = [
        [task.USER_START + begin * kernel.PAGE, task.USER_START + end * kernel.PAGE]
        for begin, end in bitmap.runs(data, found.length)
    ]
    return {"address": found.address, "bytes": data, "taken": runs}


def _directory(frame, all_frames):
    directory = memory.Directory(frame)
    entries = directory.entries()
    present = [index for index, entry in enumerate(entries) if entry & memory.PRESENT]
    return {
        "frame": frame,
        "tables": [entries[index] >> 12 for index in present if index < memory.FIRST_KERNEL_ENTRY],
        "kernel_entries": len([index for index in present if index >= memory.FIRST_KERNEL_ENTRY]),
        "own_entry": entries[memory.SELF_ENTRY] >> 12,
        "mappings": [
            {
                "page": each.page,
                "frame": each.frame,
                "flags": each.flags(),
                "users": all_frames.users(each.frame),
            }
            for each in directory.mappings()
        ],
    }


def take(parent, child=None):
    """A snapshot; parent and child are Sides."""
    all_frames = frames.Frames()
    _, ready = task.ready_lists()
    return {
        "counts": frames.counts(),
        "all": [each.pid or 0 for each in task.all_tasks()],
        "ready": [each.pid or 0 for each in ready],
        "parent": parent.take(all_frames),
        "child": None if child is None else child.take(all_frames),
    }


def difference(before, after):
    """What differs between two snapshots: only what does is in it.

    counts: name -> [before, after]; all, ready: [before, after]; parent, child: see `_side`. A child that is there only
    after is compared with the parent, whose copy it is.
    """
    counts = {
        name: [before["counts"][name], now] for name, now in after["counts"].items() if before["counts"][name] != now
    }
    found = {"counts": counts} if counts else {}
    for name in ("all", "ready"):
        if before[name] != after[name]:
            found[name] = [before[name], after[name]]
    for name in ("parent", "child"):
        if after[name] is None:
            continue
        is_new = before[name] is None
        side = _side(after["parent"] if is_new else before[name], after[name], is_new)
        if side:
            found[name] = side
    return found


def _side(before, after, is_new):
    """page: pieces that differ (field, offset, length, before and after as bytes); bitmap: `new`, or what was taken and
    given back as runs; directory: `new`, or mappings that came, went, changed. `is_new`: before is the parent's."""
    found = {"new": True} if is_new else {}
    pieces = []
    for field, begin, end in layout.differences(before["page"]["bytes"], after["page"]["bytes"]):
        pieces.append(
            {
                "field": field.name,
                "offset": begin,
                "length": end - begin,
                "before": before["page"]["bytes"][begin:end],
                "after": after["page"]["bytes"][begin:end],
            }
        )
    if pieces:
        found["page"] = pieces
    for name, compare in (("bitmap", _bitmaps), ("directory", _directories)):
        ours = None if is_new else before[name]
        if after[name] is not None and ours is None:
            found[name] = "new"
        elif after[name] is not None:
            change = compare(ours, after[name])
            if change:
                found[name] = change
    return found


def _bitmaps(before, after):
    if before["bytes"] == after["bytes"]:
        return {}
    length = len(before["bytes"]) * 8
    taken = bytes(new & ~old & 255 for old, new in zip(before["bytes"], after["bytes"]))
    given = bytes(old & ~new & 255 for old, new in zip(before["bytes"], after["bytes"]))
    return {"taken": bitmap.runs(taken, length), "given back": bitmap.runs(given, length)}


def _directories(before, after):
    old = {each["page"]: each for each in before["mappings"]}
    new = {each["page"]: each for each in after["mappings"]}
    found = {
        "came": [each for page, each in new.items() if page not in old],
        "went": [each for page, each in old.items() if page not in new],
        "changed": [[old[page], each] for page, each in new.items() if page in old and old[page] != each],
    }
    return {name: each for name, each in found.items() if each}


def to_data(thing):
    """The same with bytes as base64 text, for JSON."""
    if isinstance(thing, dict):
        return {name: to_data(each) for name, each in thing.items()}
    if isinstance(thing, (list, tuple)):
        return [to_data(each) for each in thing]
    if isinstance(thing, bytes):
        return base64.b64encode(thing).decode("ascii")
    return thing


def page_layout():
    """The pieces of a PCB page: name, offset, length."""
    return [{"field": each.name, "offset": each.offset, "length": each.length} for each in layout.fields()]


def child_of_step_a(address):
    """The child that copy_pcb_vaddrbitmap_stack0 has made, by what it returned at `address`; None when it failed."""
    result = _result(address, "task::fork::copy_pcb_vaddrbitmap_stack0")
    if result is None:
        return None
    new_task, addresses = (rust.peel(result[part]) for part in result.type.fields())
    child = Side(rust.address(new_task))
    addresses = rust.option(addresses)
    if addresses is not None:
        child.bitmap = bitmap.Bitmap(addresses["bitmap"])
    return child


def directory_of_step_b(address):
    """The frame of the directory that create_page_dir has made; None when it failed."""
    result = _result(address, "mm::page_directory::create_page_dir")
    return None if result is None else rust.number(result["frame"])


def _result(address, function):
    name, content = rust.variant(kernel.at_type(address, kernel.return_type(function)))
    return rust.peel(content[content.type.fields()[0]]) if name == "Ok" else None
