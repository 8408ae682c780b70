"""`tusk start`."""

import gdb

from .. import draw, kernel, stops
from . import Command

_FIRST = "_start"


class Start(Command):
    """tusk start - lets the machine run from power-on to the kernel's first instruction

    That is the BIOS and GRUB, a few seconds. `make debug` does it."""

    name = "start"

    def run(self, words):
        self.expect(words, 0, 0)
        kernel.expect_machine()
        if kernel.is_paging():
            raise kernel.trouble("the kernel runs already")
        address = _address()
        stops.run_to([address])
        draw.say("the kernel's first instruction, %s at %#x, in asm/boot.s" % (_FIRST, address))
        draw.say("`tusk help` lists Tusk's commands")


def _address():
    with_name = gdb.execute("info address %s" % _FIRST, to_string=True)
    return int(with_name.rsplit("0x", 1)[1].split()[0].rstrip("."), 16)


Start()
