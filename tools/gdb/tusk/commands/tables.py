"""`tusk idt` and `tusk gdt`: the processor's tables, as it reads them."""

from .. import draw, kernel, rust
from . import Command

_GATES = {5: "task gate", 14: "interrupt gate", 15: "trap gate"}
_SYSTEM = {2: "local table", 9: "task state", 11: "task state, busy"}
_NAMES = {
    0x08: "kernel code",
    0x10: "kernel data",
    0x18: "(the book's video)",
    0x20: "the task state",
    0x28: "user code",
    0x30: "user data",
    0x38: "double fault's task state",
    0x60: "thread's own",
    0x68: "thread's own",
    0x70: "thread's own",
}


def _descriptors(path):
    kernel.expect_kernel()
    value = kernel.static(path)
    return [(int(each["lower"]), int(each["upper"])) for each in rust.array(value)], int(value.address)


class Idt(Command):
    """tusk idt - the interrupt descriptor table: each gate, its ring, and where it leads"""

    name = "idt"

    def run(self, words):
        self.expect(words, 0, 0)
        table, address = _descriptors("arch::idt::TABLE")
        draw.say(draw.title("%d vectors at %#x" % (len(table), address)))
        rows = [["vector", "gate", "ring", "selector", "leads to"]]
        for vector, (lower, upper) in enumerate(table):
            if not upper & 0x8000:
                continue
            kind, selector = upper >> 8 & 15, lower >> 16
            target = upper & 0xFFFF0000 | lower & 0xFFFF
            found = kernel.function_at(target) if kind != 5 else None
            where = "the task state %#x" % selector if kind == 5 else "%#x %s" % (target, found[0] if found else "?")
            rows.append(["%#04x" % vector, _GATES.get(kind, "?"), str(upper >> 13 & 3), "%#x" % selector, where])
        draw.table(rows, ">")
        draw.say("%d vectors have a gate; the others are general protection faults" % (len(rows) - 1))


class Gdt(Command):
    """tusk gdt - the global descriptor table: each segment with selector, base, limit and ring"""

    name = "gdt"

    def run(self, words):
        self.expect(words, 0, 0)
        table, address = _descriptors("arch::gdt::TABLE")
        draw.say(draw.title("%d descriptors at %#x" % (len(table), address)))
        rows = [["selector", "what for", "kind", "ring", "base", "limit"]]
        for index, (lower, upper) in enumerate(table):
            selector = index * 8
            if not upper & 0x8000:
                rows.append(["%#x" % selector, _NAMES.get(selector, ""), "not present", "", "", ""])
                continue
            ring = upper >> 13 & 3
            base = upper & 0xFF000000 | (upper & 0xFF) << 16 | lower >> 16
            limit = upper & 0xF0000 | lower & 0xFFFF
            if upper & 1 << 23:
                limit = limit << 12 | 0xFFF
            rows.append(
                [
                    "%#x" % (selector | ring),
                    _NAMES.get(selector, ""),
                    _kind(upper),
                    str(ring),
                    "%#x" % base,
                    "%#x" % limit,
                ]
            )
        draw.table(rows, ">   >>")


def _kind(upper):
    kind = upper >> 8 & 31
    if not kind & 16:
        return _SYSTEM.get(kind, "system %d" % kind)
    if kind & 8:
        return "code" + (", readable" if kind & 2 else "")
    return "data" + (", writable" if kind & 2 else "")


Idt()
Gdt()
