"""`tusk type`."""

from .. import kernel, machine
from . import Command


class Type(Command):
    """tusk type TEXT - types a line at the machine's serial terminal; it arrives when the machine runs on

    For a terminal of its own: `tools/terminal.sh` in another window."""

    name = "type"
    terminal = None

    def invoke(self, argument, from_tty):
        # As it stands, quotes and all: it is for a shell.
        if argument.strip() in ("", "help", "--help"):
            super().invoke("help", from_tty)
            return
        if machine.folder() is None:
            raise kernel.trouble("this machine was not started by `make debug`: type where its terminal is")
        if Type.terminal is None:
            Type.terminal = machine.Terminal(machine.folder())
        Type.terminal.type(argument + "\r")


Type()
