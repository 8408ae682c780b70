"""`tusk syscall`."""

import gdb

from .. import calls, draw, kernel, rust, stack, stops, task
from . import Command

_DISPATCH = "abi::dispatch::on_system_call"
_HIGHEST_ERROR = 4095
_SHOWN = 64  # bytes of a string


class Syscall(Command):
    """tusk syscall on|off - tells of each system call as it is made, with its words, and of its result

    The machine does not stop for it. A call that does not come back (exit, execve) has no result."""

    name = "syscall"
    watchers = ()
    made = {}  # PCB page -> the name of the call that its task is in

    def words(self):
        return ["on", "off"]

    def run(self, words):
        self.expect(words, 1, 1)
        if words[0] not in ("on", "off"):
            raise gdb.GdbError("usage: tusk syscall on|off")
        for watcher in self.watchers:
            watcher.delete()
        Syscall.watchers = ()
        if words[0] == "on":
            kernel.expect_symbols()
            Syscall.watchers = (_Made(),)


class _Made(gdb.Breakpoint):
    """Where a call begins; the first one shows where they end."""

    def __init__(self):
        super().__init__("*%#x" % kernel.entry(_DISPATCH), internal=True)
        self.silent = True

    def stop(self):
        running = task.running()
        if len(Syscall.watchers) == 1:
            Syscall.watchers += (_Returned(stops.return_address()),)
        frame = stack.TrapFrame(running.top - stack.TRAP_FRAME)
        # exec writes a new frame, so the number is not there any more when it returns.
        Syscall.made[running.address] = calls.name(frame.esp_dummy)
        draw.say("[%s] %s" % (running.title(), shown(frame)))
        return False


class _Returned(gdb.Breakpoint):
    """Where the result is in eax."""

    def __init__(self, address):
        super().__init__("*%#x" % address, internal=True)
        self.silent = True

    def stop(self):
        running = task.running()
        # Calls that had begun before are not told of.
        name = Syscall.made.pop(running.address, None)
        if name is not None:
            draw.say("[%s]   %s = %s" % (running.title(), name, result(kernel.register("eax"))))
        return False


def shown(frame):
    """A call with its words, each as its kind asks for."""
    call = calls.find(frame.esp_dummy)
    words = [frame.ebx, frame.ecx, frame.edx, frame.esi, frame.edi, frame.ebp]
    if call is None:
        return "%s(%s)" % (calls.name(frame.esp_dummy), ", ".join("%#x" % word for word in words[:3]))
    named = ["%s %s" % (name, _word(kind, word)) for (name, kind), word in zip(call.arguments, words)]
    return "%s(%s)" % (calls.name(frame.esp_dummy), ", ".join(named))


def _word(kind, word):
    if kind in ("Int", "Descriptor"):
        return str(word - (1 << 32) if word >> 31 else word)
    if kind == "Size":
        return str(word)
    return _text(word) if kind == "String" else "%#x" % word


def _text(address):
    """A program's string, as far as it is there."""
    length = min(_SHOWN, kernel.PAGE - address % kernel.PAGE)
    try:
        data = rust.read(address, length)
    except gdb.GdbError:
        return "%#x" % address
    text, end, _ = data.partition(b"\0")
    return '"%s"%s' % (text.decode("utf-8", "backslashreplace"), "" if end else "…")


def result(eax):
    """What a call returned: a number, an address, or minus an error."""
    if eax > (1 << 32) - 1 - _HIGHEST_ERROR:
        return str(eax - (1 << 32))
    return "%#x" % eax if eax >= task.USER_START else str(eax)


Syscall()
