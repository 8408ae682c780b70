"""`tusk pcb`."""

import struct

from .. import draw, kernel, layout, stack
from . import Command, pid_of


_PLAIN_WORDS = 4  # in a line
_VALUE_WIDTH = 64


class Pcb(Command):
    """tusk pcb [PID] - the page that is a process, drawn: task, free stack, what lies on the stack

    From the page's bottom: the fields of the Task with offset and value, the stack that is free (never used, by what is
    left of the paint, and used before), then the stack's words with return addresses named, and at the top the
    registers of the program that was interrupted. Without PID the running task's."""

    name = "pcb"
    takes_pid = True

    def run(self, words):
        self.expect(words, 0, 1)
        task = pid_of(words)
        draw.say(draw.title("PCB page of %s at %#x" % (task.title(), task.address)))
        _fields(task)
        _free_stack(task)
        _stack(task)
        _trap_frame(task)


def _fields(task):
    values = layout.values(task)
    rows = [["offset", "field", "value"]]
    for field in layout.fields():
        if field.name not in values:
            continue
        value = values[field.name]
        if field.name == "stack_magic" and not task.is_intact():
            value += "  DESTROYED by the stack"
        elif field.name == "self_kstack" and task.is_running():
            value += "  (old: it runs)"
        rows.append(["%#05x" % field.offset, field.name, draw.cut(value, _VALUE_WIDTH)])
    draw.table(rows)


def _free_stack(task):
    deepest, pointer = task.untouched(), task.stack_pointer()
    room = task.top - task.address - task.size
    deepest = min(deepest, pointer)
    _span(task, task.address + task.size, deepest, "free, never used: still painted")
    _span(task, deepest, pointer, "free, used before")
    used, most = task.top - pointer, task.top - deepest
    draw.say("        in use %d bytes, at its deepest %d, of %d" % (used, most, room))


def _span(task, begin, end, what):
    if begin < end:
        draw.say("%#05x   %s, %d bytes" % (begin - task.address, draw.dim("~~~ " + what), end - begin))


def _stack(task):
    begin, end = task.stack_pointer() & ~3, _frame_place(task)
    if begin >= end:
        return
    draw.say(draw.title("stack, from where it ends"))
    words = struct.unpack("<%dI" % ((end - begin) // 4), task.page()[begin - task.address : end - task.address])
    names = [] if task.is_running() else [name for name, _ in stack.switch_frame(task)]
    plain = []
    for index, word in enumerate(words):
        offset, what = begin - task.address + index * 4, stack.meaning(word, task.address, task.top)
        if index < len(names):
            what = ("switch_to pops %s  %s" % (names[index], what)).rstrip()
        if not what and len(plain) < _PLAIN_WORDS:
            plain.append(word)
            continue
        _plain(offset, plain)
        plain = [] if what else [word]
        if what:
            draw.say("%#05x   %08x  %s" % (offset, word, what))
    _plain(end - task.address, plain)


def _plain(end, words):
    """Words that mean nothing by themselves, side by side; they end at the offset `end`."""
    if words:
        draw.say("%#05x   %s" % (end - 4 * len(words), draw.dim(" ".join("%08x" % word for word in words))))


def _frame_place(task):
    """Where the registers of the program lie; the top for a task without a program."""
    return task.top - stack.TRAP_FRAME if task.memory() is not None else task.top


def _trap_frame(task):
    if task.memory() is None:
        draw.say("%#05x   %s" % (kernel.PAGE, "top: no program, so no registers of one"))
        return
    frame = stack.TrapFrame(_frame_place(task))
    reason = "the program's last way into the kernel" if task.is_in_program() else "the program's registers"
    draw.say(draw.title("trap frame (intr_stack): %s, %s" % (reason, frame.reason())))
    for index, (name, word) in enumerate(frame.items()):
        draw.say("%#05x   %08x  %s" % (kernel.PAGE - stack.TRAP_FRAME + index * 4, word, name))


Pcb()
