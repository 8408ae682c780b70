"""`tusk stack`."""

import gdb

from .. import draw, kernel, stack
from . import Command, pid_of


class Stack(Command):
    """tusk stack [PID] - the way by which a task came to where it is: backtrace of one that does not run

    From where switch_to left it, by the frame pointers on its ring-0 stack, to the trap frame of its program. Of the
    task that runs it is gdb's own `backtrace`."""

    name = "stack"
    takes_pid = True

    def run(self, words):
        self.expect(words, 0, 1)
        task = pid_of(words)
        if task.is_running():
            draw.say(draw.title("%s runs: this is gdb's backtrace" % task.title()))
            gdb.execute("backtrace")
            return
        place = task.number("self_kstack")
        draw.say(draw.title("%s, %s; left at esp %#x" % (task.title(), task.status.lower(), place)))
        for index, frame in enumerate(stack.backtrace(task)):
            name, offset = kernel.function_at(frame.place) or ("?", 0)
            # A label that is gone to, not returned to, is a place of its own; else the call stands right before.
            place = stack.line_of(frame.place - (1 if offset else 0))
            where = " at %s" % place if place else ""
            draw.say("#%-2d %#010x in %s+%d%s" % (index, frame.place, name, offset, where))
        _program(task)


def _program(task):
    if task.memory() is None:
        draw.say("    no program: a thread of the kernel's")
        return
    frame = stack.TrapFrame(task.top - stack.TRAP_FRAME)
    symbol = gdb.execute("info symbol %#x" % frame.eip, to_string=True).split(" in section")[0].strip()
    name = "" if symbol.startswith("No symbol") else ", %s" % kernel.readable(symbol)
    draw.say("    its program, by %s: eip %#x, esp %#x%s" % (frame.reason(), frame.eip, frame.esp, name))


Stack()
