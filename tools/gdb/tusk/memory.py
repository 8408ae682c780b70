"""Physical memory and page directories: what a process has that does not run.

QEMU's gdbstub reads virtual memory through the directory in use; a packet of its own switches it to physical
addresses and back.
"""

import struct
from contextlib import contextmanager

import gdb

from . import kernel, rust

PRESENT, WRITABLE, USER, UNCACHED, ACCESSED, DIRTY, BORROWED = 1, 2, 4, 16, 32, 64, 512
FIRST_KERNEL_ENTRY, SELF_ENTRY = 768, 1023


@contextmanager
def _physical_addresses():
    _packet(1)
    try:
        yield
    finally:
        _packet(0)


def _packet(mode):
    reply = gdb.execute("maintenance packet Qqemu.PhyMemMode:%d" % mode, to_string=True)
    if '"OK"' not in reply:
        raise kernel.trouble("this machine does not give its physical memory: QEMU 4.1 or newer does")


def physical(address, length):
    """Bytes of physical memory."""
    with _physical_addresses():
        return rust.read(address, length)


def table(frame):
    """The 1,024 words of the page table or directory in `frame`."""
    return struct.unpack("<1024I", physical(frame * kernel.PAGE, kernel.PAGE))


def flags_text(entry):
    """An entry's flags: who may do what, and what the processor and the kernel note there."""
    if not entry & PRESENT:
        return "kept"
    text = "rw" if entry & WRITABLE else "r-"
    text += " user" if entry & USER else " kernel"
    for flag, name in ((BORROWED, "borrowed"), (UNCACHED, "uncached"), (ACCESSED, "accessed"), (DIRTY, "dirty")):
        if entry & flag:
            text += " " + name
    return text


class Mapping:
    """One page of an address space: its address, the frame behind it, and the flags of its entry."""

    def __init__(self, page, entry):
        self.page = page
        self.entry = entry
        self.frame = entry >> 12

    def flags(self):
        """As text."""
        return flags_text(self.entry)


class Directory:
    """A page directory, in use or not."""

    def __init__(self, frame):
        self.frame = frame

    def entries(self):
        """Its 1,024 words."""
        return table(self.frame)

    def mappings(self):
        """The program's pages, in order: those that are there, and those that keep a frame (PROT_NONE)."""
        found = []
        for index, entry in enumerate(self.entries()[:FIRST_KERNEL_ENTRY]):
            if not entry & PRESENT:
                continue
            for place, word in enumerate(table(entry >> 12)):
                if word:
                    found.append(Mapping(index << 22 | place << 12, word))
        return found

    def translate(self, address):
        """The physical address behind a virtual one; None where nothing is mapped."""
        upper = self.entries()[address >> 22]
        if not upper & PRESENT:
            return None
        lower = table(upper >> 12)[address >> 12 & 1023]
        return (lower & ~0xFFF | address & 0xFFF) if lower & PRESENT else None

    def read(self, address, length):
        """Bytes of this address space; None when a page of them is not there."""
        result = b""
        while length:
            start = self.translate(address)
            if start is None:
                return None
            piece = min(length, kernel.PAGE - address % kernel.PAGE)
            result += physical(start, piece)
            address, length = address + piece, length - piece
        return result


def active():
    """The directory in use."""
    return Directory(kernel.register("cr3") >> 12)
