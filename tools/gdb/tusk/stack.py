"""Ring-0 stacks: what their words mean, the trap frame at the top, and the way back through the frames."""

import struct

import gdb

from . import calls, kernel, rust

TRAP_FRAME = 76  # bytes, the book's intr_stack
FIELDS = "vector edi esi ebp esp_dummy ebx edx ecx eax gs fs es ds error_code eip cs eflags esp ss".split()
THREAD_STACK = ("ebp", "ebx", "edi", "esi", "eip")  # what switch_to pops, from low to high address
_EXCEPTIONS = {
    0: "divide error",
    1: "debug",
    3: "breakpoint",
    4: "overflow",
    5: "bound",
    6: "invalid opcode",
    7: "no floating point",
    8: "double fault",
    10: "invalid TSS",
    11: "segment not present",
    12: "stack fault",
    13: "general protection",
    14: "page fault",
    16: "floating-point error",
    17: "alignment",
    19: "SIMD error",
}


class TrapFrame:
    """The registers of what was interrupted."""

    def __init__(self, address):
        self.address = address
        self.fields = dict(zip(FIELDS, struct.unpack("<19I", rust.read(address, TRAP_FRAME))))

    def __getattr__(self, name):
        try:
            return self.__dict__["fields"][name]
        except KeyError:
            raise AttributeError(name) from None

    def is_from_user(self):
        """Says whether a program was interrupted."""
        return self.cs & 3 == 3

    def items(self):
        """Its words, from low to high address: (name, value)."""
        return self.fields.items()

    def reason(self):
        """What led into the kernel."""
        if self.vector == 0x80:
            return "system call %s" % calls.name(self.esp_dummy)
        if 32 <= self.vector < 48:
            return "interrupt request %d" % (self.vector - 32)
        return "exception %d, %s" % (self.vector, _EXCEPTIONS.get(self.vector, "unknown"))


def is_return_address(word):
    """Says whether a word leads to code of the kernel's right behind a call."""
    if word < kernel.KERNEL_BASE or not _is_code(word):
        return False
    before = rust.read(word - 7, 7)
    if before[2] == 0xE8:
        return True
    # call through a register or memory: FF /2, with no, one or four bytes of displacement
    return any(before[-length] == 0xFF and before[1 - length] >> 3 & 7 == 2 for length in (2, 3, 4, 6, 7))


def _is_code(word):
    found = gdb.execute("info symbol %#x" % word, to_string=True)
    return "in section .text" in found


def meaning(word, low, high):
    """What a word on the stack between `low` and `high` may be."""
    if low <= word < high:
        return "-> this page + %#x" % (word - low)
    if word >= kernel.KERNEL_BASE and _is_code(word):
        name, offset = kernel.function_at(word)
        kind = "returns to" if is_return_address(word) else "code:"
        return "%s %s+%d" % (kind, name, offset)
    return ""


def line_of(address):
    """File and line of a code address, as far as they are known."""
    place = gdb.find_pc_line(address)
    if place.symtab is None:
        return ""
    name = place.symtab.filename
    return "%s:%d" % (name[name.find("src/") :] if "/src/" in name and "rustlib" not in name else name, place.line)


class Frame:
    """One frame of a backtrace: where it goes on (`place`), and where on the stack that stands."""

    def __init__(self, address, place):
        self.address = address
        self.place = place


def switch_frame(task):
    """What switch_to pops when the task gets the CPU: name and value, from low to high address."""
    words = struct.unpack("<5I", rust.read(task.number("self_kstack"), 20))
    return list(zip(THREAD_STACK, words))


def backtrace(task):
    """The frames of a task that does not run, from where it was left up to its program or its first function.

    The kernel keeps frame pointers, and what enters it from a program begins their chain anew with 0 (asm/trap.s).
    """
    registers = dict(switch_frame(task))
    start = task.number("self_kstack")
    frames = [Frame(start + 16, registers["eip"])]
    pointer = registers["ebp"]
    while task.address + task.size <= pointer < task.top - 4:
        following, place = struct.unpack("<2I", rust.read(pointer, 8))
        frames.append(Frame(pointer + 4, place))
        found = kernel.function_at(place)
        if found is not None and found[0] == "trap_common":
            # It calls with the trap frame as its argument: behind that lie the registers of what was interrupted.
            interrupted = TrapFrame(pointer + 12)
            if not interrupted.is_from_user():
                frames.append(Frame(interrupted.address, interrupted.eip))
        if following <= pointer:
            break
        pointer = following
    return frames
