"""`tusk goto`."""

import difflib
import os
import re

import gdb

from .. import draw, kernel
from . import Command


class Goto(Command):
    """tusk goto PLACE - sets a breakpoint and lets the machine run to it

    PLACE: a function of the kernel's or of the book (sys_fork, copy_body_stack3, task::fork::sys_fork), FILE:LINE, an
    address (*0xc0100000), or a function of a program, with the program's name in front (forktree::main), which is
    found once exec has loaded the program's symbols."""

    name = "goto"

    def run(self, words):
        self.expect(words, 1, 1)
        for place in places(words[0]):
            # gdb calls what is not there yet "not defined", as if it were an error.
            said = gdb.execute("break %s" % place, to_string=True)
            is_pending = "pending" in said
            draw.say("Breakpoint at %s, once exec has loaded the program" % place if is_pending else said.rstrip())
        try:
            gdb.execute("continue")
        except gdb.error as error:
            raise kernel.trouble("the machine has ended (%s)" % error) from error


def places(name):
    """What gdb is to be told to stop at `name`: a function of the kernel's before all others of that name."""
    kernel.expect_symbols()
    is_path = re.fullmatch(r"[\w:]+", name)
    found = [each for each in kernel.functions(name) if each[0].startswith("tusk::")] if is_path else []
    if found:
        # Not by name: gdb would pass over what the function begins with, and often into one that is inlined there.
        return ["*%#x" % address for _, address in found]
    try:
        if gdb.decode_line(name)[1]:
            return [name]
    except gdb.error:
        pass
    program = name.split("::")[0]
    if is_path and "::" in name and os.path.isfile(os.path.join(kernel.PROGRAMS, program)):
        gdb.execute("set breakpoint pending on", to_string=True)
        return [name]
    raise kernel.trouble("there is no place '%s'%s" % (name, _alike(name)))


def _alike(name):
    """Names that may be meant."""
    last = name.rsplit("::", 1)[-1]
    listing = gdb.execute("info functions -n -q %s" % re.escape(last[:4]), to_string=True)
    names = sorted({each.rsplit("::", 1)[-1] for each in re.findall(r"\bfn ([\w:]+)", listing)})
    alike = difflib.get_close_matches(last, names, 3)
    return ": is %s meant?" % " or ".join(alike) if alike else "; `info functions WORD` looks for names"


Goto()
